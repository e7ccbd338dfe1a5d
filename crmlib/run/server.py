"""The warmed process whose forks are kernels: started first, so that it loads while the runner does other things.

The runner alone chooses forked kernels, by an environment variable; JupyterLab and papermill by hand use ordinary
ones. Where fork is missing (Windows), and with CRM_COLD=1, the runner uses ordinary kernels too.
"""

import hashlib
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import entry_points
from pathlib import Path

from crmlib.system import has_room

PROVISIONER = "crm-fork"
COLD = "CRM_COLD"
# The slow imports of the chapters; left out is what must not be shared by forks: a started ZeroMQ context, the inline
# backend (figures would turn into text), polars and DuckDB with their threads.
WARM = (
    "crmlib.run.warmed", "numpy", "pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "matplotlib.figure",
    "IPython", "zmq", "ipykernel.kernelapp", "ipykernel.ipkernel", "yaml", "pydantic", "pandera.pandas", "crmlib.cli",
    "crmlib.run.chapter", "crmlib.run.kernels", "crmlib.book.schema", "crmlib.words.table",
)  # fmt: skip
# Read when matplotlib is first imported, which for a forked kernel is in the process that forks it.
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
# Linear algebra with one thread: kernels run side by side, and sums come out in the same order everywhere.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def ready(cold: bool = False) -> Iterator[None]:
    """Make kernels that are started here forks of the warmed process, or ordinary ones where that is not possible.

    Parameters
    ----------
    cold : bool
        Use ordinary kernels although forks are possible.
    """
    warm = not (cold or os.environ.get(COLD)) and can_fork()
    with tempfile.TemporaryDirectory(prefix="crm-", ignore_cleanup_errors=True) as folder:
        chosen = {"JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER if warm else "local-provisioner"}
        own = {**ONE_THREAD, **INLINE, **chosen, "JUPYTER_RUNTIME_DIR": folder}
        with environment(own), _warmed(folder) if warm else nullcontext():
            yield


@contextmanager
def _warmed(folder: str) -> Iterator[None]:
    """Have the warmed process, which begins to load at once, while this process goes on; kernels end with it."""
    from multiprocessing import forkserver

    # Its socket, which multiprocessing would put into a folder that is left when this process is killed.
    multiprocessing.current_process()._config["tempdir"] = folder
    forkserver.set_forkserver_preload(list(WARM))
    forkserver.ensure_running()
    try:
        yield
    finally:
        multiprocessing.current_process()._config["tempdir"] = None
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        # It is waited for, so that the next one is not taken for it.
        forkserver._forkserver._stop()


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def can_fork() -> bool:
    """Whether kernels can be forked here: the system can, and the provisioner is installed."""
    registered = entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER)
    possible = "forkserver" in multiprocessing.get_all_start_methods() and has_room(Path(tempfile.gettempdir()))
    return possible and bool(registered)


@contextmanager
def temporary(folder: Path) -> Iterator[None]:
    """Let this process, and those that it starts, have their temporary files in a folder that is gone at the end.

    A process that is killed leaves it: the next one, which knows its name, removes it. Where sockets have no room in
    it, it stands in the system's temporary folder, under a name of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not has_room(folder):
        shutil.rmtree(folder)
        base = next(filter(has_room, map(Path, (tempfile.gettempdir(), "/tmp"))), Path(tempfile.gettempdir()))
        folder = base / f"crm-{hashlib.blake2b(str(folder.resolve()).encode(), digest_size=6).hexdigest()}"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    try:
        with environment({"TMPDIR": str(folder.resolve())}):
            # Python looks for the place once.
            tempfile.tempdir = None
            yield
    finally:
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
