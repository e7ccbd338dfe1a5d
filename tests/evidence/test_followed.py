from dataclasses import replace

import numpy as np
import pytest

from crmlib.absent import Absent
from crmlib.evidence.followed import follow
from crmlib.matrix.classes import CLASSES
from crmlib.words.messages import say


def test_a_year_is_followed_by_class_and_by_fifth(tables, quick):
    followed = follow(tables, quick)
    assert followed.table["class"].tolist() == list(CLASSES)
    assert followed.table["customers"].sum() == len(followed.base) == len(tables["scores"])
    assert followed.tau.low < followed.tau.value < followed.tau.high
    assert followed.middle.room == pytest.approx(followed.middle.table["headroom"].iloc[1:4].sum())
    assert followed.weakest["probability"] == followed.pairs["probability"].min()
    assert followed.summary["mean_realised"].iloc[0] == tuple(followed.table.loc[0, ["mean", "low", "high"]])


def test_neighbours_whose_intervals_overlap_are_named(tables, quick):
    followed = follow(tables, quick)
    apart = followed.table.assign(low=[30.0, 20.0, 8.0, 0.0], high=[40.0, 29.0, 21.0, 7.0])
    assert replace(followed, table=apart).overlapping == [("gold", "iron")]


def test_where_nothing_was_earned_no_share_of_it_is_told(tables, quick):
    poor = tables | {"profit": tables["profit"].assign(eva_realised=lambda rows: -rows["eva_realised"].abs())}
    followed = follow(poor, quick)
    assert followed.table["share"].isna().all() and np.isnan(followed.middle.eva.share).all()
    assert followed.best.amount == followed.table["eva"].iloc[0] < 0
    assert followed.middle.lead.value == pytest.approx(followed.middle.gain.value - followed.middle.eva.amount.value)


def test_customers_who_all_earned_the_same_are_in_no_order(tables, quick):
    alike = follow(tables | {"profit": tables["profit"].assign(eva_realised=1.0)}, quick)
    assert alike == Absent(say("evidence.nothing_to_order"))
