"""What chapter 1 says: what the book holds, where it comes from, how it compares, and what is left of income."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from crmlib.words.messages import Message, say
from crmlib.words.sentences import fill, without


def finding(summary: Any) -> Iterator[Message]:
    """What the book holds, and whether it breaks rules."""
    origin = say("common.simulated") if summary.simulated else say("book.read", tables=summary.tables)
    yield fill("book.holds", summary, origin=origin)
    yield fill("book.broken" if summary.broken else "book.none_broken", summary)


def tables(absent: frozenset[str], simulated: bool) -> Iterator[Message]:
    """What is not there, and what is there that no branch has."""
    if absent:
        yield say("book.absent", absent=sorted(absent))
    if simulated:
        yield say("book.truth")


def source(simulated: bool, seed: int, dials: Any, card: str) -> Iterator[Message]:
    """How the book was simulated, or where its data card stands."""
    if simulated:
        yield fill("book.drawn", dials, seed=str(seed))
        yield fill("book.hidden", dials)
    else:
        yield say("book.card", path=card) if card else say("book.no_card")


def doubts(notes: pd.DataFrame) -> Iterator[Message]:
    """That something which was read can hardly be true."""
    if count := int(notes["doubt"].sum()):
        yield say("book.doubts", doubts=count)


def calibrated(calibration: Any) -> Iterator[Message]:
    """How many figures that could have failed lie within their bands, and which do not."""
    yield say("book.inside", inside=calibration.inside, figures=len(calibration.checked))
    if calibration.outside:
        yield say("book.outside", figures=calibration.outside)


def scatter(calibration: Any) -> Iterator[Message]:
    """What could not have failed, and what other books of the same making show."""
    yield say("book.scaled", figures=calibration.scaled)
    said = "book.scatter" if calibration.books else "book.alone"
    yield fill(said, calibration, inside=calibration.books_all_inside)


def gaps(gaps: pd.DataFrame) -> Iterator[Message]:
    """What missing values mean."""
    yield say("book.gaps", columns=len(gaps))


def prices(prices: pd.DataFrame) -> Iterator[Message]:
    """What deposits earned in the last month on record."""
    last = prices.iloc[-1]
    yield say("book.prices", month=last["month"], demand=last["ftp_demand"] - last["rate_demand"],
              time=last["ftp_time"] - last["rate_time"])  # fmt: skip


def earned(result: Any, as_of: Any) -> Iterator[Message]:
    """What customers earned in the year, and what was left of it."""
    said = "book.left_over" if result.eva_realised >= 0 else "book.lost"
    yield fill(said, result, as_of=as_of, eva_realised=abs(result.eva_realised))
    yield fill("book.with_expected", result)
    if not result.overhead:
        yield say("book.contribution")
    yield from without(result.unknown)


def meaning(result: Any) -> Iterator[Message]:
    """Who earns less than it costs, who left and who is not graded."""
    if result.known:
        yield say("book.negative", known=result.known, share=result.negative_share)
    if left := result.customers - result.open:
        yield say("book.left", left=left)
    if result.too_new:
        yield say("book.too_new", new=result.too_new)
