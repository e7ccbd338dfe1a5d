"""Pilot: what a finished run says of its pilot of hours, or what came of it once the book covers its months."""

import pandas as pd

from crmlib.absent import is_known
from crmlib.book import Book
from crmlib.runs import Run
from crmlib.strategy.pilot import evaluate
from crmlib.words.messages import Message, from_json
from crmlib.words.sentences import sentences


def pilot_told(run: Run, book: Book) -> list[Message]:
    """The outcome of the pilot of a run, or its design while it runs, or why there is none.

    Parameters
    ----------
    run : Run
        A finished one, whose table ``pilot`` says who takes part.
    book : Book
        The study's book as it is now.
    """
    listed, settings = run.table("pilot"), run.study.strategy
    start = pd.Timestamp(run.study.as_of)
    outcome = evaluate(book, listed, start, settings.pilot_months, settings.interval)
    if is_known(outcome):
        return list(sentences("strategy", "pilot_outcome", outcome))
    return [*from_json(run.results("strategy").get("said", {}).get("pilot", [])), outcome.why]
