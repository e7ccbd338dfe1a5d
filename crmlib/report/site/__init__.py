"""The site: what a branch manager, a relationship manager and an examiner read, offline, from one finished run."""

from pathlib import Path


def build(folder: Path, target: Path) -> None:
    """Make the site of a finished run; see :func:`crmlib.report.site.make.make`."""
    # Sphinx loads the extension of this package, and need not wait for tables and figures.
    from crmlib.report.site.make import make

    make(Path(folder), Path(target))
