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
        with environment({**ONE_THREAD, **chosen, "JUPYTER_RUNTIME_DIR": folder}):
            if warm:
                _start_server()
            yield


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def can_fork() -> bool:
    """Whether kernels can be forked here: the system can, and the provisioner is installed."""
    registered = entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER)
    return "forkserver" in multiprocessing.get_all_start_methods() and bool(registered)


def _start_server() -> None:
    """Start the process that forks, which begins to load at once while this one goes on."""
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload(["crmlib.run.warm"])
    forkserver.ensure_running()
