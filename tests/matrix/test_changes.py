"""Changes: the band keeps a customer on the line where it was."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.absent import Absent
from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.changes import class_changes, regrade, regrading, with_history
from crmlib.words.messages import say

CUTS = Cuts(50.0, 40.0)
scores = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1)


def table(rows):
    return pd.DataFrame.from_dict(rows, orient="index", columns=["current", "potential"]).astype(float)


def test_a_cut_must_be_passed_by_the_band():
    last = table({"a": (49, 90), "b": (49, 90), "c": (51, 90), "d": (51, 90), "e": (50, 90)})
    now = table({"a": (52.9, 90), "b": (53, 90), "c": (47, 90), "d": (46.9, 90), "f": (50, 90)})
    regraded = regrade(now, last, CUTS, 3.0)
    assert regraded.to_dict() == {"a": "iron", "b": "platinum", "c": "platinum", "d": "iron", "f": "platinum"}


def test_who_was_graded_in_one_year_alone_is_counted_apart():
    found = regrading(table({"a": (60, 60), "b": (10, 10)}), table({"a": (10, 60), "c": (60, 60)}), CUTS, 3.0)
    assert found.table["changed"].to_dict() == {"a": True, "b": False, "c": False}
    counts = found.counts
    assert counts.index.tolist() == [*CLASSES, "newcomer"]
    assert counts.loc["iron", "platinum"] == 1
    assert counts.loc["newcomer", "lead"] == 1
    assert counts.loc["platinum", "gone"] == 1
    assert counts.to_numpy().sum() == 3


@given(scores, scores, st.integers(0, 20))
def test_the_band_only_ever_keeps_last_years_side(now, last, band):
    now, last = table(now), table(last)
    plain, held = CUTS.classify(now), regrade(now, last, CUTS, band)
    found = class_changes(now, last, CUTS, band)
    assert found["changed_regraded"].sum() <= found["changed"].sum()
    pd.testing.assert_series_equal(regrade(now, last, CUTS, 0.0), plain, check_names=False)
    pd.testing.assert_series_equal(regrade(now.iloc[::-1], last, CUTS, band).iloc[::-1], held)
    new = now.index.difference(last.index)
    assert (held[new] == plain[new]).all()


def test_who_changed_and_who_fell_is_counted_among_those_graded_twice():
    last = table({"a": (60, 60), "b": (60, 60), "c": (10, 10), "d": (51, 60)})
    found = regrading(table({"a": (10, 60), "b": (60, 60), "c": (10, 90), "d": (49, 60), "e": (1, 1)}), last, CUTS, 3.0)
    assert len(found.both) == 4 and found.fallen == 1
    assert found.shares.to_dict() == {"changed": 0.75, "changed_regraded": 0.5}


def test_history_and_stage_stand_beside_the_class_where_they_are_known():
    now, none = table({"a": (60, 60)}), Absent(say("matrix.no_year_before"))
    classed, stage = CUTS.classed(now), pd.DataFrame({"stage": {"a": "stable"}})
    assert list(with_history(classed, none, none)) == ["current", "potential", "class"]
    found = with_history(classed, regrading(now, table({"a": (1, 60)}), CUTS, 0.0), stage)
    assert list(found)[2:] == ["class", "class_last_year", "class_regraded", "stage"]
    assert found.loc["a", "class_last_year"] == "iron"
