"""What chapters hand over to the verdicts, scored a year before."""

import pandas as pd
import pytest

from crmlib.matrix.classes import Cuts
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
