"""What chapter 4 says: which problems show, how clearly, and what stands behind each."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.numbers import known
from crmlib.words.sentences import without

SHARE, CORRELATION = "share", "correlation"
LEAST, LISTED = 10, 3
"""Customers from which a segment is named, and how many are."""


def finding(problems: pd.DataFrame) -> Iterator[Message]:
    """How many problems show, and which."""
    if problems.empty:
        yield say("problems.none_measured")
        return
    shown = problems[problems["holds"]]
    yield say("problems.shown" if len(shown) else "problems.none_shown", shown=len(shown), measured=len(problems),
              named=[_named(row) for row in shown.to_dict("records")])  # fmt: skip
    if len(shown):
        clear = int(shown["clear"].sum())
        yield say("problems.clear" if clear != 1 else "problems.one_clear", clear=clear)


def not_measured(lacking: dict[str, list[str]]) -> Iterator[list[Message]]:
    """Which problems were not measured, and what for."""
    if lacking:
        yield [
            say("problems.lacks" if lacks else "problems.no_case", problem=problem, what=lacks)
            for problem, lacks in lacking.items()
        ]


def verdicts(problems: pd.DataFrame) -> Iterator[list[Message]]:
    """One line a problem: statistic, threshold, verdict, what stands beside it and what answers it."""
    yield [_verdict(row) for row in problems.to_dict("records")]


def thresholds(problems: pd.DataFrame) -> Iterator[Message | list[Message]]:
    """At which threshold each verdict would turn."""
    yield say("problems.thresholds_assumed")
    yield [
        say("problems.turns_clear" if row["clear"] else "problems.turns", problem=row["problem"],
            value=quantity((row["value"], row["low"], row["high"]), row["unit"]),
            threshold=quantity(row["threshold"], row["unit"]))
        for row in problems.to_dict("records")
    ]  # fmt: skip


def hours(problem: pd.Series, by_size: pd.DataFrame, unknown: int = 0) -> Iterator[Message]:
    """Where hours on customers with negative EVA go, and of how many customers nobody knows."""
    most = by_size.loc[by_size["share"].idxmax()]
    yield say("problems.hours", negative=problem["reference"], share=problem["value"])
    yield say("problems.hours_less" if problem["value"] < problem["reference"] else "problems.hours_more")
    yield say("problems.hours_size", size=most["size"], share=most["share"])
    yield from without(unknown)


def products(products: pd.DataFrame) -> Iterator[Message]:
    """In which products most room is."""
    room = (products["eligible"] - products["held"]).set_axis(products["name"]).sort_values(ascending=False).head(2)
    names = [say("problems.room", name=name, n=int(count)) for name, count in room.items()]
    yield say("problems.products", rooms=names)


def prices(by_rating: pd.DataFrame) -> Iterator[Message]:
    """How much is lent below its cost, and at which rating most."""
    most = by_rating.sort_values("underpriced").iloc[-1]
    yield say("problems.prices", underpriced=by_rating["underpriced"].sum(), lent=by_rating["loans"].sum(),
              rating=most["rating"], most=most["underpriced"])  # fmt: skip


def raroc(found: Any) -> Iterator[Message]:
    """Whether capital earns its hurdle, by loans alone and with all that goes with them, and where it does not."""
    own, hurdle = found.book, found.hurdle
    yield say("problems.raroc", n=own["n"], raroc=own["raroc"], median=own["raroc_median"], loans=own["loans_raroc"],
              hurdle=hurdle)  # fmt: skip
    if known(own["loans_raroc"]):
        alone, together = own["loans_raroc"] >= hurdle, own["raroc"] >= hurdle
        yield say(f"problems.{('nothing_pays', 'rest_costs', 'rest_pays', 'loans_pay')[2 * together + alone]}")
    if found.under > 0:
        yield say(
            "problems.contribution", under=found.under, paid_for=found.paid_for, share=found.paid_for / found.under
        )
    under = found.segments[(found.segments["raroc"] < hurdle) & (found.segments["n"] >= LEAST)]
    if len(under):
        worst = under.sort_values("raroc").head(LISTED)
        yield say("problems.raroc_under", segments=[
            say("problems.segment_earns", name=segment_name(row.trait, row.value), raroc=row.raroc)
            for row in worst.itertuples()
        ])  # fmt: skip
    yield say("problems.raroc_everybody", raroc=found.everybody)
    if known(found.loans_to_deposits):
        yield say("problems.loans_to_deposits", ratio=found.loans_to_deposits)


def segment_name(trait: str, value: str) -> Message:
    """A segment by its trait, or all together."""
    return say("problems.whole_book") if trait == "book" else say("structure.trait", trait=trait, value=value)


def losses(problem: pd.Series, months: int, hours: float) -> Iterator[Message]:
    """Whether customers that left had fallen unattended more often than those that stayed."""
    estimate = (problem["value"], problem["low"], problem["high"])
    yield say("problems.losses", months=months, hours=hours, share=estimate)
    same = problem["low"] <= problem["reference"] <= problem["high"]
    yield say("problems.losses_same" if same else "problems.losses_sign", share=problem["reference"])


def quantity(value: float | tuple[float, float, float], unit: str) -> Message:
    """A statistic, or an estimate of it, in its own unit."""
    return say(f"problems.{unit}", value=value)


def _named(row: dict[str, Any]) -> Message:
    return say("problems.named", problem=row["problem"], value=quantity(row["value"], row["unit"]))


def _verdict(row: dict[str, Any]) -> Message:
    kind = ("holds" if row["holds"] else "fails") + ("" if row["clear"] else "_perhaps")
    estimate, threshold = (row["value"], row["low"], row["high"]), row["threshold"]
    parts = [
        say("problems.verdict", problem=row["problem"], direction=row["direction"], verdict=say(f"problems.{kind}"),
            estimate=quantity(estimate, row["unit"]), threshold=quantity(threshold, row["unit"])),
    ]  # fmt: skip
    if pd.notna(row["reference"]):
        parts.append(say("problems.beside", problem=row["problem"], value=quantity(row["reference"], row["unit"])))
    codes = row["answered_by"].split(", ") if row["answered_by"] else []
    parts.append(say("problems.answered", codes=codes) if codes else say("problems.unanswered"))
    return say("problems.line", parts=parts)
