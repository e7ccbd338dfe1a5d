"""Published results, each with its source in data/published; the tolerance is the printed decimals."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from crmlib.evidence.order import jonckheere
from crmlib.profit import raroc
from crmlib.value.topsis import topsis
from crmlib.value.weights import ahp, critic, entropy, group_ahp

FOLDER = Path(__file__).resolve().parents[2] / "data" / "published"


def test_ahp_drinks_saaty_2008(published):
    """Saaty (2008): relative consumption of drinks."""
    case = published("ahp-drinks-saaty-2008")
    result = ahp(case.matrix(case.inputs["upper"]))
    assert result.weights.index.tolist() == case.inputs["labels"]
    assert result.weights.tolist() == case.near(case.expected["weights"])
    assert result.lambda_max == case.near(case.expected["lambda_max"])
    assert result.consistency_ratio == case.near(case.expected["consistency_ratio"])


def test_ahp_cities_saaty_2005(published):
    """Saaty (2005): five criteria, four cities, two levels."""
    case = published("ahp-cities-saaty-2005")
    criteria = ahp(case.matrix(case.inputs["upper"]))
    assert criteria.weights.tolist() == case.near(case.expected["weights"])
    assert criteria.consistency_ratio == case.near(case.expected["consistency_ratio"])
    uppers = case.inputs["upper_by_criterion"]
    cities = pd.DataFrame({name: ahp(case.matrix(upper, "cities")).weights for name, upper in uppers.items()})
    assert (cities @ criteria.weights).tolist() == case.near(case.expected["cities"])


@pytest.mark.parametrize("aggregate", ["judgements", "priorities"])
def test_group_of_two_experts(published, aggregate):
    """AIJ and AIP under the row geometric mean."""
    case = published("group-two-experts")
    group = group_ahp([case.matrix(upper) for upper in case.inputs["upper"]], aggregate, "geometric_mean")
    assert group.weights.tolist() == case.near(case.expected["weights"])


@pytest.mark.parametrize("name", ["entropy-xu-2004", "entropy-zavadskas-2016"])
def test_entropy_weights(published, name):
    """Xu (2004); Zavadskas and Podvezko (2016): raw columns, natural logarithm over ln m."""
    case = published(name)
    assert entropy(case.table).tolist() == case.near(case.expected)


@pytest.mark.parametrize("name", ["critic-diakoulaki-1995", "critic-tus-2019"])
def test_critic_weights(published, name):
    """Diakoulaki et al. (1995); Tus and Aytac Adali (2019): Pearson's correlation on min-max columns."""
    case = published(name)
    assert critic(case.table).tolist() == case.near(case.expected)


def test_raroc_frm_bank_aaa(published):
    """FRM practice question: with and without earnings on capital."""
    case = published("raroc-frm-bank-aaa")
    assert raroc(**case.inputs) == case.near(case.expected["with_capital_earnings"])
    assert raroc(**{**case.inputs, "capital_rate": 0.0}) == case.near(case.expected["without"])


def test_jonckheere_hundal_1969(published):
    """Hollander, Wolfe and Chicken (2014), example 6.2: an order of three groups, with ties."""
    case = published("jonckheere-hundal-1969")
    data = pd.DataFrame(case.inputs).melt()
    trend = jonckheere(data["value"], data["variable"], list(case.inputs))
    assert {name: getattr(trend, name) for name in case.expected} == case.near(case.expected)


def test_topsis_tzeng_2011(published):
    """Tzeng and Huang (2011): vector normalisation, three benefits."""
    case = published("topsis-tzeng-2011")
    assert topsis(case.table, pd.Series(case.inputs["weights"])).tolist() == case.near(case.expected)


def test_every_published_result_has_a_source_and_a_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    for path in FOLDER.glob("*.yaml"):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "expected" in case:
            assert case["source"], f"{path.name} has no source"
            assert path.stem in tests, f"no test reproduces {path.name}"
