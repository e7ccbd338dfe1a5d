"""Publishing a run: only when something changed since, by one process at a time, and recorded in ``run.json``."""

from crmlib.report.publish import BRIEF, PARTS, SITE, WORKBOOK, publish
from crmlib.run.fingerprint import code_digest, digest, file_digest, files_digests, names_in, packages_digest
from crmlib.run.folder import RunFolder, json_bytes, reports_root
from crmlib.run.progress import Progress
from crmlib.run.state import require_finished
from crmlib.run.swap import Places
from crmlib.runs import RECORD, SETTINGS


def report(study: str, run: str, tell: Progress) -> RunFolder:
    """Publish a finished run, or find that what is published still holds.

    Parameters
    ----------
    study, run : str
        Names of the study and of its run.
    tell : Progress

    Raises
    ------
    RunError
        If the run is not finished, or another process makes or publishes it.
    SettingsError
        If the run is one of another study.
    """
    places = Places(reports_root(), run)
    with places.hold():
        places.recover()
        folder = places.last
        require_finished(folder, study)
        record = folder.record
        published = {"from": _made_from(folder), "files": _files(folder)}
        if record.get("published") == published:
            tell.say("run.nothing_to_publish", path=folder.path)
            return folder
        seconds = publish(folder.path)
        published["files"] = _files(folder)
        folder.write(RECORD, json_bytes({**record, "publish": seconds, "published": published}))
    for part in PARTS:
        tell.say("run.published", seconds=seconds[part], path=folder.path / part)
    return folder


def _made_from(folder: RunFolder) -> str:
    """Fingerprint of all that is published from: the chapters of the run, its settings, and the code."""
    files = [folder.json(f".state/{path.name}")["files"] for path in sorted((folder.path / ".state").glob("*.json"))]
    return digest([files, file_digest(folder.path / SETTINGS), code_digest(), packages_digest()])


def _files(folder: RunFolder) -> dict[str, str]:
    """Fingerprints of what is published; none of a part that is missing."""
    site = [f"{SITE}/{name}" for name in names_in(folder.path / SITE)]
    return files_digests(folder.path, [BRIEF, WORKBOOK, *site])
