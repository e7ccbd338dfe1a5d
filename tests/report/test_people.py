from crmlib.report.people import people, told
from crmlib.report.site.source import Run


def test_every_graded_customer_has_one_row_with_all_that_is_known(report_run):
    run = Run(report_run)
    table = people(run)
    assert table.index.tolist() == run.table("classes")["customer_id"].tolist()
    assert {"name", "rm_id", "class", "stage", "headline", "value_at_stake", "headroom", "hours"} <= set(table)
    indicators = run.table("indicators").set_index("customer_id")
    assert table["headroom"].equals(indicators["B11"].reindex(table.index))


def test_words_are_said_in_chinese_and_names_are_not(report_run):
    table = people(Run(report_run))
    chinese = told(table, "zh")
    assert set(chinese["class"]) == {"铂金客户", "黄金客户", "铁质客户", "铅质客户"}
    assert chinese["name"].equals(table["name"])
    assert told(table, "en").equals(table)
