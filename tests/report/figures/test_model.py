"""Figures of chapter 5 draw what their tables hold."""

import numpy as np
import pandas as pd
import pytest

from crmlib.report.figures import model
from crmlib.report.style import Style
from crmlib.value.coverage import BASELINE, FULL, WalletFit
from crmlib.value.details import ScalingExample

STYLE = Style(simulated=True, section="model")
HOSTILE = "$_<b>名</b>"


def title(figure):
    return " ".join(max(figure.texts, key=lambda text: text.get_fontsize()).get_text().split())


def weights(name="deposits"):
    rows = [
        ("A", "current value", "value", 0.6, 0.6), ("B", "potential value", "value", 0.4, 0.4),
        ("A1", name, "A", 0.75, 0.45), ("A2", "fees", "A", 0.25, 0.15), ("B1", "growth", "B", 1.0, 0.4),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "name", "parent", "local", "weight"])


@pytest.mark.parametrize("name", ["deposits", HOSTILE])
def test_tree_shows_every_leaf_with_its_weight(name):
    figure = model.tree(weights(name), STYLE)
    bars = figure.axes[1].patches
    assert [bar.get_width() for bar in bars] == [0.45, 0.15, 0.4]
    assert title(figure) == f"3 indicators make a customer's value; {name} weighs most, 45.0 %"
    assert "simulated data, not JD Branch" in " ".join(text.get_text() for text in figure.texts)


def test_tree_of_equal_weights_says_so():
    table = weights().assign(weight=[1.0, 0.5, 1 / 3, 1 / 3, 1 / 3])
    assert title(model.tree(table, STYLE)) == "3 indicators make a customer's value; all weigh the same"


def test_consistency_names_the_expert_over_the_limit():
    table = pd.DataFrame({
        "node": ["current value"] * 3, "expert": ["1", "$2$", "all"], "n": 3, "method": "eigenvector",
        "consistency_ratio": [0.02, 0.3, 0.05],
    })  # fmt: skip
    figure = model.consistency(table, 0.1, STYLE)
    assert title(figure) == "1 of 2 experts is inconsistent: a ratio over 0.1"
    assert "expert $2$" in [text.get_text() for text in figure.axes[0].texts]


def test_opinions_name_the_widest_disagreement():
    table = pd.DataFrame({
        "code": ["A", "A", "A", "B", "B", "B"], "name": ["current"] * 3 + ["growth"] * 3,
        "expert": ["1", "2", "all"] * 2, "weight": [0.6, 0.5, 0.55, 0.1, 0.5, 0.45],
    })  # fmt: skip
    assert title(model.opinions(table, STYLE)) == "Experts differ most on growth: 40 points apart"
    alike = table.assign(weight=0.5)
    assert title(model.opinions(alike, STYLE)) == "The experts give the same weights to every node"
    alone = table[table["expert"] != "2"]
    assert title(model.opinions(alone, STYLE)) == "One expert alone was asked for the weights"


@pytest.mark.parametrize("name", ["loans", HOSTILE])
def test_weightings_name_where_the_data_differ_most(name):
    table = pd.DataFrame({
        "code": ["A1", "B1"], "name": [name, "growth"], "the study's own": [0.3, 0.7], "equal": [0.5, 0.5],
        "entropy": [0.8, 0.2], "linear with entropy": [0.0, 1.0],
    })  # fmt: skip
    figure = model.weightings(table, STYLE)
    assert title(figure) == f"Entropy would give {name} 80 % of the total, the study gives 30 %"
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "the study's own",
        "equal weights",
        "entropy",
    ]


@pytest.mark.parametrize(("unit", "label"), [("CNY", "万元 a year"), ("0-1", "0-1")])
def test_scaling_shows_before_and_after(unit, label):
    raw = np.exp(np.random.default_rng(1).normal(10, 2, 200))
    straight = 100 * (raw - raw.min()) / np.ptp(raw)
    table = pd.DataFrame({"raw": raw, "straight": straight, "points": np.linspace(0, 100, 200)})
    table.loc[0, "raw"] = np.nan
    figure = model.scaling(ScalingExample("deposit margin", unit, table), STYLE)
    assert figure.axes[0].get_xlabel() == label
    assert title(figure).startswith("Deposit margin: ") and title(figure).endswith("80.4 % do on the model's")


def test_wallet_draws_both_models_and_leaves_out_who_holds_nothing():
    customers = pd.DataFrame({"sales": [1e6, 1e7, 1e8], "deposits": [1e4, 0.0, 1e6], "potential": [5e4, 5e5, 5e6]})
    coverage = pd.DataFrame({
        "line": "deposits", "model": [FULL] * 2 + [BASELINE] * 2, "group": [1, 2, 1, 2], "n": 50,
        "coverage": [0.9, 0.92, 0.8, 0.97],
    })  # fmt: skip
    figure = model.wallet(WalletFit(customers, coverage, 0.9), STYLE)
    assert title(figure) == "The wallet estimate covers 90 % within 2.0 points in every group; sales alone within 10.0"
    alike = model.wallet(WalletFit(customers, coverage.assign(coverage=[0.9, 0.92, 0.9, 0.92]), 0.9), STYLE)
    assert title(alike).endswith("within 2.0 points in every group, and so do sales alone")
    assert len(figure.axes[0].collections[0].get_offsets()) == 2
    assert [text.get_text() for text in figure.axes[1].texts][:2] == [FULL, BASELINE]
