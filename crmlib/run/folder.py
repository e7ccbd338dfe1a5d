"""A run on disk: where its tables, figures and numbers stand, and how they get there.

A folder with ``run.json`` is finished and only read; one without it is being made. Files are written beside their
place and moved into it, so that a full disk or a kill never leaves half a file.
"""

import io
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from crmlib.errors import RunError, SettingsError, did_you_mean
from crmlib.study import data_root, flatten

if TYPE_CHECKING:
    import pandas as pd

REPORTS = "CRM_REPORTS"
"""Environment variable that redirects the reports folder; the runner builds a run elsewhere with it."""


def reports_root() -> Path:
    """Folder that holds the runs: ``reports`` of the project, unless CRM_REPORTS names another."""
    redirected = os.environ.get(REPORTS)
    return Path(redirected) if redirected else data_root().parent / "reports"


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run.

    Attributes
    ----------
    path : Path
        The folder; its name is the run's.
    """

    path: Path

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.path.name

    @property
    def finished(self) -> bool:
        """Whether the run is complete and must not be written into."""
        return (self.path / "run.json").is_file()

    def settings(self) -> dict[str, Any]:
        """Recorded settings (``study`` names the study); empty before anything was recorded."""
        path = self.path / "settings.yaml"
        return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def record_settings(self, study: str, settings: Mapping[str, Any]) -> None:
        """Write the settings of the run, with the name of the study."""
        values = {"study": study, **settings}
        self.write("settings.yaml", yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode())

    def recorded(self, study: str) -> dict[str, Any]:
        """Recorded settings by dotted name; SettingsError where the run is of another study."""
        values = self.settings()
        if values.pop("study", study) != study:
            raise SettingsError(f"Run {self.name} is a run of {self.settings()['study']}, not of {study}.")
        return dict(flatten(values))

    def read_table(self, name: str) -> "pd.DataFrame":
        """A table handed over by a chapter.

        Raises
        ------
        RunError
            If the run has no such table; names the nearest one, or how to make the run where it has none at all.
        """
        import pandas as pd

        path = self.path / "tables" / f"{name}.parquet"
        if path.is_file():
            return pd.read_parquet(path)
        names = self.tables()
        if not names:
            raise RunError(self.missing())
        raise RunError(f"Run {self.name} has no table {name}.{did_you_mean(name, names)}\nTables: {', '.join(names)}.")

    def tables(self) -> list[str]:
        """Names of the tables handed over so far."""
        return sorted(path.stem for path in (self.path / "tables").glob("*.parquet"))

    def missing(self) -> str:
        """What to say where a run was not made yet."""
        return f"no finished run of {self.name}: make report"

    def results(self, section: str) -> dict[str, Any]:
        """Numbers and findings of a chapter; empty where it has not run."""
        path = self.path / "results" / f"{section}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def write(self, name: str, content: bytes) -> Path:
        """Put a file in its place at once; folders are made."""
        return self.make(name, lambda path: path.write_bytes(content))

    def make(self, name: str, writer: Callable[[Path], object]) -> Path:
        """Let ``writer(path)`` write a file beside its place, then move it there; returns its place."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{os.getpid()}.{path.name}")
        try:
            writer(beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        return path


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as CSV: UTF-8, no index."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def parquet_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as Parquet, equal bytes for equal tables."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def json_bytes(value: Any) -> bytes:
    """Plain data as JSON; what JSON cannot hold as a number (NaN, infinity) becomes null."""
    return (json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def plain(value: Any) -> Any:
    """A value as plain Python data: numpy scalars unwrapped, NaN and infinity as None, others by their text."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
