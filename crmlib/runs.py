"""A run of the case as its files tell it: what chapters made, finished or still growing.

Chapters, reports, explanations and counts all read a run here; how its files get there is for :mod:`crmlib.run`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from crmlib.absent import Absent
from crmlib.errors import RunError, SettingsError, did_you_mean
from crmlib.study import CHAPTERS, Study, flatten
from crmlib.words.messages import Message, from_json, say

if TYPE_CHECKING:
    import pandas as pd

    from crmlib.book import Book
    from crmlib.matrix import Cuts
    from crmlib.value.appraisal import Scorer

WRITES: dict[str, tuple[str, ...]] = {
    "book": ("calibration", "profit"),
    "management": ("effects",),
    "structure": ("concentration",),
    "problems": ("problems",),
    "model": ("not_graded", "indicators", "weights", "judgement_consistency", "judgement_repairs", "weightings"),
    "scores": ("scores", "grades", "contributions", "worked_examples"),
    "matrix": ("classes_base", "profile", "stage_table", "changes", "migration", "worth", "classes"),
    "strategy": (
        "actions", "hour_trial", "allocation", "pilot", "lifetimes", "save_list", "care_list", "countermeasures",
        "foresight",
    ),
    "evidence": (
        "claims", "other_books", "out_of_time", "acceptability", "alternatives", "experts_and_classes", "sensitivity",
    ),
    "conclusion": ("results",),
}  # fmt: skip
"""Tables that each chapter hands over, where its book tells what they need."""
TABLES = {table: section for section, tables in WRITES.items() for table in tables}
"""The chapter that hands over each table."""

UNCOUNTED = ("model.not_in_book", "model.flat", "model.weights_not_used")
"""What chapter 5 says of indicators and weights that do not count."""
MODEL_FILE, CUTS_FILE, ACTIONS_FILE = "model_now.json", "cuts.json", "actions.json"
RECORD = "run.json"
"""The record of a run, which marks it as finished: written last."""
SETTINGS = "settings.yaml"


def notebook_name(section: str) -> str:
    """Name of a chapter's notebook without its extension, such as ``07_matrix``."""
    return f"{CHAPTERS.index(section):02d}_{section}"


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes
    ----------
    path : Path
        Its folder, ``reports/<run>``; a run with ``run.json`` is finished and only read.
    """

    path: Path

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.path.name

    @property
    def finished(self) -> bool:
        """Whether the run is complete and must not be written into."""
        return (self.path / RECORD).is_file()

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Recorded settings by section, with ``study``, the name of the study; empty where none can be read."""
        return self._read(SETTINGS, yaml.safe_load)

    def recorded(self, study: str) -> dict[str, Any]:
        """Recorded settings by dotted name; SettingsError where the run is of another study."""
        own = self.settings.get("study", study)
        if own != study:
            raise SettingsError(f"Run {self.name} is a run of {own}, not of {study}.")
        return dict(flatten({name: value for name, value in self.settings.items() if name != "study"}))

    @cached_property
    def study(self) -> Study:
        """The study with the settings of the run."""
        name = self.settings["study"]
        return Study.load(name, **self.recorded(name))

    @property
    def money_unit(self) -> str:
        """Unit in which money is shown."""
        return self.study.voice.unit

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, the best first."""
        return self.study.matrix.classes

    @property
    def labels(self) -> dict[str, str]:
        """Name of each class by quadrant, the best first."""
        return self.study.matrix.labels

    @property
    def tables(self) -> list[str]:
        """Names of the tables handed over so far."""
        return sorted(path.stem for path in (self.path / "tables").glob("*.parquet"))

    def table(self, name: str) -> "pd.DataFrame | Absent":
        """A table handed over by a chapter; absent, for the reason that the chapter gave, where it came to none.

        Raises
        ------
        RunError
            If no chapter makes such a table; names the nearest one.
        """
        import pandas as pd

        path = self.path / "tables" / f"{name}.parquet"
        if path.is_file():
            return pd.read_parquet(path)
        if name not in TABLES:
            raise RunError(f"{name} is no table of the case.{did_you_mean(name, TABLES)} Tables: {', '.join(TABLES)}.")
        why = self.results(TABLES[name]).get("absent", {}).get(name)
        return Absent(from_json(why) if why else say("common.not_in_run", what=[name]))

    def rows(self, name: str) -> "pd.DataFrame":
        """A table as :meth:`table` gives it; without rows and columns where the run has none of this name."""
        import pandas as pd

        found = self.table(name)
        return pd.DataFrame() if isinstance(found, Absent) else found

    def missing(self) -> str:
        """What to say where a run was not made yet."""
        return f"no finished run of {self.name}: make report"

    def results(self, section: str) -> dict[str, Any]:
        """Numbers and findings of a chapter; empty where it has not run."""
        return self.json(f"results/{section}.json")

    def finding(self, section: str) -> str:
        """The first finding of a chapter; empty where it has none."""
        return next(iter(self.results(section).get("findings", ())), "")

    @property
    def uncounted(self) -> list[Message]:
        """What chapter 5 said of indicators and weights that do not count."""
        said = from_json(self.results("model").get("said", {}).get("notes", []))
        return [note for notes in said for note in notes if note.key in UNCOUNTED]

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """Key numbers of a finished run by ``chapter.name``, each with unit, notebook and cell."""
        return self.json("results.json")

    @cached_property
    def record(self) -> dict[str, Any]:
        """What ``run.json`` of a finished run says."""
        return self.json(RECORD)

    @property
    def chapters(self) -> dict[str, dict[str, Any]]:
        """State, seconds and findings of every chapter of a finished run, by notebook."""
        return self.record["chapters"]

    @cached_property
    def book(self) -> "Book":
        """The book of the run."""
        from crmlib.book import Book

        return Book.open(self.path / "book")

    @cached_property
    def scorer(self) -> "Scorer":
        """What scores a customer: references and model fitted at the as-of date."""
        from crmlib.value.appraisal import Scorer

        return Scorer.load(self.path / MODEL_FILE)

    @cached_property
    def cuts(self) -> "Cuts":
        """The cuts with their rules and the names of the classes."""
        from crmlib.matrix import Cuts

        return Cuts.load(self.path / CUTS_FILE)

    def indicators(self, basis: str = "now") -> "pd.DataFrame":
        """Indicators of the graded customers on a basis (now, last_year, base), by customer_id."""
        table = self.table("indicators")
        return table[table["basis"] == basis].drop(columns="basis").set_index("customer_id")

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run; empty where there is none that can be read."""
        return self._read(name, json.loads)

    def _read(self, name: str, parse: Callable[[str], Any]) -> Any:
        path = self.path / name
        try:
            return (parse(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}
        except (ValueError, yaml.YAMLError):
            return {}
