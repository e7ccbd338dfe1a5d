"""What chapter 6 says: how many customers are in the middle, by chance or not, and how three got their score."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from crmlib.words.messages import Message, say

EVEN = 0.2
"""Share of each of five grades by an even spread."""
FAR_APART = 0.2
"""Difference of the shares under other scalings from which the scale says more than the customers."""


def finding(middle: pd.DataFrame, bounds: Sequence[float]) -> Iterator[Message]:
    """The share of customers at the middle level, against an even fifth, and under other scalings."""
    own, others = middle.iloc[0], middle["share"].iloc[1:]
    verdict = "fewer" if own["high"] < EVEN else "more" if own["low"] > EVEN else "even"
    yield say("scores.middle", share=(own["share"], own["low"], own["high"]), bounds=list(bounds[1:3]),
              verdict=say(f"scores.{verdict}"))  # fmt: skip
    far = others.max() - others.min() > FAR_APART
    yield say("scores.scale_matters" if far else "scores.other_scalings", others=[others.min(), others.max()])


def grades(middle: pd.DataFrame, mended: float) -> Iterator[Message]:
    """What null books put in the middle, whether they could be made as asked, and what a crowd there means."""
    below, own = int((middle["share"] < middle["null_low"]).sum()), middle.iloc[0]
    yield say("scores.below_chance" if below else "scores.never_below_chance", below=below, scalings=len(middle))
    if below:
        yield say("scores.pulled_apart")
    side = "fewer" if own["share"] < own["ranked_low"] else "more" if own["share"] > own["ranked_high"] else "alike"
    yield say("scores.ranked", ranked=tuple(own[["ranked_mean", "ranked_low", "ranked_high"]]))
    yield say(f"scores.ranked_{side}")
    if round(mended, 3):
        yield say("scores.mended", change=mended)
    yield say("scores.arithmetic")


def examples(chosen: pd.DataFrame, apart: pd.DataFrame) -> Iterator[Message]:
    """What lies between the best and the typical customer."""
    gap = chosen.loc["best", "total"] - chosen.loc["typical", "total"]
    most = apart[apart["points"].round(1) > 0].head(2)
    made = [say("scores.makes", indicator=row.indicator, points=row.points) for row in most.itertuples()]
    yield say("scores.gap" if made else "scores.no_gap", gap=gap, made=made)


def without_loan(found: Mapping[str, float]) -> Iterator[Message]:
    """What customers without a loan get for lending."""
    yield say("scores.without_loan" if round(found["points"]) else "scores.without_loan_and_points", **found)
