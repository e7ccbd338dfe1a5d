from crmlib.report.people import people, told
from crmlib.words.voice import Voice


def test_every_graded_customer_has_one_row_with_all_that_is_known(finished_run):
    table = people(finished_run)
    assert table.index.tolist() == finished_run.table("classes")["customer_id"].tolist()
    known = {"name", "rm_id", "class", "stage", "action", "standard", "value_at_stake", "headroom", "hours", "sure"}
    assert known | {"reason_class", "reason_stage", "reason_action"} <= set(table)


def test_codes_become_names_and_success_is_that_of_the_action(finished_run):
    table = people(finished_run)
    english, chinese = (told(table, Voice(language)) for language in ("en", "zh"))
    assert english["stage"].equals(table["stage"])
    assert not english["action"].equals(table["action"])
    assert english["measure"].notna().all() and not english["measure"].equals(chinese["measure"])
