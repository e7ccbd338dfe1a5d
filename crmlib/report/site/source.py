"""A finished run as the site reads it: tables, key numbers, findings and settings, straight from its files."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from crmlib.book import Book


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes
    ----------
    path : Path
        Its folder, ``reports/<run>``.
    """

    path: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """What ``run.json`` says."""
        return self.json("run.json")

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Settings of the run by section, with ``study``, the name of the study."""
        return yaml.safe_load((self.path / "settings.yaml").read_text(encoding="utf-8"))

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """Key numbers by ``chapter.name``, each with unit, notebook and cell."""
        return self.json("results.json")

    @cached_property
    def book(self) -> Book:
        """The book of the run."""
        return Book.open(self.path / "book")

    @property
    def chapters(self) -> dict[str, dict[str, Any]]:
        """State, seconds and findings of every chapter, by notebook."""
        return self.record["chapters"]

    @property
    def money_unit(self) -> str:
        """Unit in which money is shown."""
        return self.settings["report"]["money_unit"]

    @property
    def labels(self) -> dict[str, str]:
        """Name of each class by quadrant."""
        return self.settings["matrix"]["labels"]

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run; empty where there is none."""
        path = self.path / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def read_table(self, name: str) -> pd.DataFrame:
        """A table of the run, as :mod:`crmlib.report.explain` asks for it."""
        return self.table(name)

    def tables(self) -> list[str]:
        """Names of the tables of the run."""
        return sorted(path.stem for path in (self.path / "tables").glob("*.parquet"))

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run; empty where there is none."""
        path = self.path / "tables" / f"{name}.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame()
