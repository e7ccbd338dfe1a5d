"""Publishing a run: only when something changed since, by one process at a time, and recorded in ``run.json``."""

import json

from crmlib.errors import RunError
from crmlib.report.publish import PARTS, publish
from crmlib.run.fingerprint import code_digest, digest, file_digest, packages_digest
from crmlib.run.folder import RunFolder, json_bytes, reports_root
from crmlib.run.progress import Progress, shown
from crmlib.run.swap import Places


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
        if not folder.finished:
            raise RunError(folder.missing())
        folder.recorded(study)
        record = folder.record
        published = {"from": _made_from(folder), "files": _files(folder)}
        if record.get("published") == published:
            tell.say(f"nothing to publish: {shown(folder.path)} is up to date")
            return folder
        seconds = publish(folder.path)
        published["files"] = _files(folder)
        folder.write("run.json", json_bytes({**record, "publish": seconds, "published": published}))
    for part in PARTS:
        tell.say(f"{seconds[part]:5.1f} s  {shown(folder.path / part)}")
    return folder


def _made_from(folder: RunFolder) -> str:
    """Fingerprint of all that is published from: the chapters of the run, its settings, and the code."""
    states = sorted((folder.path / ".state").glob("*.json"))
    files = [json.loads(path.read_text(encoding="utf-8"))["files"] for path in states]
    settings = file_digest(folder.path / "settings.yaml")
    return digest(json_bytes([files, settings, code_digest(), packages_digest()]))


def _files(folder: RunFolder) -> str:
    """Fingerprint of what is published; of nothing where a part is missing."""
    if not all((folder.path / part).exists() for part in PARTS):
        return ""
    paths = sorted(path for part in PARTS for path in (folder.path / part, *(folder.path / part).rglob("*")))
    found = [(path.relative_to(folder.path).as_posix(), file_digest(path)) for path in paths if path.is_file()]
    return digest(json_bytes(found))
