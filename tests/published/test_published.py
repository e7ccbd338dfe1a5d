"""Published results, each with its source in data/published; the tolerance is the printed decimals.

``COMPUTED`` names every one with the call of the library that must give what was printed.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from crmlib.matrix.markov import markov_value
from crmlib.profit import charged
from crmlib.stats.order import jonckheere
from crmlib.strategy.lifetime import clv
from crmlib.study import ProfitSettings
from crmlib.value.topsis import topsis
from crmlib.value.weights import ahp, combine, critic, entropy, group_ahp, suggestions
from crmlib.value.weights.combine import game_shares

FOLDER = Path(__file__).resolve().parents[2] / "data" / "published"


def drinks(case):
    result = ahp(case.matrix(case.inputs["upper"]))
    return {name: getattr(result, name) for name in ("weights", "lambda_max", "consistency_ratio")}


def cities(case):
    criteria = ahp(case.matrix(case.inputs["upper"]))
    uppers = case.inputs["upper_by_criterion"]
    local = pd.DataFrame({name: ahp(case.matrix(upper, "cities")).weights for name, upper in uppers.items()})
    return {
        "weights": criteria.weights,
        "consistency_ratio": criteria.consistency_ratio,
        "cities": local @ criteria.weights,
    }


def house(case):
    whole, (left, right) = case.matrix(case.inputs["upper"]), case.inputs["left_out"]
    open_pair = whole.copy()
    open_pair.loc[left, right] = open_pair.loc[right, left] = np.nan
    filled = ahp(open_pair)
    return {
        "worst_pair": suggestions(whole)[["left", "right"]].iloc[0],
        "consistency_ratio": ahp(whole).consistency_ratio,
        "filled_in": filled.judgements.loc[left, right],
        "consistency_ratio_after": filled.consistency_ratio,
    }


def two_experts(case):
    matrices = [case.matrix(upper) for upper in case.inputs["upper"]]
    return {
        aggregate: group_ahp(matrices, aggregate, "geometric_mean").weights
        for aggregate in ("judgements", "priorities")
    }


def historic_park(case):
    matrices = [case.matrix(upper) for upper in case.inputs["upper"]]
    group = group_ahp(matrices, method="geometric_mean")
    return {
        "experts": [expert.weights for expert in group.experts.values()],
        "of_three": group_ahp(matrices[:3], method="geometric_mean").weights,
        "of_four": group.weights,
    }


def combination(case):
    pair = [pd.Series(case.inputs[name]) for name in ("first", "second")]
    return {"shares": game_shares(*pair)} | {how: combine(*pair, how) for how in ("game", "multiplicative")}


def bank_aaa(case):
    """The loan as that of a customer of the book."""
    own = case.inputs
    names = ["mean_demand", "mean_time", "guarantees", "deposit_margin", "fee_income", "default_loss"]
    zeros = dict.fromkeys(names, 0.0) | dict.fromkeys(["ead_performing", "group_ead"], 100.0)
    margin, rating = own["income"] - own["funding"], {"BBB": own["expected_loss"] / 100}
    loan = {"size": "large", "rating": "BBB", "mean_loan": 100.0, "loan_margin": margin, "cost_to_serve": own["cost"]}
    charge = {"lgd": 1.0, "capital_ratio": own["capital"] / 100, "tax": own["tax"], "pd_by_rating": rating}
    return {
        name: charged(
            pd.DataFrame([loan | zeros]), pd.Series(dtype=float), own["capital_rate"],
            ProfitSettings(**charge, overhead=0, capital_benefit=benefit),
        )["raroc"].item()
        for name, benefit in (("with_capital_earnings", 1.0), ("without", 0.0))
    }  # fmt: skip


def multiples(case):
    return [clv(case.inputs["margin"], stay, case.inputs["discount"]) for stay in case.inputs["retention"]]


def catalogue(case):
    returns, states = case.inputs["returns"], len(case.inputs["reward"])
    chain = np.diag([*(1 - share for share in returns), 0.0])[:, :-1]
    chain = np.hstack([np.zeros((states, 1)), chain])
    chain[:-1, 0], chain[-1, -1] = returns, 1.0
    return markov_value(chain, np.array(case.inputs["reward"]), case.inputs["discount"])


def workers(case):
    data = pd.DataFrame(case.inputs).melt()
    trend = jonckheere(data["value"], data["variable"], list(case.inputs))
    return {name: getattr(trend, name) for name in case.expected}


COMPUTED = {
    "ahp-cities-saaty-2005": cities,
    "ahp-drinks-saaty-2008": drinks,
    "ahp-house-saaty-2003": house,
    "clv-gupta-lehmann-2003": multiples,
    "combination-two-weightings": combination,
    "critic-diakoulaki-1995": lambda case: critic(case.table),
    "critic-tus-2019": lambda case: critic(case.table),
    "entropy-xu-2004": lambda case: entropy(case.table),
    "entropy-zavadskas-2016": lambda case: entropy(case.table),
    "group-historic-park-escobar-2015": historic_park,
    "group-two-experts": two_experts,
    "jonckheere-hundal-1969": workers,
    "markov-pfeifer-carraway-2000": catalogue,
    "raroc-frm-bank-aaa": bank_aaa,
    "topsis-tzeng-2011": lambda case: topsis(case.table, pd.Series(case.inputs["weights"])),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_published_result(published, name):
    case = published(name)
    assert plain(COMPUTED[name](case)) == near(case.expected, 0.5 * 10**-case.decimals + 1e-12)


def test_every_published_result_has_a_source_a_convention_and_a_test():
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}
    results = {name: case for name, case in found.items() if "expected" in case}
    assert set(results) == set(COMPUTED)
    assert [name for name, case in results.items() if not (case["source"] and case["convention"])] == []


def plain(value: Any) -> Any:
    """Results as lists and numbers, at any depth."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, pd.Series | np.ndarray):
        return value.tolist()
    return [plain(item) for item in value] if isinstance(value, list) else value


def near(expected: Any, tolerance: float) -> Any:
    """What was printed, equal within its decimals at any depth."""
    if isinstance(expected, dict):
        return {key: near(item, tolerance) for key, item in expected.items()}
    if isinstance(expected, list):
        return [near(item, tolerance) for item in expected]
    return expected if isinstance(expected, str) else pytest.approx(expected, abs=tolerance)
