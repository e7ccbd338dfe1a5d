"""Fingerprints of all that a chapter hangs on, so that it runs again when, and only when, something changed."""

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import crmlib
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.graph import notebook_name, settings_read, upstream
from crmlib.study import CHAPTERS, PROJECT, Study

PACKAGE = Path(crmlib.__file__).parent
PACKAGES = (
    "crmlib", "duckdb", "ipykernel", "matplotlib", "numpy", "pandas", "pandera", "papermill", "pyarrow", "pydantic",
    "scipy", "seaborn", "statsmodels",
)  # fmt: skip
SETTINGS_FILES = ("study.yaml", "tree.yaml")
LARGE = 100_000_000


def digest(content: bytes) -> str:
    """Fingerprint of some bytes."""
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def file_digest(path: Path) -> str:
    """Fingerprint of a file by its content; of one over 100 MB by its size and time of change."""
    state = path.stat()
    return f"{state.st_size}@{state.st_mtime_ns}" if state.st_size > LARGE else digest(path.read_bytes())


def notebook_digest(path: Path) -> str:
    """Fingerprint of a notebook's cells; outputs, counts and metadata but the tags do not matter."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return digest(json_bytes([(cell["cell_type"], "".join(cell["source"]), _tags(cell)) for cell in cells]))


@cache
def code_digest() -> str:
    """Fingerprint of the package: every module and every file shipped with it."""
    files = (path for path in sorted(PACKAGE.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return digest(json_bytes([(path.relative_to(PACKAGE).as_posix(), file_digest(path)) for path in files]))


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def packages_digest() -> str:
    """Fingerprint of the lock file and of the versions that are installed."""
    lock = PROJECT / "uv.lock"
    return digest(json_bytes([file_digest(lock) if lock.is_file() else "", versions()]))


def data_files(study: Study) -> dict[str, Path]:
    """Files that the book is made of, by a name without machine paths: the study's own and those of ``book.raw``."""
    found = {f"data/{study.name}/{path.relative_to(study.folder).as_posix()}": path for path in _files(study.folder)}
    found = {name: path for name, path in found.items() if path.name not in SETTINGS_FILES}
    if study.book.raw:
        raw = Path(study.book.raw)
        found |= {f"raw/{path.relative_to(raw).as_posix()}": path for path in _files(raw)}
    return found


def inputs(section: str, study: Study, notebook: Path, states: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Everything that a chapter hangs on, as plain data to compare with what it last ran on.

    Parameters
    ----------
    section : str
        The chapter.
    study : Study
        Settings of the run.
    notebook : Path
        Its notebook.
    states : mapping
        State of the chapters that come before it, with the fingerprints of their ``files``.
    """
    settings = {f"settings {name}": value for name, value in settings_read(section, study).items()}
    tables = {f"tables of {notebook_name(name)}": handed_over(states.get(name, {})) for name in upstream(section)}
    data = {name: file_digest(path) for name, path in data_files(study).items()} if section == CHAPTERS[0] else {}
    return {
        notebook.name: notebook_digest(notebook),
        "crmlib": code_digest(),
        "packages": packages_digest(),
        "tree": digest(study.tree.model_dump_json().encode()),
        **data,
        **settings,
        **tables,
    }


def handed_over(state: dict[str, Any]) -> str:
    """Fingerprint of what a chapter handed to later ones: its tables and saved files, not figures and numbers."""
    files = state.get("files", {})
    kept = {name: value for name, value in files.items() if not name.startswith(("figures/", "results/", "notebooks/"))}
    return digest(json_bytes(kept))


def files_digests(folder: RunFolder, names: list[str]) -> dict[str, str]:
    """Fingerprints of files of a run; a missing one has none."""
    paths = {name: folder.path / name for name in sorted(names)}
    return {name: file_digest(path) if path.is_file() else "" for name, path in paths.items()}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])
