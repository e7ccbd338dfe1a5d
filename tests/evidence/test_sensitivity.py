import re

import pytest

from crmlib.absent import not_in_book
from crmlib.evidence.sensitivity import AS_SET, ASSUMED, FTP, cases, sensitivity
from crmlib.matrix import Cuts
from crmlib.profit import at, profit_table
from crmlib.structure.problems import problem_table
from crmlib.study import PROJECT, Study
from crmlib.value.appraisal import appraise
from crmlib.words.texts import has


@pytest.fixture(scope="module")
def weights(jd):
    return jd.tree.leaf_weights(jd.tree.reference_weights())


@pytest.fixture(scope="module")
def now(jd, jd_book, jd_profit, as_of, weights):
    return appraise(jd_book, jd_profit, as_of, jd, weights)


@pytest.fixture(scope="module")
def found(jd, jd_book, jd_profit, now):
    return sensitivity(jd_profit, jd_book, now.indicators, now, jd)


def test_the_studys_own_values_stand_first(jd, jd_book, jd_profit, as_of, found):
    year, base = at(jd_profit, as_of), found.base
    assert base["assumption"] == AS_SET and base["changed"] == 0
    assert base["eva"] == pytest.approx(year["eva"].sum())
    assert base["negative"] == pytest.approx((year.loc[year["open"], "eva"] < 0).mean())
    problems = problem_table(jd_book, year, jd).set_index("problem")["value"]
    assert base["underpriced"] == pytest.approx(problems["underpriced_loans"])


@pytest.mark.parametrize(
    ("assumption", "settings"),
    [("lgd", {"profit.lgd": 0.9}), ("hurdle", {"profit.hurdle": 0.22}), ("hourly_cost", {"profit.hourly_cost": 1000.0}),
     ("wallet", {"model.wallet_quantile": 0.95})],
)  # fmt: skip
def test_a_case_is_what_the_whole_appraisal_gives_under_that_setting(
    jd_book, as_of, weights, now, found, assumption, settings
):
    other = Study.load("jd", **settings)
    profit = profit_table(jd_book, other, years=1)
    made = appraise(jd_book, profit, as_of, other, weights)
    row = found.varied[found.varied["assumption"] == assumption].iloc[1]
    classes = [Cuts.fit(each, other.matrix.rules).classify(each) for each in (now.scores, made.scores)]
    assert row["eva"] == pytest.approx(at(profit, as_of)["eva"].sum())
    assert row["changed"] == (classes[0] != classes[1]).mean()


def test_each_is_tried_lower_and_higher_and_the_most_moving_first(found):
    tried = found.varied.groupby("assumption").size()
    assert set(tried.index) == {*ASSUMED, FTP}
    assert tried.drop("weights").eq(2).all() and tried["weights"] == 1
    assert found.moved["eva"].round(2).is_monotonic_decreasing
    eva = {name: rows["eva"].tolist() for name, rows in found.varied.groupby("assumption")}
    for name in ("lgd", "pd", "hurdle", "capital", "hourly_cost", "overhead"):
        assert eva[name][0] > found.base["eva"] > eva[name][1], name
    assert found.moved.loc[["overhead", "growth"], "changed"].eq(0).all(), "in no indicator"
    assert all(has(f"names.assumption.{name}") for name in (AS_SET, *tried.index))


def test_what_is_not_charged_has_no_cases():
    free = Study.load("jd", **{"profit.overhead": 0.0})
    assert "overhead" not in {name for name, *_ in cases(free)}


def test_without_profit_there_is_none(jd, jd_book, now):
    assert sensitivity(not_in_book("rates"), jd_book, now.indicators, now, jd) == not_in_book("rates")


def test_every_setting_of_high_impact_in_the_assumptions_log_is_varied(jd):
    rows = [line.split(" | ") for line in (PROJECT / "docs" / "assumptions.md").read_text("utf-8").splitlines()]
    high = [row[2] for row in rows if len(row) == 6 and row[-1].rstrip(" |") == "high"]
    named = {name for where in high for name in _settings(where, jd)}
    varied = {setting for settings in ASSUMED.values() for setting in settings}
    assert len(high) > 5 and named <= varied, f"not varied: {named - varied}"


def _settings(where, study):
    """Settings named in a cell, the section of the first standing for those without."""
    found, section = [], ""
    for name in re.findall(r"`([a-z_.]+)`", where):
        section = name.partition(".")[0] if "." in name else section
        found.append(name if "." in name else f"{section}.{name}")
    return [name for name in found if name in study.flat()]
