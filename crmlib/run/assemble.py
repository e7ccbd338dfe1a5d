"""The last step of a run: what belongs to no single chapter, and ``run.json``, which marks it as finished."""

import shutil
from pathlib import Path
from typing import Any

from crmlib.run.fingerprint import SETTINGS_FILES, data_files, file_digest, notebook_digest, versions
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.run.graph import notebook_name
from crmlib.runs import CUTS_FILE, MODEL_FILE
from crmlib.study import CHAPTERS, PROJECT, Study


def complete(part: RunFolder, study: Study, base: Study, states: dict[str, dict[str, Any]], notebooks: Path) -> None:
    """Complete a run whose chapters are made.

    Parameters
    ----------
    part : RunFolder
        The run.
    study, base : Study
        Its settings, and those of study.yaml.
    states : mapping
        State of every chapter that was made.
    notebooks : Path
        Folder of the notebooks.
    """
    _prune(part, states)
    part.write("results.json", json_bytes(_numbers(part)))
    if (part.path / "tables" / "classes.csv").is_file():
        part.make("classes.csv", lambda path: shutil.copyfile(part.path / "tables" / "classes.csv", path))
    if (part.path / MODEL_FILE).is_file() and (part.path / CUTS_FILE).is_file():
        part.write("model.json", json_bytes(_model(part)))
    part.write("run.json", json_bytes(_record(part, study, base, states, notebooks)))


def differs(study: Study, base: Study) -> dict[str, dict[str, Any]]:
    """Settings of a run that are not those of study.yaml."""
    of_run, of_study = study.flat(), base.flat()
    names = [name for name in of_run if of_run[name] != of_study[name]]
    return {name: {"study": of_study[name], "run": of_run[name]} for name in names}


def _record(
    part: RunFolder, study: Study, base: Study, states: dict[str, dict[str, Any]], notebooks: Path
) -> dict[str, Any]:
    chapters = {
        notebook_name(section): {
            "state": states[section]["state"],
            "seconds": states[section]["seconds"],
            "findings": part.results(section).get("findings", []),
        }
        for section in CHAPTERS
        if section in states
    }
    return {
        "study": study.name,
        "run": part.name,
        "chapters": chapters,
        "settings": study.flat(),
        "differs": differs(study, base),
        "inputs": _input_digests(study, notebooks),
        "versions": versions(),
    }


def _input_digests(study: Study, notebooks: Path) -> dict[str, str]:
    """Fingerprint of every file that the run was made from."""
    files = data_files(study)
    files |= {f"data/{study.name}/{name}": study.folder / name for name in SETTINGS_FILES}
    files["uv.lock"] = PROJECT / "uv.lock"
    found = {name: file_digest(path) for name, path in files.items() if path.is_file()}
    return found | {f"notebooks/{path.name}": notebook_digest(path) for path in sorted(notebooks.glob("*.ipynb"))}


def _numbers(part: RunFolder) -> dict[str, Any]:
    """Key numbers of all chapters, by chapter and name."""
    return {
        f"{section}.{name}": number
        for section in CHAPTERS
        for name, number in part.results(section).get("numbers", {}).items()
    }


def _model(part: RunFolder) -> dict[str, Any]:
    """What scores a customer: indicator references and model of chapter 5 with the cuts of chapter 7."""
    return {**part.json(MODEL_FILE), "cuts": part.json(CUTS_FILE)}


def _prune(part: RunFolder, states: dict[str, dict[str, Any]]) -> None:
    """Remove what no chapter of this run made, such as what a killed chapter left behind."""
    kept = {"settings.yaml", *(f".state/{notebook_name(section)}.json" for section in states)}
    kept |= {name for state in states.values() for name in state["files"]}
    for path in [path for path in part.path.rglob("*") if path.is_file()]:
        if path.relative_to(part.path).as_posix() not in kept:
            path.unlink()
