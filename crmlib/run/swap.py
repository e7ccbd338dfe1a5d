"""A run is made in a folder of its own and put in the place of the last one whole, by one run at a time.

Whatever happens on the way (an error, a kill, a full disk), the last good run stays as it was, and the next start
finds out how far the exchange came: it completes or undoes it.
"""

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from crmlib.errors import RunError
from crmlib.run.folder import RunFolder

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt


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
        if self.last.path.exists():
            _remove(self.aside)
            self.last.path.rename(self.aside)
        self.part.path.rename(self.last.path)
        self._clear()

    def recover(self) -> None:
        """Complete an exchange that was interrupted, or undo it where the new run is not complete."""
        if self.part.finished:
            self.swap()
        elif self.aside.exists() and self.last.path.exists():
            self._clear()
        elif self.aside.exists():
            self.aside.rename(self.last.path)

    def _clear(self) -> None:
        _remove(self.aside)
        _remove(self.part.path.parent)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs of the same name out.

        The system lets go of the lock when its owner ends, however it ends: a lock of a dead process is taken over.

        Raises
        ------
        RunError
            If another run holds it; names its owner.
        """
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a+", encoding="utf-8") as file:
            if not _try_lock(file):
                file.seek(0)
                owner = file.read() or "a process that has just begun"
                raise RunError(f"{self.last.name} is being run already, by {owner}. Wait for it, or use --as.")
            started = datetime.now().astimezone().isoformat(timespec="seconds")
            file.truncate(0)
            file.write(f"process {os.getpid()} on {platform.node()} since {started}")
            file.flush()
            try:
                yield
            finally:
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
