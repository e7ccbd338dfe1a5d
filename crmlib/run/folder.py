"""How the files of a run get to their place: written beside it and moved, so that nothing ever leaves half a file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic_core import to_json, to_jsonable_python

from crmlib.errors import FileError
from crmlib.runs import SETTINGS, Run
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
        self.write(SETTINGS, yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode())
        for read in ("settings", "study"):
            self.__dict__.pop(read, None)

    def write(self, name: str, content: bytes) -> None:
        """Put a file in its place at once; folders are made."""
        self.make(name, lambda path: path.write_bytes(content))

    def make(self, name: str, writer: Callable[[Path], object]) -> None:
        """Let ``writer(path)`` write a file beside its place, then move it there; FileError where that fails."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{os.getpid()}.{path.name}")
        try:
            writer(beside)
            beside.replace(path)
        except OSError as error:
            raise FileError.of(error, path) from error
        finally:
            beside.unlink(missing_ok=True)


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as CSV: UTF-8, no index."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def parquet_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as Parquet, equal bytes for equal tables."""
    return frame.to_parquet(index=False)


def json_bytes(value: Any) -> bytes:
    """Plain data as JSON, as :func:`plain` has it."""
    return to_json(value, indent=1, inf_nan_mode="null", fallback=_unwrapped) + b"\n"


def plain(value: Any) -> Any:
    """A value as it comes back from JSON: numpy scalars unwrapped, NaN and infinity as None, others by their text."""
    return to_jsonable_python(value, inf_nan_mode="null", fallback=_unwrapped)


def _unwrapped(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
