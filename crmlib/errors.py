"""Errors that a user can act on, and the nearest right name for a wrong one."""

import errno
import shutil
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

FULL, FORBIDDEN = (errno.ENOSPC, errno.EDQUOT), (errno.EROFS, errno.EACCES, errno.EPERM)


class CrmError(Exception):
    """Anything that a user can put right; the command line prints its text and no traceback.

    Attributes
    ----------
    code : int
        What the command ends with; ``crm --help`` lists all.
    """

    code = 1


class SettingsError(CrmError):
    """A setting, a study or an indicator tree is not as it must be."""

    code = 2


class WeightsError(CrmError, ValueError):
    """Weights cannot be derived from the judgements or tables that were given."""


class RunError(CrmError):
    """A run cannot start, go on or be read."""


class BusyError(RunError):
    """Another process makes the run."""

    code = 3


class TimeLimitError(RunError):
    """A chapter takes longer than it may."""

    code = 4


class DiedError(RunError):
    """A process that did part of the work died, as for want of memory."""

    code = 5


class FileError(CrmError):
    """A file cannot be read or written."""

    code = 6

    @classmethod
    def of(cls, error: OSError, path: Path | None = None) -> "FileError":
        """What the system said, of which path, and what helps."""
        if isinstance(error, shutil.Error):
            # What could not be copied: from, to, why (with a number and the path again).
            _, path, said = error.args[0][0]
            said = said.rpartition("] ")[2].partition(": '")[0]
        else:
            path, said = path or error.filename2 or error.filename, error.strerror or str(error)
        helps = ""
        if error.errno in FULL or "No space left" in str(said):
            helps = " Make room on that disk, or let CRM_REPORTS name a folder on another."
        elif error.errno in FORBIDDEN or "Read-only" in str(said):
            helps = " Let CRM_REPORTS name a folder that you may write."
        return cls(f"{f'{path}: ' if path else ''}{said}.{helps}")


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """`` Did you mean x?`` with the nearest allowed name, or nothing where none is near."""
    by_small = {own.lower(): own for own in allowed}
    near = get_close_matches(name.lower(), by_small, n=1, cutoff=0.5)
    return f" Did you mean {by_small[near[0]]}?" if near else ""
