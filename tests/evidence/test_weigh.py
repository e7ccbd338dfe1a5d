import pandas as pd

from crmlib.absent import Absent
from crmlib.evidence.followed import follow
from crmlib.evidence.weigh import weigh
from crmlib.words.messages import say
from crmlib.words.voice import Voice


def said(verdict):
    return Voice().say(verdict.message), Voice().say(verdict.texts["statistic"])


def weighed(tables, study, followed):
    return weigh(tables, study, followed, Absent(say("evidence.no_rival")))


def test_only_claims_whose_tables_are_there_are_tested(tables, quick):
    found = weighed(tables, quick, follow(tables, quick))
    assert "C0a" not in found
    for claim in ("C1b", "C2a"):
        assert found[claim].low <= found[claim].value <= found[claim].high
    lacking = {"C0b": "problems of management", "C1a": "grades", "C3a": "classes", "C3b": "what hours win in truth",
               "C3c": "a forecast of losses"}  # fmt: skip
    assert said(found["C2b"])[1] == "Nothing is known of the customers that they could be grouped by instead."
    for claim, what in lacking.items():
        assert said(found[claim]) == ("not testable", f"This run did not come to {what}.")


def test_without_a_following_year_nothing_is_followed(tables, quick):
    none = {name: table for name, table in tables.items() if name != "profit"}
    followed = follow(none, quick)
    assert isinstance(followed, Absent)
    assert {verdict.kind for verdict in weighed(none, quick, followed).values()} == {"not_testable"}


def test_a_tree_without_headroom_has_no_middle(tables, quick):
    followed = follow(tables | {"indicators": tables["indicators"].drop(columns="B11")}, quick)
    assert followed.middle == Absent(say("evidence.no_headroom"))
    assert said(weighed(tables, quick, followed)["C1b"]) == ("not testable", "No headroom is known.")


def test_an_empty_table_is_as_good_as_none(tables, quick):
    found = weighed(tables | {"hour_trial": pd.DataFrame()}, quick, follow(tables, quick))
    assert found["C3b"].kind == "not_testable"
