import os
import signal
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from crmlib.run.kernels import ForkedKernel
from crmlib.run.notebook import execute
from crmlib.run.server import can_fork, ready

pytestmark = pytest.mark.skipif(not can_fork(), reason="no fork on this system: ordinary kernels are used")

PROBE = """
import os, random, sys
import numpy as np
print(os.getppid(), os.getpgid(0) == os.getpid(), os.environ.get("CRM_PROBE"), sys.argv[0], os.getcwd())
print(random.random(), np.random.random())
"""


def test_a_fork_is_asked_and_told_as_a_subprocess():
    kernel = ForkedKernel(target=time.sleep, args=(60,), daemon=True)
    with ready():
        kernel.start()
        assert (kernel.poll(), kernel.stdin) == (None, None)
        kernel.send_signal(signal.SIGTERM)
        assert kernel.wait() == kernel.poll() == -signal.SIGTERM
        kernel.send_signal(signal.SIGTERM)


def test_kernels_are_forks_with_their_own_group_environment_and_random_numbers(tmp_path, monkeypatch):
    nbformat.write(new_notebook(cells=[new_code_cell(PROBE, id="a")]), tmp_path / "probe.ipynb")
    monkeypatch.setenv("CRM_PROBE", "here")
    monkeypatch.chdir(tmp_path)
    told = []
    with ready():
        for _ in range(2):
            done = nbformat.reads(execute(tmp_path / "probe.ipynb", {}).decode(), as_version=4)
            told.append(done.cells[0].outputs[0].text.splitlines())
    parent, *rest = told[0][0].split()
    assert int(parent) != os.getpid()
    assert rest == ["True", "here", "ipykernel_launcher", str(tmp_path)]
    assert told[0][0] == told[1][0]
    assert not set(told[0][1].split()) & set(told[1][1].split())
