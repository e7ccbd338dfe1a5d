"""Seeds: what would come out, were the book another one of the same making?

On a simulated book support is a property of the simulator. So every claim is weighed on many books, and on as many in
which potential has no effect: a claim about potential that holds there as often says nothing about potential.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from crmlib.absent import Lacking, is_known, needs
from crmlib.book import Book, load_book
from crmlib.book.calibration import figures
from crmlib.case import Case
from crmlib.errors import CrmError
from crmlib.evidence.claims import CHECKED, KINDS
from crmlib.evidence.others import AS_SET, CONTACTS, NO_EFFECT
from crmlib.headlines import headlines
from crmlib.structure.effects import beside_truth
from crmlib.study import Study
from crmlib.system import end_with_parent

Found = TypeVar("Found")
BOOKS_A_PROCESS = 10
"""Books from which a second process is worth its start."""
DRAWS, NULL_BOOKS = 100, 2
"""Bootstrap draws and null books behind each interval of one of many books."""


def weigh_books(
    study: Study,
    weights: pd.Series,
    seeds: Iterable[int],
    jobs: int = 1,
    watch: Callable[[Iterable[pd.DataFrame]], Iterable[pd.DataFrame]] = iter,
) -> pd.DataFrame:
    """Verdicts on simulated books of many seeds, with the effect of potential as set and with none.

    Parameters
    ----------
    study : Study
        A study with a simulated book.
    weights : Series
        Weight of each leaf in the total; experts are asked once, so they are the same in every book.
    seeds : iterable of int
    jobs : int
        Processes; the answer does not depend on their number.
    watch : callable
        Goes over the books as they are done, two a seed, such as a progress bar.

    Returns
    -------
    DataFrame
        One row a book and claim: gamma (``as set`` or ``0``), seed, claim, kind of its verdict. C0a and C3a, which
        are only checked, are left out; C2a is tested on the last year alone.

    Raises
    ------
    CrmError
        If the study's book is not simulated.
    """
    if study.book.source != "simulated":
        raise CrmError(f"{study.name} has one real book: verdicts can be counted over simulated books alone.")
    found = _of_books({AS_SET: _verdicts, NO_EFFECT: _verdicts}, study, weights, seeds, jobs, watch)
    return found.sort_values(["gamma", "seed", "claim"], ascending=[False, True, True], ignore_index=True)


@needs()
def other_books(
    study: Study, jobs: int = -1, watch: Callable[[Iterable[pd.DataFrame]], Iterable[pd.DataFrame]] = iter
) -> pd.DataFrame:
    """Headline numbers and verdicts of the other books beside which a simulated one is read; absent beside a real one.

    Parameters
    ----------
    study : Study
        Its ``other_books`` books have the seeds after its own, and the weights of its own experts.
    jobs, watch
        As for :func:`weigh_books`.

    Returns
    -------
    DataFrame
        One row a claim and book, and a number of each book as set: gamma (``as set`` or ``0``), seed, name
        (``chapter.name`` of a number, what contacts change beside the truth, or a claim), value (missing for a claim)
        and kind (of the verdict; missing for a number).
    """
    if study.book.source != "simulated":
        raise Lacking("evidence.one_book")
    if not study.other_books:
        raise Lacking("evidence.no_other_books")
    # A number is read beside books made as this one is: none is asked of those without an effect of potential.
    asks = {AS_SET: _verdicts_and_numbers, NO_EFFECT: _named_verdicts}
    found = _of_books(asks, study, Case.load(study).weights, _seeds(study), jobs, watch)
    return found.sort_values(["gamma", "seed", "name"], ascending=[False, True, True], ignore_index=True)


def _of_books(
    asks: Mapping[str, Callable[[Case], pd.DataFrame]],
    study: Study,
    weights: pd.Series,
    seeds: Iterable[int],
    jobs: int,
    watch: Callable[[Iterable[pd.DataFrame]], Iterable[pd.DataFrame]],
) -> pd.DataFrame:
    """What is asked of each book, by the effect of potential in it."""
    from joblib import Parallel, delayed

    work = (delayed(_asked_of)(ask, study, weights, gamma, seed) for seed in seeds for gamma, ask in asks.items())
    return pd.concat(watch(Parallel(n_jobs=jobs, return_as="generator", **_ended())(work)), ignore_index=True)


def tally(verdicts: pd.DataFrame, coverage: float = 0.95) -> pd.DataFrame:
    """In how many books each claim got each kind of verdict, with binomial intervals.

    Parameters
    ----------
    verdicts : DataFrame
        From :func:`weigh_books`.
    coverage : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row a claim, kind of verdict that it got in any book, and gamma: claim, kind, gamma, count, books, share,
        low, high (Wilson's interval).

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.
    """
    from statsmodels.stats.proportion import proportion_confint

    wide = pd.crosstab([verdicts["claim"], verdicts["kind"]], verdicts["gamma"])
    table = wide.reset_index().melt(["claim", "kind"], var_name="gamma", value_name="count")
    table = table.assign(place=table["kind"].map(KINDS.index))
    table = table.sort_values(["claim", "place", "gamma"], ascending=[True, True, False], ignore_index=True)
    table = table.drop(columns="place")
    table["books"] = table.groupby(["claim", "gamma"])["count"].transform("sum")
    low, high = proportion_confint(table["count"], table["books"], 1 - coverage, method="wilson")
    return table.assign(share=table["count"] / table["books"], low=low.clip(lower=0), high=high.clip(upper=1))


def hour_trial(study: Study, weights: pd.Series, seeds: Iterable[int]) -> pd.DataFrame:
    """Every rule for hours on simulated books of other seeds.

    Parameters
    ----------
    study, weights, seeds
        As for :func:`weigh_books`.

    Returns
    -------
    DataFrame
        seed, and the columns of :func:`crmlib.strategy.trial.on_truth`.
    """
    return pd.concat(_asked_of_books(study, seeds, _hour_trial, weights), ignore_index=True)


@needs()
def hours_tried(study: Study) -> pd.DataFrame:
    """What rules for hours win on the truth of other books, as :func:`hour_trial`; absent if there is none.

    A real book has no others, and of groups no book holds the truth.
    """
    if study.book.source != "simulated" or study.unit == "group":
        raise Lacking("common.not_in_book", what=["truth"])
    if not study.other_books:
        raise Lacking("evidence.no_other_books")
    return hour_trial(study, Case.load(study).weights, _seeds(study))


@needs()
def figures_of_others(study: Study) -> pd.DataFrame:
    """The figures that are published, of the other books beside which a simulated one is read.

    Returns
    -------
    DataFrame, shape (books, figures)
        Index ``seed``, columns as in :func:`crmlib.book.calibration.figures`; absent if the study has one real book.
    """
    if study.book.source != "simulated":
        raise Lacking("book.not_calibrated")
    seeds = _seeds(study)
    return pd.DataFrame(_asked_of_books(study, seeds, _figures), index=pd.Index(seeds, name="seed"), dtype=float)


def quick(study: Study, gamma: str, seed: int) -> Study:
    """The study with another book, and with no more draws than a verdict needs: none hangs on a problem's interval.

    Nobody asks the experts of these books either, so there are as few as there may be.
    """
    few = {
        "structure": {"bootstrap": 1}, "problems": {"bootstrap": 1}, "matrix": {"draws": 1},
        "scores": {"null_books": NULL_BOOKS}, "evidence": {"bootstrap": DRAWS}, "strategy": {"bootstrap": DRAWS},
        "book": {"experts": 2},
    }  # fmt: skip
    if gamma == NO_EFFECT:
        few["book"]["gamma"] = 0.0
    sections = {name: getattr(study, name).model_copy(update=values) for name, values in few.items()}
    return study.model_copy(update={**sections, "seed": seed})


def _seeds(study: Study) -> range:
    """Seeds of the books beside the study's own."""
    return range(study.seed + 1, study.seed + 1 + study.other_books)


def _asked_of_books(
    study: Study, seeds: Iterable[int], ask: Callable[[Case], Found], weights: pd.Series | None = None
) -> list[Found]:
    """What is asked of the last year of each of many books, on every core where they are enough to start a process."""
    from joblib import Parallel, cpu_count, delayed

    work = [delayed(_asked)(study, seed, ask, weights) for seed in seeds]
    return Parallel(max(1, min(cpu_count(), len(work) // BOOKS_A_PROCESS)), **_ended())(work)


def _ended() -> dict[str, Any]:
    """How joblib makes workers that end with this process."""
    return {"initializer": end_with_parent, "initargs": (os.getpid(),)}


def _asked(study: Study, seed: int, ask: Callable[[Case], Found], weights: pd.Series | None) -> Found:
    # Nobody asks the experts of these books.
    other = study.model_copy(update={"seed": seed, "book": study.book.model_copy(update={"experts": 2})})
    # pandas looks up Python's strings faster than those of Arrow: a fifth of the time.
    with pd.option_context("mode.string_storage", "python"):
        return ask(Case.load(other, weights, years=1))


def _hour_trial(case: Case) -> pd.DataFrame:
    return case.hour_trial


def _figures(case: Case) -> dict[str, float]:
    return figures(case.book, case.profit, case.as_of)


def _asked_of(
    ask: Callable[[Case], pd.DataFrame], study: Study, weights: pd.Series, gamma: str, seed: int
) -> pd.DataFrame:
    other = quick(study, gamma, seed)
    # pandas looks up whole numbers, and Python's strings, faster than those of Arrow: a third of the time.
    with pd.option_context("mode.string_storage", "python"):
        found = ask(Case(other, _numbered(load_book(other)), weights, years=2, told=False))
    # Elsewhere strings are those of Arrow, and a file shows the difference.
    found = found.astype(dict.fromkeys(found.select_dtypes("str"), "str"))
    return found.assign(gamma=gamma, seed=seed)[["gamma", "seed", *found]]


def _verdicts(case: Case) -> pd.DataFrame:
    found = case.verdicts(every_year=False).items()
    rows = [(claim, verdict.kind) for claim, verdict in found if claim not in CHECKED]
    return pd.DataFrame(rows, columns=["claim", "kind"])


def _verdicts_and_numbers(case: Case) -> pd.DataFrame:
    return pd.concat([_numbers(case), _named_verdicts(case)], ignore_index=True)


def _named_verdicts(case: Case) -> pd.DataFrame:
    return _verdicts(case).rename(columns={"claim": "name"})


def _numbers(case: Case) -> pd.DataFrame:
    found, settings = headlines(case), case.study.management
    contacts = beside_truth(case.book, case.as_of, settings.window, settings.interval)
    if is_known(contacts):
        found |= contacts.add_prefix(CONTACTS)
    return pd.DataFrame(found.items(), columns=["name", "value"])


def _numbered(book: Book) -> Book:
    """The book with whole numbers as IDs, which are in the same order."""
    ids = pd.Index(sorted(book.customers["customer_id"]))
    tables = {
        name: table.assign(customer_id=ids.get_indexer(table["customer_id"])) if "customer_id" in table else table
        for name, table in book.tables.items()
    }
    return replace(book, tables=tables)
