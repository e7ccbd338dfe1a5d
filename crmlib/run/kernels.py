"""Kernels that start at once: forks of the warmed process, behind the interface by which Jupyter starts kernels."""

import multiprocessing
import os
import random
import signal
import sys
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default

LONGEST = 90
"""Characters of a folder in which sockets have room: macOS allows their whole path 103, Linux 107."""


class ForkedKernel:
    """A forked process behind the part of ``subprocess.Popen`` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end; returns the exit code."""
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class SocketKernelManager(AsyncKernelManager):
    """Talks to a kernel through files where it can: a port is free only until another run takes it first."""

    @default("transport")
    def _transport(self) -> str:
        return "ipc" if os.name == "posix" and len(jupyter_runtime_dir()) <= LONGEST else "tcp"

    def _ip_default(self) -> str:
        return str(Path(jupyter_runtime_dir()) / uuid4().hex[:8]) if self.transport == "ipc" else super()._ip_default()


class ForkProvisioner(LocalProvisioner):
    """Starts kernels as forks of the warmed process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel in place of the command ``python -m ipykernel_launcher -f <connection file>``."""
        arguments, environment = cmd[cmd.index("-f") :], kwargs.get("env") or dict(os.environ)
        folder = str(kwargs.get("cwd") or Path.cwd())
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=run_kernel, args=(arguments, environment, folder), daemon=True)
        process.start()
        self.process = ForkedKernel(process)
        # The fork makes a process group of its own, named by its number.
        self.pid = self.pgid = process.pid
        self.cwd = folder
        return self.connection_info


def run_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Be a kernel, in a fresh fork."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    _end_with_parent()
    _reseed()
    sys.argv = ["ipykernel_launcher", *arguments]

    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(arguments)


def _end_with_parent() -> None:
    """End when the runner ends, however it ends; the server that forked this kernel would live on."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _reseed() -> None:
    """Forks must not share one state of the global random numbers."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
