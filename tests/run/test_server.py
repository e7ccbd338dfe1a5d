import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from crmlib.run import server
from crmlib.run.server import PROVISIONER, can_fork, environment, ready, temporary
from crmlib.system import has_room

CHOSEN = "JUPYTER_DEFAULT_PROVISIONER_NAME"


def test_the_environment_is_as_before_afterwards(monkeypatch):
    monkeypatch.setenv("CRM_A", "before")
    monkeypatch.delenv("CRM_B", raising=False)
    with environment({"CRM_A": "1", "CRM_B": "2"}):
        assert (os.environ["CRM_A"], os.environ["CRM_B"]) == ("1", "2")
    assert os.environ["CRM_A"] == "before"
    assert "CRM_B" not in os.environ


def test_the_runner_alone_chooses_forked_kernels(monkeypatch):
    monkeypatch.delenv("CRM_COLD", raising=False)
    monkeypatch.setattr(server, "_warmed", nullcontext)
    monkeypatch.setattr(server, "can_fork", lambda: True)
    with ready():
        assert os.environ[CHOSEN] == PROVISIONER
        assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
        assert Path(os.environ["JUPYTER_RUNTIME_DIR"]).is_dir()
    assert CHOSEN not in os.environ


def test_ordinary_kernels_where_asked_for_or_where_forks_are_missing(monkeypatch):
    with ready(cold=True):
        assert os.environ[CHOSEN] == "local-provisioner"
    monkeypatch.setenv("CRM_COLD", "1")
    with ready():
        assert os.environ[CHOSEN] == "local-provisioner"
    monkeypatch.delenv("CRM_COLD")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert not can_fork()
    with ready():
        assert os.environ[CHOSEN] == "local-provisioner"


LOAD = "import sys; from crmlib.run.server import WARM; [__import__(name) for name in WARM]; print(*sys.modules)"
NEVER = {"matplotlib_inline.backend_inline", "polars", "duckdb"}


def test_what_is_loaded_before_a_fork_can_be_shared_by_forks():
    loaded = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "matplotlib.figure", "crmlib.run.chapter"} <= set(loaded)
    assert not NEVER & set(loaded)


@pytest.mark.parametrize("length", [1, 100])
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path, length):
    folder = tmp_path / ("d" * length) / ".tmp"
    for _ in range(2):
        with temporary(folder):
            own = Path(tempfile.gettempdir())
            assert [*own.iterdir()] == [] and has_room(own)
            left = own / "left"
            left.write_text("by a killed process")
            shutil.copytree(own, tmp_path / "copy", dirs_exist_ok=True)
        assert not own.exists()
        shutil.copytree(tmp_path / "copy", own)
    shutil.rmtree(own)
