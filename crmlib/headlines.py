"""Headline numbers of a case: those on which the report's first screen rests, under the names that chapters keep.

Made of any book without a notebook, so that each can be read beside those of other books.
"""

from collections.abc import Callable, Mapping
from typing import Any

from crmlib.absent import is_known
from crmlib.bridge import bridge, bridge_numbers, recorded
from crmlib.case import Case
from crmlib.matrix.profile import holding, year_after
from crmlib.profit import still_open, year_result
from crmlib.strategy.lifetime import leaving_by_class
from crmlib.structure import raroc
from crmlib.structure.concentration import book_concentration, value_created
from crmlib.structure.profile import amounts, customer_traits
from crmlib.value.details import headroom_in_all
from crmlib.value.grades import middle_by_scaling

Numbers = Mapping[str, Any]


def headlines(case: Case) -> dict[str, float]:
    """Every headline number that a book tells, by ``chapter.name`` as in the run's ``results.json``."""
    made = ((chapter, make(case)) for chapter, make in MAKERS.items())
    found = {f"{chapter}.{name}": value for chapter, numbers in made for name, value in numbers.items()}
    return {name: float(value) for name, value in found.items() if is_known(value)}


def _book(case: Case) -> Numbers:
    settings = case.study.profit
    earned = year_result(recorded(case.year, settings), settings)
    return {**earned.in_wan, "eva_negative": earned.negative_share, **bridge_numbers(bridge(case.year, settings))}


def _structure(case: Case) -> Numbers:
    held, settings = amounts(case.book, case.year, case.as_of), case.study.structure
    found, value = book_concentration(held, settings, case.study.seed), value_created(held, case.year, settings.largest)
    return {**_values(found.numbers), "eva_negative": value.negative}


def _problems(case: Case) -> Numbers:
    year = still_open(case.year)
    traits = customer_traits(case.book, year.index, case.as_of, case.study.profit.pd_by_rating)
    found = case.problems.set_index("problem")["value"]
    return {
        **found,
        **raroc.raroc(year, traits, case.study.profit).numbers,
        "problems_shown": case.problems["holds"].sum(),
    }


def _model(case: Case) -> Numbers:
    return {"headroom": headroom_in_all(case.now), "graded": len(case.now.indicators)}


def _scores(case: Case) -> Numbers:
    middle = middle_by_scaling(case.grades).set_index("scaling")
    return {**case.now.scores.median().add_prefix("median_"), "middle_share": middle["share"].iloc[0]}


def _matrix(case: Case) -> Numbers:
    cuts, year = case.cuts, case.year
    held = holding(cuts.classify(case.now.scores), year, case.now.indicators, case.study)
    later = year_after(case.tables["classes_base"].set_index("customer_id"), year, case.study)
    return {
        "cut_current": cuts.current, "cut_potential": cuts.potential,
        **cuts.numbers("customers", held.of("customers", "total")),
        **cuts.numbers("eva", held.of("eva", "total") / 1e4),
        **cuts.numbers("hours_share", held.of("hours")),
        **cuts.numbers("next_year_eva_share", later.table["share"]),
        **cuts.numbers("next_year_eva", later.table["mean"] / 1e4),
    }  # fmt: skip


def _strategy(case: Case) -> Numbers:
    by_class = leaving_by_class(case.lifetimes, case.study.matrix.classes)
    worth = by_class[["worth", "may_leave"]].sum().div(1e4).rename({"worth": "lifetime_value"})
    return {**worth, "losses_expected": by_class["losses"].sum()}


def _evidence(case: Case) -> Numbers:
    later = case.followed
    return {
        "tau_b": later.tau.value, "weakest_step": later.weakest.probability,
        "best_class_share_of_eva": later.best.share, "middle_gain": later.middle.gain.value / 1e4,
        "middle_share_of_headroom": later.middle.headroom.value,
    }  # fmt: skip


def _values(numbers: Numbers) -> Numbers:
    """Numbers without the bounds of their intervals: how far they move between books is seen from the books."""
    return {name: value for name, value in numbers.items() if not name.endswith(("_low", "_high"))}


MAKERS: dict[str, Callable[[Case], Numbers]] = {
    "book": _book, "structure": _structure, "problems": _problems, "model": _model, "scores": _scores,
    "matrix": _matrix, "strategy": _strategy, "evidence": _evidence,
}  # fmt: skip
"""Makers of headline numbers by the chapter that keeps them."""
