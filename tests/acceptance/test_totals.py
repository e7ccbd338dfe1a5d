"""Totals that hang by a thread: whichever sign they fall on, no share of them is told and no verdict turns."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib.case import Case
from crmlib.evidence import verdicts
from crmlib.evidence.followed import follow
from crmlib.matrix import fit_classes
from crmlib.matrix.profile import holding, year_after
from crmlib.profit import at
from crmlib.structure import concentration, profile
from crmlib.structure.management import management_today
from crmlib.value.appraisal import by_basis
from crmlib.words.sentences import sentences
from crmlib.words.voice import Voice

pytestmark = pytest.mark.slow

SEEDS = (202, 303)
SHARE_OF_EVA = re.compile(r"(\S+) %(?: \(([^)]*) %\))? of (?:the |next year's )?(?:realised )?EVA")


@pytest.fixture(scope="module", params=SEEDS)
def losing_hurdle(request, jd):
    """A seed, and the hurdle at which those graded a year before earned nothing in all."""
    year = at(Case.load(jd.model_copy(update={"seed": request.param}), years=1).profit, pd.Timestamp(jd.as_of))
    old = year[year["months_open"] >= 15]
    return request.param, jd.profit.hurdle + old["eva_realised"].sum() / old["economic_capital"].sum()


@pytest.fixture(scope="module", params=[0.98, 1.02])
def case(request, losing_hurdle, jd):
    """The branch a little above nothing, and a little below."""
    seed, hurdle = losing_hurdle
    profit = jd.profit.model_copy(update={"hurdle": request.param * hurdle})
    study = jd.model_copy(update={"seed": seed, "profit": profit})
    return Case.load(study, study.tree.leaf_weights(study.tree.reference_weights()), years=2)


def followed(case):
    base = case.base
    tables = {"profit": case.profit, "indicators": by_basis(base=base.indicators), "scores": by_basis(base=base.scores),
              "classes_base": fit_classes(base.scores, case.study.matrix).reset_index()}  # fmt: skip
    return follow(tables, case.study)


def told(case):
    """What chapters 2, 3, 7 and 9 say of what customers bring."""
    study, own = case.study, profile.amounts(case.book, case.year, case.as_of)
    later = year_after(fit_classes(case.base.scores, study.matrix), case.year, study)
    held = holding(case.classes["class"], case.year, case.now.indicators, study)
    found = {
        ("management", "finding"): management_today(case.book, case.year, study),
        ("structure", "largest"): concentration.largest_customers(own, "deposits", 5, study.seed),
        ("structure", "roles"): profile.roles(case.book, own, study.seed),
        ("matrix", "finding"): held, ("matrix", "next_year"): later, ("matrix", "after"): later,
        ("evidence", "middle"): followed(case).middle,
    }  # fmt: skip
    return " ".join(Voice().say(each) for place, what in found.items() for each in sentences(*place, what))


def test_no_share_of_a_total_of_either_sign_is_told(case):
    said = told(case)
    assert SHARE_OF_EVA.findall(said) == []
    assert said.count("万元 of the EVA") >= 4 and "nan" not in said


def test_the_verdict_on_room_is_in_money_and_no_sign_turns_it(case, losing_hurdle, jd):
    """Each side of nothing gives the verdict that money gives, computed anew from the tables."""
    found, study = followed(case), case.study
    assert np.isnan(found.table["share"]).all() and np.isnan(found.middle.eva.share).all()
    fifths = found.middle.table.set_index("fifth").loc[[2, 3, 4]].sum()
    won = study.strategy.take_up * study.strategy.growth_margin * (1 - study.profit.tax)
    assert found.middle.lead.value == pytest.approx(won * fifths["headroom"] - fifths["eva"])
    verdict = verdicts.room(found.middle)
    earn, number = found.middle.lead.low > 0, found.middle.headroom.low > 0.6
    kind = "supported" if earn and number else "depends" if earn or number else "not_supported"
    assert verdict.kind == kind


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_that_are_told_lie_between_nothing_and_all(jd, seed):
    study = jd.model_copy(update={"seed": seed})
    said = told(Case.load(study, study.tree.leaf_weights(study.tree.reference_weights()), years=2))
    shares = [
        float(share) for found in SHARE_OF_EVA.findall(said) for share in " ".join(found).split() if share != "to"
    ]
    assert shares and all(0 <= share <= 100 for share in shares) and "nan" not in said
