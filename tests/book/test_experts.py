"""The simulated experts."""

import numpy as np
import pandas as pd
import pytest

from crmlib.book.experts import simulate_judgements
from crmlib.book.schema import SCHEMAS
from crmlib.study import Study
from crmlib.value.weights import ahp, matrices, tree_weights

STUDY = Study.load("jd")
TREE = STUDY.tree


def ratios(seed):
    """Greatest consistency ratio of each expert over the nodes."""
    found = matrices(simulate_judgements(TREE, np.random.default_rng(seed)), TREE)
    rows = [(expert, ahp(m).consistency_ratio or 0.0) for experts in found.values() for expert, m in experts.items()]
    return pd.DataFrame(rows, columns=["expert", "ratio"]).groupby("expert")["ratio"].max()


@pytest.mark.parametrize("seed", range(20))
def test_all_but_the_last_are_consistent(seed):
    found = ratios(seed)
    assert (found[["1", "2", "3", "4"]] <= 0.1).all()
    assert found["5"] > 0.1


def test_judgements_fit_the_schema_and_the_scale():
    judgements = simulate_judgements(TREE, np.random.default_rng(7), experts=3)
    SCHEMAS["judgements"].validate(judgements)
    assert set(judgements["expert"]) == {"1", "2", "3"}
    steps = np.maximum(judgements["value"], 1 / judgements["value"])
    assert np.allclose(steps, steps.round()) and steps.max() <= 9


def test_the_group_comes_near_the_reference_weights():
    judged = (simulate_judgements(TREE, np.random.default_rng(seed)) for seed in range(10))
    local = pd.concat([tree_weights(one, TREE, STUDY.model).local for one in judged], axis=1).mean(axis=1)
    assert (local - TREE.reference_weights()).abs().max() < 0.06


def test_the_same_seed_gives_the_same_judgements():
    one, other = (simulate_judgements(TREE, np.random.default_rng(5)) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)
