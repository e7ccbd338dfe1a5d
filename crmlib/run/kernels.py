"""Kernels that start at once: forks of the warmed process, behind the interface by which Jupyter starts kernels."""

import multiprocessing
import os
import random
import sys
import threading
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from crmlib.system import end_with_parent


class ForkedKernel(ForkServerProcess):
    """A fork with the part of ``subprocess.Popen`` that a provisioner uses beside ``terminate`` and ``kill``."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end; returns the exit code."""
        self.join(timeout)
        return self.exitcode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)


class ForkProvisioner(LocalProvisioner):
    """Starts kernels as forks of the warmed process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel in place of the command ``python -m ipykernel_launcher -f <connection file>``."""
        arguments, environment = cmd[cmd.index("-f") :], kwargs.get("env") or dict(os.environ)
        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        self.process = ForkedKernel(target=run_kernel, args=(arguments, environment, self.cwd), daemon=True)
        self.process.start()
        # The fork makes a process group of its own, named by its number.
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def run_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Be a kernel, in a fresh fork."""
    os.setsid()
    end_with_parent()
    # Only a process that is no daemon may have workers of its own; this one ends with the runner all the same.
    multiprocessing.current_process().daemon = False
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    threading.Thread(target=_end_with_runner, daemon=True).start()
    # Forks must not share one state of the global random numbers.
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = ["ipykernel_launcher", *arguments]

    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(arguments)


def _end_with_runner() -> None:
    """End when the runner ends, on systems that do not see to it by themselves."""
    multiprocessing.parent_process().join()
    os._exit(1)
