import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"python-duckdb": "duckdb", "typst-py": "typst"}
"""Packages that conda-forge calls otherwise than PyPI."""
PYPI_ONLY = {"math-core"}
"""Packages that conda-forge does not have: pip installs them with crmlib."""
USERS = {"jupyterlab", "pandas", "numpy", "matplotlib", "seaborn", "statsmodels", "papermill", "nbval"}


def split(requirement):
    """Name without extras, and version, of a requirement."""
    name, version = re.fullmatch(r"([A-Za-z0-9_-]+)(?:\[[^]]*\])?(.*)", requirement).groups()
    return CONDA_NAMES.get(name, name), version


def conda():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return dict(split(each) for each in listed if isinstance(each, str) and each != "pip"), listed[-1]


def test_conda_users_get_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    expected = dict(map(split, asked)) | {"python": project["project"]["requires-python"]}
    packages, last = conda()
    assert packages == {name: version for name, version in expected.items() if name not in PYPI_ONLY}
    assert last == {"pip": ["-e ."]}


def test_the_users_own_list_is_in_it():
    assert set(conda()[0]) >= USERS
