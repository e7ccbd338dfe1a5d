from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.book.simulate import simulate
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.value.defaults import default_test, followed_defaults, ratings_at_starts
from crmlib.words.messages import say

START = pd.Timestamp("2014-12-31")
SEEDS = range(1, 21)


def followed(**defaulted):
    """A hundred customers a year and grade over four years, and how many of each grade defaulted."""
    rates = {"BBB": 0.0018, "B": 0.0376}
    parts = [
        pd.DataFrame({"start": START, "rating": grade, "pd": rate, "defaulted": np.arange(400) < defaulted[grade]})
        for grade, rate in rates.items()
    ]
    starts = [START - pd.offsets.YearEnd(back) for back in range(4)]
    return pd.concat([part.assign(start=np.tile(starts, 100)) for part in parts])


def verdicts(jd, **defaulted):
    return default_test(followed(**defaulted), jd).set_index("rating")["default_verdict"].to_dict()


def test_customers_expected_and_observed_add_up_to_all(jd):
    table = default_test(followed(BBB=1, B=14), jd).set_index("rating")
    assert table["customers"].tolist() == [400, 400, 800]
    assert table["expected_defaults"].tolist() == pytest.approx([0.72, 15.04, 15.76])
    assert table["defaults"].tolist() == [1, 14, 15]


def test_a_rate_is_supported_refuted_or_not_to_be_told(jd):
    assert verdicts(jd, BBB=1, B=14) == {"BBB": "too_few", "B": "supported", "all": "supported"}
    assert verdicts(jd, BBB=12, B=60) == {"BBB": "not_supported", "B": "not_supported", "all": "not_supported"}
    assert verdicts(jd, BBB=0, B=0) == {"BBB": "too_few", "B": "not_supported", "all": "not_supported"}


def test_years_that_are_bad_for_all_widen_what_chance_allows(jd):
    def widths(spread):
        profit = jd.profit.model_copy(update={"default_spread": spread})
        table = default_test(followed(BBB=1, B=14), jd.model_copy(update={"profit": profit}))
        return np.diff(np.array(table["by_chance"].tolist()))[:, 0]

    assert widths(0.0)[-1] < widths(0.5)[-1] < widths(1.0)[-1]


def test_who_is_in_default_at_the_start_is_not_followed_and_who_defaults_after_is_counted(jd, jd_book):
    found = followed_defaults(jd_book, ratings_at_starts(jd_book, jd), jd)
    rows = jd_book.activity.set_index(["customer_id", "month"])
    for row in found[found["defaulted"]].itertuples():
        months = rows.loc[row.customer_id]["days_overdue"] > 90
        assert not months[row.start.replace(day=1)]
        assert months[row.start : row.start + pd.offsets.MonthEnd(12)].any()
    assert found["defaulted"].sum() > 0 and found["pd"].notna().all()


def test_ratings_of_today_test_nothing(jd, jd_book):
    real = replace(jd_book, simulated=False)
    found = default_test(followed_defaults(real, ratings_at_starts(real, jd), jd), jd)
    assert found == Absent(say("model.ratings_of_today"))


def test_nobody_with_exposure_tests_nothing(jd, jd_book):
    rows = jd_book.activity.assign(loan=0.0, guarantees=0.0)
    bare = replace(jd_book, tables={**jd_book.tables, "activity": rows})
    found = default_test(followed_defaults(bare, ratings_at_starts(bare, jd), jd), jd)
    assert found == Absent(say("model.nobody_exposed"))


@pytest.mark.slow
def test_as_many_default_and_as_much_is_lost_as_expected_over_twenty_books():
    defaults, losses = [], []
    for seed in SEEDS:
        study = Study.load("jd", seed=seed)
        book = simulate(study)
        found = followed_defaults(book, ratings_at_starts(book, study), study)
        defaults.append(found[["defaulted", "pd"]].sum())
        losses.append(profit_table(book, study)[["default_loss", "expected_loss"]].sum())
    happened, expected = pd.DataFrame(defaults).sum()
    charged, allowed = pd.DataFrame(losses).sum()
    assert 0.8 < happened / expected < 1.25, (happened, expected)
    assert 0.8 < charged / allowed < 1.25, (charged, allowed)
