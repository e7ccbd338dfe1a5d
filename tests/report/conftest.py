"""The run that all tests share, and a copy of it that a test may change in memory."""

import shutil
from pathlib import Path

import pytest

from crmlib.runs import Run


@pytest.fixture
def finished_run(jd_run) -> Run:
    """The run, read anew for each test."""
    return Run(jd_run.path)


@pytest.fixture(scope="session")
def report_run(jd_run, tmp_path_factory) -> Path:
    """The run in a folder of its own, whose tables a test may remove."""
    return shutil.copytree(jd_run.path, tmp_path_factory.mktemp("published") / "jd")
