import pandas as pd
import pytest

from crmlib.evidence import claims
from crmlib.evidence.weigh import LACKING, follow, weigh
from crmlib.matrix.classes import CLASSES, Cuts
from crmlib.value.appraisal import appraise


@pytest.fixture(scope="module")
def tables(jd, jd_book, jd_profit, as_of):
    """What chapters 1, 5, 6 and 7 hand over, scored a year before."""
    made = appraise(
        jd_book, jd_profit, as_of - pd.offsets.MonthEnd(12), jd, jd.tree.leaf_weights(jd.tree.reference_weights())
    )
    scores = made.scores
    classes = Cuts.fit(scores, ("p70", "median")).classify(scores)
    return {
        "profit": jd_profit,
        "scores": scores.assign(basis="base").reset_index(),
        "indicators": made.indicators.assign(basis="base").reset_index(),
        "classes_base": scores.assign(**{"class": classes}).reset_index(),
    }


@pytest.fixture(scope="module")
def quick(jd):
    return jd.model_copy(update={"evidence": jd.evidence.model_copy(update={"bootstrap": 50})})


def test_a_year_is_followed_by_class_and_by_fifth(tables, quick):
    followed = follow(tables, quick)
    assert followed.by_class["class"].tolist() == list(CLASSES)
    assert followed.by_class["customers"].sum() == len(followed.base) == len(tables["scores"])
    assert followed.tau[1] < followed.tau[0] < followed.tau[2]
    assert followed.middle_headroom == pytest.approx(followed.by_fifth["headroom"].iloc[1:4].sum())


def test_only_claims_whose_tables_are_there_are_tested(tables, quick):
    found = claims.ledger(weigh(tables, quick, follow(tables, quick))).set_index("claim")
    assert found.loc["C0a", "verdict"] == "not tested yet"
    for claim in ("C1b", "C2"):
        assert found.loc[claim, "low"] <= found.loc[claim, "value"] <= found.loc[claim, "high"]
    for claim in ("C0b", "C1a", "C3a", "C3b", "C3c"):
        assert tuple(found.loc[claim, ["verdict", "statistic"]]) == ("not testable", LACKING[claim])


def test_without_a_following_year_nothing_is_followed(tables, quick):
    none = {name: table for name, table in tables.items() if name != "profit"}
    assert follow(none, quick) is None
    assert claims.ledger(weigh(none, quick, None, printed={"book": 1}))["verdict"].tolist() == ["supported"] + 7 * [
        "not testable"
    ]


def test_a_tree_without_headroom_has_no_middle(tables, quick):
    followed = follow(tables | {"indicators": tables["indicators"].drop(columns="B11")}, quick)
    assert followed.middle is None and followed.by_fifth is None
    assert weigh(tables, quick, followed)["C1b"].verdict == "not testable"
