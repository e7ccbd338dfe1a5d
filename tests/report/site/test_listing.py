from crmlib.report.site.listing import Made, listed


def test_tables_and_figures_are_listed_with_cell_function_and_words(site_run):
    assert listed(site_run / "notebooks") == [
        Made("figure", "matrix", "07_matrix", "matrix", "matrix", "All customers"),
        Made("write", "classes", "07_matrix", "matrix", "", ""),
    ]
