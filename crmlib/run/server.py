"""The warmed process whose forks are kernels: started first, so that it loads while the runner does other things.

The runner alone chooses forked kernels, by an environment variable; JupyterLab and papermill by hand use ordinary
ones. Where fork is missing (Windows), and with CRM_COLD=1, the runner uses ordinary kernels too.
"""

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points

PROVISIONER = "crm-fork"
COLD = "CRM_COLD"
# The slow imports of the chapters; left out is what must not be shared by forks: a started ZeroMQ context, the inline
# backend (figures would turn into text), polars and DuckDB with their threads.
WARM = (
    "numpy", "pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "matplotlib.figure", "IPython", "zmq",
    "ipykernel.kernelapp", "ipykernel.ipkernel", "yaml", "pydantic", "pandera.pandas", "crmlib.cli",
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
    with tempfile.TemporaryDirectory(prefix="crm-") as folder:
        chosen = {"JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER if warm else "local-provisioner"}
        with environment({**ONE_THREAD, **INLINE, **chosen, "JUPYTER_RUNTIME_DIR": folder}):
            if warm:
                from multiprocessing import forkserver

                # It begins to load at once, while this process goes on.
                forkserver.set_forkserver_preload(list(WARM))
                forkserver.ensure_running()
            yield


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
    return "forkserver" in multiprocessing.get_all_start_methods() and bool(registered)
