"""Changes: the band keeps a customer on the line where it was."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.matrix import CLASSES, Cuts
from crmlib.matrix.changes import change_table, class_changes, regrade

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
    changes = class_changes(table({"a": (60, 60), "b": (10, 10)}), table({"a": (10, 60), "c": (60, 60)}), CUTS, 3.0)
    assert changes["changed"].to_dict() == {"a": True, "b": False, "c": False}
    counts = change_table(changes, CLASSES)
    assert counts.loc["iron", "platinum"] == 1
    assert counts.loc["newly graded", "lead"] == 1
    assert counts.loc["platinum", "no longer graded"] == 1
    assert counts.to_numpy().sum() == 3


@given(scores, scores, st.integers(0, 20))
def test_the_band_only_ever_keeps_last_years_side(now, last, band):
    now, last = table(now), table(last)
    plain, held = CUTS.classify(now), regrade(now, last, CUTS, band)
    changes = class_changes(now, last, CUTS, band)
    assert changes["changed_regraded"].sum() <= changes["changed"].sum()
    pd.testing.assert_series_equal(regrade(now, last, CUTS, 0.0), plain, check_names=False)
    pd.testing.assert_series_equal(regrade(now.iloc[::-1], last, CUTS, band).iloc[::-1], held)
    new = now.index.difference(last.index)
    assert (held[new] == plain[new]).all()
