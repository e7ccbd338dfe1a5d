"""The last step of a run: what belongs to no single chapter, and ``run.json``, which marks it as finished."""

from typing import Any

from crmlib.report.publish import EARLIER
from crmlib.run.fingerprint import files_digests, versions
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.graph import notebook_name
from crmlib.run.kept import KEPT
from crmlib.runs import CUTS_FILE, MODEL_FILE, RECORD, SETTINGS
from crmlib.study import CHAPTERS, Study


def complete(part: RunFolder, study: Study, states: dict[str, dict[str, Any]]) -> None:
    """Complete a run whose chapters are made.

    Parameters
    ----------
    part : RunFolder
        The run.
    study : Study
        Its settings.
    states : mapping
        State of every chapter that was made.
    """
    _prune(part, states)
    made = [section for section in CHAPTERS if section in states]
    numbers = {section: part.results(section).get("numbers", {}) for section in made}
    named = {f"{section}.{name}": number for section in made for name, number in numbers[section].items()}
    part.write("results.json", json_bytes(named))
    if (classes := part.path / "tables" / "classes.csv").is_file():
        part.write("classes.csv", classes.read_bytes())
    if (model := part.json(MODEL_FILE)) and (cuts := part.json(CUTS_FILE)):
        part.write("model.json", json_bytes({**model, "cuts": cuts}))
    chapters = {
        notebook_name(section): {
            "state": states[section]["state"],
            "seconds": states[section]["seconds"],
            "findings": part.results(section).get("findings", []),
        }
        for section in made
    }
    record = {
        "study": study.name,
        "run": part.name,
        "chapters": chapters,
        "settings": study.flat(),
        "differs": differs(study),
        "inputs": {name: value for section in made for name, value in states[section]["inputs"]["file"].items()},
        "versions": versions(),
        "files": files_digests(part.path, _names(part)),
    }
    part.write(RECORD, json_bytes(record))


def differs(study: Study) -> dict[str, dict[str, Any]]:
    """Settings of a run that are not those of study.yaml."""
    pairs = zip(study.flat().items(), Study.load(study.folder).flat().values(), strict=True)
    return {name: {"study": set_there, "run": value} for (name, value), set_there in pairs if value != set_there}


def _prune(part: RunFolder, states: dict[str, dict[str, Any]]) -> None:
    """Remove what no chapter of this run made, such as what a killed chapter left behind."""
    kept = {SETTINGS, *(f".state/{notebook_name(section)}.json" for section in states)}
    kept |= {name for state in states.values() for name in state["files"]}
    for name in _names(part):
        if not name.startswith(f"{KEPT}/") and name not in kept:
            (part.path / name).unlink()


def _names(part: RunFolder) -> list[str]:
    """Names of all files of the run itself."""
    names = (path.relative_to(part.path).as_posix() for path in part.path.rglob("*") if path.is_file())
    return [name for name in names if not name.startswith(f"{EARLIER}/")]
