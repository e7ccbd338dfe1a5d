"""What each chapter of a run last ran on and what it made, and why it must run again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crmlib.errors import RunError
from crmlib.reference import flow
from crmlib.run.fingerprint import files_digests
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.graph import notebook_name
from crmlib.runs import RECORD
from crmlib.words.messages import Message, say
from crmlib.words.numbers import MISSING


@dataclass(frozen=True)
class RunPlan:
    """Which chapters of a run are up to date, as far as is known before anything runs.

    Attributes
    ----------
    reasons : mapping of chapter to list of Message
        Why a chapter must run; empty where it is up to date.
    rest : list of Message
        Why the run must be put together anew although no chapter runs.
    """

    reasons: dict[str, list[Message]]
    rest: list[Message] = field(default_factory=list)

    @property
    def up_to_date(self) -> bool:
        """Whether nothing must run."""
        return not (any(self.reasons.values()) or self.rest)


def state_name(section: str) -> str:
    """Name of the file of a run that holds the state of a chapter."""
    return f".state/{notebook_name(section)}.json"


def load_state(folder: RunFolder, section: str) -> dict[str, Any]:
    """State of a chapter in a run: ``inputs``, ``files`` with fingerprints, ``seconds``; empty if it has not run."""
    state = folder.json(state_name(section))
    return state if state.keys() >= {"inputs", "files", "seconds"} else {}


def save_state(folder: RunFolder, section: str, state: dict[str, Any]) -> None:
    """Write the state of a chapter, the last thing when it has run."""
    folder.write(state_name(section), json_bytes(state))


def forget(folder: RunFolder, section: str) -> None:
    """Remove what a chapter made before it runs again, so that nothing old is left beside the new."""
    for name in (*load_state(folder, section).get("files", ()), f"results/{section}.json", state_name(section)):
        (folder.path / name).unlink(missing_ok=True)


def damaged(folder: RunFolder) -> list[str]:
    """Files of a finished run that are not as its record has them; the record where it cannot be read."""
    known = folder.record.get("files") or {RECORD: None}
    found = files_digests(folder.path, known)
    return [name for name, value in known.items() if found[name] != value]


def require_finished(folder: RunFolder, study: str) -> None:
    """Refuse a run that is not finished or not whole (RunError with the command that makes it), or of another study."""
    command = f"crm run {study}" + f" --as {folder.name}" * (folder.name != study)
    if not folder.finished:
        raise RunError(f"no finished run of {folder.name}. This makes one: {command}")
    if names := damaged(folder):
        raise RunError(f"{names[0]} of run {folder.name} is missing or was changed. This mends it: {command}")
    folder.recorded(study)


def why(folder: RunFolder, state: dict[str, Any], now: dict[str, dict[str, Any]]) -> list[Message]:
    """Why a chapter must run; empty if what it made still holds."""
    if not state:
        return [say("run.why.new")]
    found = files_digests(folder.path, state["files"])
    broken = [say("run.why.broken", name=name) for name, value in state["files"].items() if found[name] != value]
    return [*_changes(state["inputs"], now), *broken]


def _changes(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> Iterator[Message]:
    for kind, values in now.items():
        known = before.get(kind, {})
        for name in {**values, **known}:
            old, new = (flow(each[name]) if name in each else MISSING for each in (known, values))
            if old != new:
                yield say(f"run.why.{kind}", name=name, old=old, new=new)
