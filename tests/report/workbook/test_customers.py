from crmlib.report.workbook.customers import ranges


def test_ranges_are_absolute_and_quote_the_sheet():
    assert ranges("O'Hara", 1, ["id", "name"], 3) == {"id": "'O''Hara'!$A$2:$A$4", "name": "'O''Hara'!$B$2:$B$4"}
