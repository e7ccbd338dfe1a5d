import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from crmlib.absent import Absent
from crmlib.book import load_book
from crmlib.book.calibration import figures
from crmlib.errors import CrmError
from crmlib.profit import profit_table
from crmlib.seeds import figures_of_others, hour_trial, hours_tried, other_books, quick, tally, weigh_books
from crmlib.study import Study


@pytest.fixture(scope="module")
def small():
    """A study whose books are quick to weigh."""
    return Study.load("jd", **{"book.customers": 150, "book.months": 48})


@pytest.fixture(scope="module")
def weights(small):
    return small.tree.leaf_weights(small.tree.reference_weights())


@pytest.fixture(scope="module")
def three(small, weights):
    return weigh_books(small, weights, [1, 2, 3], jobs=2)


@pytest.mark.slow
def test_every_claim_about_a_book_gets_a_verdict_on_every_book(three):
    assert three.groupby(["gamma", "seed"]).size().tolist() == [7] * 6
    assert sorted(set(three["claim"])) == ["C0b", "C1a", "C1b", "C2a", "C2b", "C3b", "C3c"]
    assert set(three["gamma"]) == {"as set", "0"} and set(three["seed"]) == {1, 2, 3}
    assert set(three["kind"]) <= {"supported", "depends", "not_supported", "done", "not_testable"}


@pytest.mark.slow
def test_the_number_of_processes_changes_nothing_and_books_are_watched_one_by_one(small, weights, three):
    seen = []
    alone = weigh_books(small, weights, [2], watch=lambda parts: [seen.append(len(part)) or part for part in parts])
    pd.testing.assert_frame_equal(alone, three[three["seed"] == 2].reset_index(drop=True))
    assert seen == [7, 7]


def test_the_same_seed_gives_the_same_hours_whatever_came_before(small, weights):
    both, alone = (hour_trial(small, weights, seeds) for seeds in ([1, 2], [2]))
    pd.testing.assert_frame_equal(alone, both[both["seed"] == 2].reset_index(drop=True))


def test_figures_are_those_of_the_books_of_the_next_seeds(small):
    found = figures_of_others(small.model_copy(update={"other_books": 2, "seed": 5}))
    assert found.index.tolist() == [6, 7]
    other = small.model_copy(update={"seed": 7})
    book = load_book(other)
    assert found.loc[7].to_dict() == figures(book, profit_table(book, other), pd.Timestamp(other.as_of))


@pytest.mark.slow
def test_other_books_tell_verdicts_and_headline_numbers_of_the_next_seeds(small, three):
    found = other_books(small.model_copy(update={"other_books": 2, "seed": 0}), jobs=1)
    assert len(set(found.groupby(["gamma", "seed"]).size())) == 2 and set(found["seed"]) == {1, 2}
    numbers = found[found["kind"].isna()]
    assert set(numbers["gamma"]) == {"as set"}
    assert numbers["value"].notna().all() and "matrix.cut_current" in set(numbers["name"])
    assert set(found["name"]) - set(numbers["name"]) == set(three["claim"])


@pytest.mark.slow
def test_the_number_of_processes_changes_no_figure(small, monkeypatch):
    both = small.model_copy(update={"other_books": 20})
    shared = figures_of_others(both)
    monkeypatch.setattr("joblib.cpu_count", lambda: 1)
    pd.testing.assert_frame_equal(figures_of_others(both), shared)


def test_a_real_book_has_no_others(small):
    assert isinstance(figures_of_others(Study.load("cumcm2020c")), Absent)
    assert figures_of_others(small.model_copy(update={"other_books": 0})).empty
    assert other_books(Study.load("cumcm2020c")).why.key == "evidence.one_book"
    assert other_books(small.model_copy(update={"other_books": 0})).why.key == "evidence.no_other_books"


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"other_books": 0}, "evidence.no_other_books"), ({"unit": "group"}, "common.not_in_book")],
)
def test_without_other_books_or_of_groups_no_hours_are_tried(settings, why):
    """A run of groups was stopped by an error."""
    assert hours_tried(Study.load("jd", **settings)).why.key == why


def test_gamma_reaches_the_book(small):
    assert (quick(small, "as set", 9).book.gamma, quick(small, "0", 9).book.gamma) == (small.book.gamma, 0.0)
    assert quick(small, "0", 9).seed == 9


def verdicts(**kinds):
    rows = [("C2a", gamma, seed, kind) for gamma, found in kinds.items() for seed, kind in enumerate(found)]
    return pd.DataFrame(rows, columns=["claim", "gamma", "seed", "kind"])


def test_a_tally_counts_kinds_with_wilson_intervals():
    """Wilson (1927), as statsmodels computes it."""
    found = pd.concat([
        verdicts(**{"as set": ["supported"] * 8 + ["depends"] * 2}),
        verdicts(**{"0": ["supported"] * 10}),
    ])  # fmt: skip
    table = tally(found)
    assert table[["kind", "gamma", "count"]].to_numpy().tolist() == [
        ["supported", "as set", 8], ["supported", "0", 10], ["depends", "as set", 2], ["depends", "0", 0],
    ]  # fmt: skip
    assert (table["books"] == 10).all()
    assert tuple(table.loc[0, ["low", "high"]]) == pytest.approx(proportion_confint(8, 10, method="wilson"))
    assert table.loc[[1, 3], ["low", "high"]].to_numpy().ravel() == pytest.approx([0.7225, 1, 0, 0.2775], abs=1e-4)


def test_a_real_book_is_not_counted():
    study = Study.load("cumcm2020c")
    with pytest.raises(CrmError, match="cumcm2020c has one real book"):
        weigh_books(study, pd.Series(dtype=float), [1])
