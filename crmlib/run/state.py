"""What each chapter of a run last ran on and what it made, and why it must run again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.errors import RunError
from crmlib.reference import flow
from crmlib.run.fingerprint import files_digests, inputs
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.graph import notebook_name, up_to, upstream
from crmlib.study import Study

MISSING = "missing"


@dataclass(frozen=True)
class RunPlan:
    """Which chapters of a run are up to date, as far as is known before anything runs.

    Attributes
    ----------
    reasons : mapping of chapter to list of str
        Why a chapter must run; empty where it is up to date.
    record_settings : bool
        Whether settings changed that no chapter reads, which the run must record.
    """

    reasons: dict[str, list[str]]
    record_settings: bool = False

    @property
    def up_to_date(self) -> bool:
        """Whether nothing must run."""
        return not (any(self.reasons.values()) or self.record_settings)


def load_state(folder: RunFolder, section: str) -> dict[str, Any]:
    """State of a chapter in a run: ``inputs``, ``files`` with fingerprints, ``seconds``; empty if it has not run."""
    path = _state_path(folder, section)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def save_state(folder: RunFolder, section: str, state: dict[str, Any]) -> None:
    """Write the state of a chapter, the last thing when it has run or was kept."""
    folder.write(_state_path(folder, section).relative_to(folder.path).as_posix(), json_bytes(state))


def plan_run(folder: RunFolder, study: Study, notebooks: Path, last: str | None = None) -> RunPlan:
    """Which chapters must run, and why.

    Parameters
    ----------
    folder : RunFolder
        The last run.
    study : Study
        Settings to run with.
    notebooks : Path
        Folder of the notebooks.
    last : str, optional
        Last chapter that is wanted; all by default.
    """
    states = {section: load_state(folder, section) for section in up_to(last)}
    reasons: dict[str, list[str]] = {}
    for section in states:
        now = inputs(section, study, notebook_of(notebooks, section), states)
        waits = [f"{notebook_name(name)} runs first" for name in upstream(section) if reasons.get(name)]
        reasons[section] = why(folder, states[section], now) or waits
    return RunPlan(reasons)


def notebook_of(folder: Path, section: str) -> Path:
    """Notebook of a chapter; RunError where there is none."""
    path = folder / f"{notebook_name(section)}.ipynb"
    if not path.is_file():
        raise RunError(f"{path.parent.name}/{path.name}: no such notebook. Every chapter has one.")
    return path


def why(folder: RunFolder, state: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Why a chapter must run, in words; empty if what it made still holds."""
    if not state:
        return ["not run yet"]
    before = state["inputs"]
    changed = [
        _change(name, before, now) for name in {**now, **before} if before.get(name) != json_value(now.get(name))
    ]
    broken = [
        name for name, value in files_digests(folder, list(state["files"])).items() if value != state["files"][name]
    ]
    return [*changed, *(f"{name} is missing or was changed" for name in broken)]


def json_value(value: Any) -> Any:
    """A value as it comes back from JSON."""
    return json.loads(json_bytes(value))


def _change(name: str, before: dict[str, Any], now: dict[str, Any]) -> str:
    if name.startswith("settings "):
        old, new = (flow(values[name]) if name in values else MISSING for values in (before, now))
        return f"{name.removeprefix('settings ')}: {old} → {new}"
    if name not in before or name not in now:
        return f"{name} is {'new' if name in now else 'gone'}"
    return f"{name} changed"


def _state_path(folder: RunFolder, section: str) -> Path:
    return folder.path / ".state" / f"{notebook_name(section)}.json"
