from crmlib.report.people import call_first, people, told
from crmlib.runs import Run


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


def test_the_save_list_of_the_run_comes_first_and_falling_customers_where_there_is_none(report_run):
    run = Run(report_run)
    everybody = people(run)
    kinds = {kind: (amount, customers) for kind, _, amount, customers in call_first(run, everybody)}
    assert list(kinds) == ["save", "grow"]
    for amount, customers in kinds.values():
        assert customers[amount].dropna().is_monotonic_decreasing
    listed = run.rows("save_list")
    if len(listed):
        assert kinds["save"][1].index.tolist() == listed["customer_id"].tolist()
    else:
        assert set(kinds["save"][1]["stage"]) == {"decline"}
    assert list(call_first(run, everybody.drop(columns="value_at_stake"))) == []
