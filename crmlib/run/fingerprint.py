"""Fingerprints of all that a chapter hangs on, so that it runs again when, and only when, something changed."""

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import crmlib
from crmlib.errors import RunError
from crmlib.run.folder import json_bytes, plain
from crmlib.run.graph import notebook_name, settings_read, upstream
from crmlib.study import ACTIONS, MAKES_BOOK, MAPPING, PROJECT, Study, data_root

PACKAGE = Path(crmlib.__file__).parent
PACKAGES = (
    "crmlib", "duckdb", "ipykernel", "matplotlib", "numpy", "pandas", "pandera", "papermill", "pyarrow", "pydantic",
    "scipy", "seaborn", "statsmodels",
)  # fmt: skip
SETTINGS_FILES = ("study.yaml", "tree.yaml", ACTIONS)
LARGE = 100_000_000


def inputs(section: str, study: Study, states: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Everything that a chapter hangs on, as plain data to compare with what it last ran on.

    Parameters
    ----------
    section : str
        The chapter.
    study : Study
        Settings of the run.
    states : mapping
        State of the chapters that come before it, with the fingerprints of their ``files``.

    Returns
    -------
    dict
        ``setting`` by dotted name, and fingerprints: ``file`` (notebook, code, packages, tree, and for the first
        chapter the data) and ``chapter`` (what each earlier one handed over).
    """
    notebook = notebook_of(section)
    files = {
        f"notebooks/{notebook.name}": notebook_digest(notebook),
        "crmlib": code_digest(),
        "packages": packages_digest(),
        "tree": digest(study.tree.model_dump(mode="json")),
    }
    if section == "strategy" and study.actions_file:
        files["actions"] = file_digest(study.actions_file)
    return {
        "file": files | data_digests(study) if section == MAKES_BOOK else files,
        "setting": plain(settings_read(section, study)),
        "chapter": {notebook_name(name): handed_over(states.get(name, {})) for name in upstream(section)},
    }


def notebook_of(section: str) -> Path:
    """Notebook of a chapter, in the project around the working folder, else in the one crmlib was installed from.

    Raises
    ------
    RunError
        If there is none.
    """
    around = data_root().parent / "notebooks"
    path = (around if around.is_dir() else PROJECT / "notebooks") / f"{notebook_name(section)}.ipynb"
    if not path.is_file():
        raise RunError(f"{path.parent.name}/{path.name}: no such notebook. Every chapter has one.")
    return path


def handed_over(state: dict[str, Any]) -> str:
    """Fingerprint of what a chapter handed to later ones: its tables and saved files, not figures and numbers."""
    files = state.get("files", {})
    return digest({name: files[name] for name in files if not name.startswith(("figures/", "results/", "notebooks/"))})


def files_digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Fingerprints of files of a folder by their names in it."""
    return {name: file_digest(folder / name) for name in sorted(names)}


def file_digest(path: Path) -> str:
    """Fingerprint of a file by its content; of one over 100 MB by size and time of change; none if it is missing."""
    if not path.is_file():
        return ""
    state = path.stat()
    return f"{state.st_size}@{state.st_mtime_ns}" if state.st_size > LARGE else _of_bytes(path.read_bytes())


def digest(value: Any) -> str:
    """Fingerprint of plain data."""
    return _of_bytes(json_bytes(value))


def notebook_digest(path: Path) -> str:
    """Fingerprint of a notebook's cells; outputs, counts and metadata but the tags do not matter."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tags = (cell.get("metadata", {}).get("tags", []) for cell in cells)
    return digest([(cell["cell_type"], "".join(cell["source"]), tag) for cell, tag in zip(cells, tags, strict=True)])


@cache
def code_digest() -> str:
    """Fingerprint of the package: every module and every file shipped with it."""
    return digest(files_digests(PACKAGE, (name for name in names_in(PACKAGE) if "__pycache__" not in name)))


@cache
def packages_digest() -> str:
    """Fingerprint of the lock file and of the versions that are installed."""
    return digest([file_digest(PROJECT / "uv.lock"), versions()])


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def data_digests(study: Study) -> dict[str, str]:
    """Fingerprints of the files that the book is made of, by short names: the study's own, those of ``book.raw``, and
    those that ``mapping.yaml`` names elsewhere."""
    folders = {f"data/{study.name}": study.folder} | ({"raw": study.raw} if study.book.raw else {})
    return _mapped(study) | {
        f"{short}/{name}": value
        for short, folder in folders.items()
        for name, value in files_digests(folder, names_in(folder)).items()
        if name not in SETTINGS_FILES
    }


def _mapped(study: Study) -> dict[str, str]:
    if not (study.folder / MAPPING).is_file():
        return {}
    # It knows the tables' columns, and a run with nothing to do does not wait for those.
    from crmlib.book.mapping import mapping_of

    names = (part.file for parts in mapping_of(study).values() for part in parts)
    return {f"mapped/{name}": file_digest(study.raw / name) for name in names}


def names_in(folder: Path) -> Iterator[str]:
    """Names of all files in a folder and below, but for hidden ones."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return (path.relative_to(folder).as_posix() for path in paths)


def _of_bytes(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
