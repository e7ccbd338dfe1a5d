"""A run is made in a folder of its own and put in the place of the last one whole, by one run at a time.

Whatever happens on the way (an error, a kill, a full disk), the last good run stays as it was, and the next start
finds out how far the exchange came: it completes or undoes it.
"""

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from crmlib.errors import BusyError, RunError
from crmlib.report.publish import put_back
from crmlib.run.folder import RunFolder
from crmlib.run.server import temporary
from crmlib.run.state import damaged
from crmlib.runs import RECORD
from crmlib.system import settle

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

TEMPORARY = ".tmp"
"""Folder beside a run in the making for temporary files."""


class Places:
    """Where a run stands, is made, and is put aside during the exchange.

    Parameters
    ----------
    root : Path
        Folder of all runs.
    name : str
        Name of the run.

    Attributes
    ----------
    last : RunFolder
        The run that readers see.
    part : RunFolder
        The run in the making; its folder has the run's name, so that notebooks show the right one.
    aside : Path
        Where the last run stands for the moment of the exchange.
    lock : Path
        Lock file, which names its owner.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.last, self.part = RunFolder(root / name), RunFolder(root / f".{name}.part" / name)
        self.aside, self.lock = root / f".{name}.old", root / f".{name}.lock"

    def swap(self) -> None:
        """Put the finished part in the place of the last run."""
        settle(self.part.path)
        if self.last.path.exists():
            _remove(self.aside)
            self.last.path.rename(self.aside)
        self.part.path.rename(self.last.path)
        self.clear()

    def recover(self) -> None:
        """Complete an exchange that was interrupted, or undo it where the new run is not whole."""
        if self.part.finished and not damaged(self.part):
            self.swap()
            return
        (self.part.path / RECORD).unlink(missing_ok=True)
        if self.aside.exists() and self.last.path.exists():
            self.clear()
        elif self.aside.exists():
            self.aside.rename(self.last.path)
        put_back(self.last.path)

    def clear(self) -> None:
        """Remove the run in the making, and what was put aside."""
        _remove(self.aside)
        _remove(self.part.path.parent)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs of the same name out, with a place for temporary files beside the part.

        The system lets go of the lock when its owner ends, however it ends: a lock of a dead process is taken over.

        Raises
        ------
        BusyError
            If another run holds it; names its owner.
        RunError
            If the run's folder is a link, which the exchange would cut.
        """
        if self.last.path.is_symlink():
            raise RunError(
                f"{self.last.path} is a link, and a run is put in its place whole. Remove it, or let CRM_REPORTS name "
                f"the folder in which {self.last.path.resolve()} stands."
            )
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a+", encoding="utf-8") as file:
            if not _try_lock(file):
                file.seek(0)
                owner = file.read() or "a process that has just begun"
                raise BusyError(f"{self.last.name} is being run already, by {owner}. Wait for it, or use --as.")
            started = datetime.now().astimezone().isoformat(timespec="seconds")
            file.truncate(0)
            file.write(f"process {os.getpid()} on {platform.node()} since {started}")
            file.flush()
            try:
                with temporary(self.part.path.parent / TEMPORARY):
                    yield
            finally:
                with suppress(OSError):
                    # Empty, unless a run was begun.
                    self.part.path.parent.rmdir()
                file.truncate(0)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _try_lock(file: IO[str]) -> bool:
    """Lock a file without waiting; False if another process holds it."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            # A byte far behind the text, so that others can read who owns the lock.
            file.seek(2**20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
