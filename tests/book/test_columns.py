import pytest
from rich.cells import cell_len

from crmlib.book.columns import facts, listing, rules
from crmlib.book.schema import SCHEMAS, SECTIONS
from crmlib.errors import SettingsError


def test_every_column_of_every_table_is_listed_and_no_line_is_longer_than_a_terminal():
    lines = listing().splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    for name, schema in SCHEMAS.items():
        assert any(line.startswith(f"{name}: ") for line in lines)
        assert {line.split()[0] for line in lines if line.startswith("  ")} >= {*schema.columns}


def test_sections_of_industry_are_told_by_name_in_both_languages():
    told = rules(SCHEMAS["customers"].columns["industry"])
    assert [line[0] for line in told] == [*SECTIONS]
    assert told[2] == "C manufacturing 制造业"
    assert all(len(line.split()) > 2 for line in told)


def test_units_ranges_and_what_may_be_missing_are_told():
    column = SCHEMAS["activity"].columns["loan_rate"]
    assert (facts(column), rules(column)) == ("number, 1/year, may be missing", ["from -0.05 to 0.5"])


def test_a_table_can_be_asked_for_alone_and_one_that_is_none_names_the_nearest():
    assert listing("rates").splitlines()[:2] == [
        "rates: funds transfer prices and customer rates by month",
        "  one row for each month; given, or named in book.absent",
    ]
    assert "customers:" not in listing("rates")
    assert "may be left out" in listing("outcomes") and "every book has it" in listing("activity")
    with pytest.raises(SettingsError, match=r"rate is no table. Did you mean rates\?"):
        listing("rate")
