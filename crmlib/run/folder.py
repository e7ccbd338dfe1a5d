"""How the files of a run get to their place: written beside it and moved, so that nothing ever leaves half a file."""

import io
import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from crmlib.runs import Run
from crmlib.study import data_root

if TYPE_CHECKING:
    import pandas as pd

REPORTS = "CRM_REPORTS"
"""Environment variable that redirects the reports folder; the runner builds a run elsewhere with it."""


def reports_root() -> Path:
    """Folder that holds the runs: ``reports`` of the project, unless CRM_REPORTS names another."""
    redirected = os.environ.get(REPORTS)
    return Path(redirected) if redirected else data_root().parent / "reports"


class RunFolder(Run):
    """A run that can be written."""

    def record_settings(self, study: str, settings: Mapping[str, Any]) -> None:
        """Write the settings of the run, with the name of the study."""
        values = {"study": study, **settings}
        self.write("settings.yaml", yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode())
        for read in ("settings", "study"):
            self.__dict__.pop(read, None)

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
