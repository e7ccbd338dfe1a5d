"""The real book against numbers that were not made here: sums by company, and how well sales rank the defaults."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlib.book import load_book
from crmlib.stats.roc import discrimination
from crmlib.strategy.pricing import best_rates
from crmlib.study import CHAPTERS, PROJECT, Study

RAW = PROJECT.parent / "shared" / "real" / "cumcm2020c"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RAW.is_dir(), reason=f"the real book's data are not part of the project: none in {RAW}"),
]


@pytest.fixture(scope="module")
def book():
    return load_book(Study.load("cumcm2020c", **{"book.raw": str(RAW)}))


@pytest.fixture(scope="module")
def published():
    return pd.read_csv(RAW / "published_uestcxiye_123_indicators.csv").set_index("企业代号")


def test_money_in_less_money_out_is_the_published_sum_of_all_123_companies(book, published):
    activity = book.activity.set_index("customer_id")
    net = (activity["inflow"] - activity["outflow"]).groupby(level=0).sum().reindex(published.index)
    sums = published["销项总额"] + published["销项税"] - published["进项总额"] - published["进项税"]
    # Amount and tax of five small refunds do not add up to their total in the original: a few CNY.
    assert np.isclose(net, sums, rtol=1e-9, atol=0.01).sum() >= len(published) - 4
    assert np.isclose(net, sums, rtol=1e-4, atol=1000).sum() == len(published) == 123


def test_published_sales_rank_the_defaults_with_an_area_of_0_891(book, published):
    defaulted = book.outcomes.set_index("customer_id")["outcome"].reindex(published.index)
    assert (defaulted == (published["违约"] == 1)).all() and defaulted.sum() == 27
    areas = discrimination(published[["销项总额"]].astype(float), defaulted)
    assert areas["auc"].iloc[0] == pytest.approx(0.891, abs=5e-4)


def test_the_best_loan_rates_are_those_of_a_published_solution(book):
    """UestcXiye's paper: 4.65, 5.85 and 5.85 % keep the most income of customers graded A, B and C."""
    best = best_rates(book.price_response)
    assert best["rating"].tolist() == ["A", "B", "C"]
    assert (100 * best["loan_rate"]).tolist() == pytest.approx([4.65, 5.85, 5.85], abs=0.005)


def test_all_companies_graded_D_defaulted_so_no_indicator_may_read_the_grade(book):
    rating = book.customers.set_index("customer_id")["rating"]
    defaulted = book.outcomes.set_index("customer_id")["outcome"]
    assert defaulted[rating.reindex(defaulted.index) == "D"].all()
    study = Study.load("cumcm2020c", **{"book.raw": str(RAW)})
    leaves = [study.tree[code] for code in study.tree.leaves]
    assert not {"rating", "credit_grade"} & {leaf.formula or leaf.measure for leaf in leaves}


def test_all_chapters_run_and_say_what_cannot_be_told(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path))
    command = [Path(sys.executable).with_name("crm"), "run", "cumcm2020c", "--set", f"book.raw={RAW}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "cumcm2020c" / "notebooks").glob("*.ipynb"))) == len(CHAPTERS)
    assert "How customers are managed today cannot be told" in done.stdout
    classes = pd.read_csv(tmp_path / "cumcm2020c" / "classes.csv", dtype={"customer_id": "str"})
    assert len(classes) == 425 and classes["class"].notna().all()
