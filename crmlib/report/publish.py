"""Publish: what people read of a finished run, made beside it and put in its place when all of it is there."""

import shutil
import time
from pathlib import Path
from pkgutil import resolve_name

from crmlib.runs import Run
from crmlib.system import settle

BRIEF, WORKBOOK, SITE = "brief.pdf", "customers.xlsx", "site"
PARTS = {
    BRIEF: "crmlib.report.brief:brief",
    WORKBOOK: "crmlib.report.workbook.make:workbook",
    SITE: "crmlib.report.site.make:make",
}
"""What is published, by its name in the run's folder, and the function that makes it of a run at a path."""
EARLIER = "earlier"
"""Folder of a run that holds what was published of the one before it, so that nobody takes it for this one's."""
PART, ASIDE = ".publish", "old "
"""Folder of a run in which parts are made, and where the last one of a part stands for the moment of the exchange."""


def publish(folder: Path) -> dict[str, float]:
    """Make brief, workbook and site of a finished run.

    Parameters
    ----------
    folder : Path
        The run; what was published of it before is replaced, and stays if anything fails.

    Returns
    -------
    dict
        Seconds that each part took, and ``total``.
    """
    part, start = folder / PART, time.perf_counter()
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        seconds = {name: _timed(make, Run(folder), part / name) for name, make in PARTS.items()}
        for name in (BRIEF, WORKBOOK):
            shutil.copyfile(part / name, part / SITE / name)
        settle(part)
        for name in seconds:
            _swap(part / name, folder / name)
        shutil.rmtree(folder / EARLIER, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return {**seconds, "total": round(time.perf_counter() - start, 2)}


def keep_published(last: Path, new: Path) -> bool:
    """Copy what was published of the last run, or of one before, into a new one; whether there was any.

    Parameters
    ----------
    last, new : Path
        Folders of the runs.
    """
    source = next((folder for folder in (last, last / EARLIER) if (folder / SITE).is_dir()), None)
    if source is None:
        return False
    shutil.rmtree(new / EARLIER, ignore_errors=True)
    (new / EARLIER).mkdir()
    for name in (BRIEF, WORKBOOK):
        if (source / name).is_file():
            shutil.copyfile(source / name, new / EARLIER / name)
    shutil.copytree(source / SITE, new / EARLIER / SITE)
    return True


def put_back(folder: Path) -> None:
    """Put the last site back where a publication was killed in the middle of the exchange."""
    aside = folder / PART / (ASIDE + SITE)
    if aside.exists() and not (folder / SITE).exists():
        aside.rename(folder / SITE)


def _timed(make: str, run: Run, target: Path) -> float:
    """Seconds that a part took; heavy imports belong to the part's own time."""
    start = time.perf_counter()
    resolve_name(make)(run, target)
    return round(time.perf_counter() - start, 2)


def _swap(new: Path, place: Path) -> None:
    """Put a file or folder in the place of the last one, which is gone only when the new one stands there."""
    if place.is_dir():
        place.rename(new.with_name(ASIDE + new.name))
    new.replace(place)
