"""A run is made in a folder of its own and put in the place of the last one whole, by one run at a time.

Whatever happens on the way (an error, a kill, a full disk), the last good run stays as it was, and the next start
finds out how far the exchange came: it completes or undoes it.
"""

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Places:
    """Where a run stands, is made, and is put aside during the exchange.

    Attributes
    ----------
    root : Path
        Folder of all runs.
    name : str
        Name of the run.
    """

    root: Path
    name: str

    @property
    def last(self) -> RunFolder:
        """The run that readers see."""
        return RunFolder(self.root / self.name)

    @property
    def part(self) -> RunFolder:
        """The run in the making; its folder has the run's name, so that notebooks show the right one."""
        return RunFolder(self.root / f".{self.name}.part" / self.name)

    @property
    def aside(self) -> Path:
        """Where the last run stands for the moment of the exchange."""
        return self.root / f".{self.name}.old"

    @property
    def lock(self) -> Path:
        """Lock file, which names its owner."""
        return self.root / f".{self.name}.lock"

    def swap(self) -> None:
        """Put the finished part in the place of the last run."""
        if self.last.path.exists():
            self.last.path.rename(self.aside)
        self.part.path.rename(self.last.path)
        self.clear()

    def recover(self) -> None:
        """Complete an exchange that was interrupted, or undo it where the new run is not complete."""
        if self.part.finished:
            if self.last.path.exists() and self.aside.exists():
                shutil.rmtree(self.aside)
            self.swap()
        elif self.aside.exists() and not self.last.path.exists():
            self.aside.rename(self.last.path)
        elif self.aside.exists():
            self.clear()

    def clear(self) -> None:
        """Remove what the exchange left aside."""
        for path in (self.aside, self.part.path.parent):
            if path.exists():
                shutil.rmtree(path)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs of the same name out.

        The system lets go of the lock when its owner ends, however it ends: a lock of a dead process is taken over.

        Raises
        ------
        RunError
            If another run holds it; names its owner.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a+", encoding="utf-8") as file:
            if not _try_lock(file):
                file.seek(0)
                raise RunError(f"{self.name} is being run already, {_owner(file.read())}. Wait for it, or use --as.")
            started = datetime.now().astimezone().isoformat(timespec="seconds")
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "host": platform.node(), "started": started}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)


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


def _owner(text: str) -> str:
    try:
        owner = json.loads(text)
        return f"by process {owner['pid']} on {owner['host']} since {owner['started']}"
    except (ValueError, KeyError):
        return "by a process that has just begun"
