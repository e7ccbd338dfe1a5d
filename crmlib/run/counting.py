"""Counting: verdicts on the claims of a run over many simulated books, kept beside the run."""

from concurrent.futures.process import BrokenProcessPool
from functools import partial

import pandas as pd
from rich.progress import track

from crmlib import seeds
from crmlib.errors import DiedError
from crmlib.run.folder import RunFolder, csv_bytes, json_bytes
from crmlib.run.progress import Progress

CSV, JSON = "claims_seeds.csv", "claims_seeds.json"


def count_claims(folder: RunFolder, study: str, books: int, jobs: int, tell: Progress) -> pd.DataFrame:
    """Weigh the claims on the books of the seeds after the study's, with the run's settings and weights.

    Writes the counts as CSV, and counts with every single verdict as JSON, into the run's folder.

    Returns
    -------
    DataFrame
        The tally (:func:`crmlib.seeds.tally`).

    Raises
    ------
    CrmError
        If the study's book is not simulated, or a process dies (DiedError).
    """
    folder.recorded(study)
    settings = folder.study
    weights = settings.tree.leaf_weights(folder.table("weights").set_index("code")["local"])
    drawn = range(settings.seed + 1, settings.seed + 1 + books)
    told = {"description": tell.voice.say("run.weighing"), "console": tell.console, "disable": not tell.watched}
    watch = partial(track, total=2 * books, **told)
    try:
        verdicts = seeds.weigh_books(settings, weights, drawn, jobs, watch)
    except BrokenProcessPool:
        raise DiedError("A process that weighs books died. If memory ran out, take fewer: --jobs 1.") from None
    tally = seeds.tally(verdicts, settings.evidence.interval)
    document = {
        "gamma": settings.book.gamma, "seeds": [drawn.start, drawn.stop - 1], "bootstrap": seeds.DRAWS,
        "null_books": seeds.NULL_BOOKS, "counts": tally.to_dict("records"), "verdicts": verdicts.to_dict("records"),
    }  # fmt: skip
    folder.write(CSV, csv_bytes(tally))
    folder.write(JSON, json_bytes(document))
    tell.say("run.counted", path=folder.path / CSV, name=JSON)
    return tally
