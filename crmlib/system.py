"""What the operating system is asked for: processes that end with their maker, files on the disk, room for sockets."""

import ctypes
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
SOCKET_NAME = 32
"""Characters that the names of sockets take in a temporary folder."""


def end_with_parent(parent: int | None = None) -> None:
    """Have this process killed when the one that made it ends, even while it is stopped; Linux alone can.

    ``parent`` is the number of that process, where it is known: it may have ended already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if parent not in (None, os.getppid()):
            os._exit(1)


def has_room(folder: Path) -> bool:
    """Whether sockets can be made in a folder: their paths hold some 100 characters, and shares may refuse them."""
    path = folder / ("s" * SOCKET_NAME)
    try:
        with socket.socket(socket.AF_UNIX) as tried:
            tried.bind(str(path))
        path.unlink()
    except (OSError, AttributeError):
        return False
    return True


def settle(folder: Path) -> None:
    """Wait until a folder with all that is below it is on the disk, and would outlive a power cut."""
    if os.name != "posix":
        return
    # Side by side: the disk takes many at once.
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(_settle, (*folder.rglob("*"), folder)))


def _settle(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
