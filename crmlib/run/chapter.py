"""What a notebook of the case talks to: its settings, the book, the tables of earlier chapters, and its own results.

A chapter works alike in JupyterLab, under papermill and in a test. In a run that is being made it writes; on a
finished run it shows, compares with what is stored and writes nothing. What is absent is shown by the reason why.
"""

import io
import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython import get_ipython
from IPython.display import Image, display

from crmlib.absent import Absent, is_known
from crmlib.book import Book, load_book
from crmlib.errors import CrmError, RunError
from crmlib.reference import flow
from crmlib.run.compare import frames_differ, numbers_differ
from crmlib.run.folder import csv_bytes, json_bytes, parquet_bytes, plain
from crmlib.run.graph import GRAPH, notebook_name
from crmlib.run.kept import kept
from crmlib.run.parameters import Parameters, resolve
from crmlib.study import MAKES_BOOK, Section, Study
from crmlib.value.indicators import require_formulas
from crmlib.words.messages import Message, as_json, say
from crmlib.words.numbers import rounded
from crmlib.words.said import ABSENT, ABSENT_LOOK, FINDING_LOOK, Said, paragraph
from crmlib.words.sentences import Sentences, sentences
from crmlib.words.table import Table, told
from crmlib.words.texts import has
from crmlib.words.voice import Voice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from crmlib.report.style import Style

NAME = re.compile(r"^[a-z][a-z0-9_]*$")
SCREEN_DPI = 96


class Chapter:
    """A chapter in progress; made by :meth:`begin`.

    In all its methods ``name`` is that of a table, figure or place of the texts (small letters, digits and _), and
    whatever is given to show, write, save or keep may be absent.
    """

    def __init__(self, section: str, parameters: Parameters) -> None:
        self.section = section
        self.study: Study = parameters.study.for_chapter(section)
        self.folder = parameters.folder
        self._parameters = parameters
        self._results: dict[str, Any] = {"numbers": {}, "findings": [], "said": {}, "absent": {}, "files": []}
        self._differences: dict[str, Message | None] = {}

    @classmethod
    def begin(cls, section: str, names: MutableMapping[str, Any]) -> "Chapter":
        """Begin a chapter.

        Parameters
        ----------
        section : str
            Name of the chapter, such as ``matrix``.
        names : mapping
            ``globals()`` of the notebook: its parameters are read there.

        Raises
        ------
        SettingsError
            If a parameter is unknown or not allowed.
        RunError
            If the chapter needs a run and there is none.
        """
        _short_errors()
        chapter = cls(section, resolve(section, names))
        if section == MAKES_BOOK:
            chapter._make_book()
        elif GRAPH[section] and not (chapter.folder.path / "book" / "book.json").is_file():
            raise RunError(chapter.folder.missing())
        if not chapter.folder.finished and (chapter._parameters.given or not chapter.folder.settings):
            chapter.folder.record_settings(chapter.study.name, chapter.study.settings())
        return chapter

    @property
    def settings(self) -> Section:
        """Settings of this chapter."""
        return getattr(self.study, self.section)

    @cached_property
    def as_of(self) -> pd.Timestamp:
        """The as-of date."""
        return pd.Timestamp(self.study.as_of)

    @property
    def notebook(self) -> str:
        """Name of the chapter's notebook without its extension, such as ``07_matrix``."""
        return notebook_name(self.section)

    @cached_property
    def book(self) -> Book:
        """The book of the run."""
        return Book.open(self.folder.path / "book")

    @property
    def voice(self) -> Voice:
        """Language and unit of money of the report."""
        return self.study.voice

    @cached_property
    def style(self) -> "Style":
        """Style of the report's figures."""
        from crmlib.report.style import Style

        # Names of classes only choose colours, and reach a chapter with the tables of chapter 7.
        classes = tuple(self.study.settings()["matrix"]["labels"].values())
        source = self.voice.say("common.study", name=self.study.name)
        said = (self.voice.language, self.voice.unit, source, classes, self.section, self.voice.appraised)
        return Style(self.book.simulated, *said)

    def table(self, name: str) -> "pd.DataFrame | Absent":
        """A table that an earlier chapter handed over; absent where it came to none."""
        return self.folder.table(name)

    def once(self, function: "Callable[[Study], pd.DataFrame | Absent]") -> "pd.DataFrame | Absent":
        """What a slow function makes of the study: computed, or as kept in the run while settings and code stand."""
        return kept(function, self.section, self.study, self.folder)

    def path(self, name: str) -> Path:
        """Path of a file of the run that an earlier chapter saved; RunError where there is none."""
        path = self.folder.path / name
        if not path.exists():
            raise RunError(f"Run {self.folder.name} has no {name}: make report")
        return path

    def tell(self, name: str | Message, *found: Any, **values: Any) -> None:
        """Say what was found, in the words that :func:`crmlib.words.sentences.sentences` chooses, or a message."""
        self._say(name, found, values)

    def finding(self, name: str | Message, *found: Any, **values: Any) -> None:
        """Say a finding in bold and keep it; the first one is what the runner tells."""
        text = paragraph(self._say(name, found, values, FINDING_LOOK), self.voice)
        if text and text not in self._results["findings"]:
            self._results["findings"].append(text)

    def show(
        self, name: str, frame: "pd.DataFrame | Absent", formats: Mapping[str, str] | None = None, **values: Any
    ) -> None:
        """Show a table; its caption is the text ``<chapter>.table.<name>``, heads and formats come with its columns."""
        if self._shows_absent(frame):
            return
        key = f"{self.section}.table.{name}"
        display(Table(frame, self.voice, say(key, **values) if has(key) else None, formats or {}))

    def figure(self, name: str, data: Any, *more: Any) -> None:
        """Draw ``report.figures.<chapter>.<name>(data, *more, style)``, save it (SVG, PNG, its data as CSV), show it.

        Parameters
        ----------
        data : DataFrame or result with a ``table``
            What is drawn, and what the CSV holds.
        *more
            What the figure needs beside it.
        """
        _require_name(name, "figure")
        if self._shows_absent(data, *more):
            return
        from crmlib.report.style import save

        drawn = getattr(import_module(f"crmlib.report.figures.{self.section}"), name)(data, *more, self.style)
        png, content = _png(drawn), csv_bytes(_flat(data if isinstance(data, pd.DataFrame) else data.table))
        if self.folder.finished:
            stored = self.folder.path / "figures" / f"{name}.csv"
            same = stored.is_file() and stored.read_bytes() == content
            self._differences[f"figure {name}"] = None if same else say("run.differs.data")
        self.save(f"figures/{name}.svg", partial(save, drawn))
        self._put(f"figures/{name}.png", png)
        self._put(f"figures/{name}.csv", content)
        alt = self.voice.say(f"{self.section}.figure.{name}.alt")
        display(Image(data=png, format="png", width=round(drawn.get_figwidth() * SCREEN_DPI), alt=alt))
        drawn.clear()

    def keep(self, cell: str, unit: str = "", /, **values: Any) -> None:
        """Keep key numbers under their names, with their unit and the anchor of the part that made them."""
        if (money := self.study.report.currency) != "CNY":
            unit = unit.replace("元", money).replace("CNY", money)
        for name, value in values.items():
            _require_name(name, "number")
            if not is_known(value):
                continue
            value = plain(value)
            self._results["numbers"][name] = {"value": value, "unit": unit, "notebook": self.notebook, "cell": cell}
            if self.folder.finished:
                stored = self.folder.results(self.section).get("numbers", {}).get(name, {}).get("value")
                self._differences[f"number {name}"] = numbers_differ(stored, value)

    def write(self, name: str, frame: "pd.DataFrame | Absent") -> None:
        """Hand over a table to later chapters, as Parquet and CSV, without an index that only counts rows.

        Messages in it are said in the language of the report.
        """
        _require_name(name, "table")
        if isinstance(frame, Absent):
            self._results["absent"][name] = as_json(frame.why)
            return
        frame = told(_flat(frame), self.voice)
        if self.folder.finished:
            stored = self.folder.table(name) if name in self.folder.tables else None
            self._differences[f"table {name}"] = frames_differ(stored, frame)
        self._put(f"tables/{name}.csv", csv_bytes(frame))
        self._put(f"tables/{name}.parquet", parquet_bytes(frame))

    def save(self, name: str, writer: Callable[[Path], object]) -> None:
        """Let ``writer(path)`` write another file of the run, such as ``model_now.json``."""
        if is_known(writer) and not self.folder.finished:
            self.folder.make(name, writer)
            self._results["files"].append(name)

    def close(self) -> None:
        """Print the key numbers, rounded, and hand over the chapter's results."""
        if not self._results["findings"]:
            raise RunError(f"Chapter {self.section} has no finding: every chapter states at least one.")
        for name, number in self._results["numbers"].items():
            print(f"{name}: {rounded(number['value'])} {number['unit']}".rstrip())
        if not self.folder.finished:
            made = sorted(set(self._results["files"]))
            self.folder.write(f"results/{self.section}.json", json_bytes(self._results | {"files": made}))
        for what, how in self._differences.items():
            if how:
                print(self.voice.say("run.differs", run=self.folder.name, what=what, how=how))

    def _make_book(self) -> None:
        """Make the book anew, unless a finished run is only read."""
        if self.folder.finished and not self._parameters.given:
            return
        require_formulas(self.study.tree)
        self.book = load_book(self.study)
        if not self.folder.finished:
            self.book.save(self.folder.path / "book")
            self._results["files"] += [f"book/{path.name}" for path in (self.folder.path / "book").iterdir()]

    def _say(self, name: str | Message, found: tuple, values: Mapping[str, Any], look: str = "") -> Sentences:
        """Show sentences, keep them by their name, and return them: none where something is absent."""
        if self._shows_absent(*found, *values.values()):
            return []
        message = isinstance(name, Message)
        told = [name] if message else sentences(self.section, name, *found, **values)
        self._results["said"][name.key if message else name] = as_json(told)
        if told:
            display(Said(told, self.voice, look))
        return told

    def _shows_absent(self, *given: Any) -> bool:
        """Whether one of these is absent; then the reason is shown."""
        absent = next((each for each in given if isinstance(each, Absent)), None)
        if absent is not None:
            said = Said([say("common.not_shown", why=absent.why)], self.voice, ABSENT_LOOK)
            display(said, metadata={ABSENT: self.voice.say(absent.why)})
        return absent is not None

    def _put(self, name: str, content: bytes) -> None:
        self.save(name, lambda path: path.write_bytes(content))

    def _settings(self) -> Table | Said:
        values = self.study.settings()[self.section]
        rows = [(name, flow(value), self._parameters.sources[name]) for name, value in values.items()]
        caption = say("common.chapter", notebook=self.notebook, run=self.folder.name, study=self.study.name)
        if not rows:
            return Said([caption], self.voice)
        return Table(pd.DataFrame(rows, columns=["setting", "value", "source"]), self.voice, caption)

    def __repr__(self) -> str:
        return repr(self._settings())

    def _repr_html_(self) -> str:
        return self._settings()._repr_html_()


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """A table without an index: named ones become its first columns, others only count rows."""
    return frame.reset_index(drop=not any(name is not None for name in frame.index.names))


def _png(figure: "Figure") -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _require_name(name: str, what: str) -> None:
    if not NAME.match(name):
        raise CrmError(f"{name!r} cannot name a {what}: use small letters, digits and _.")


def _short_errors() -> None:
    """Show errors that a user can act on as their text, without a traceback."""
    shell = get_ipython()
    if shell is None:
        return

    def show_short(shell: Any, kind: type, error: Exception, traceback: Any, tb_offset: int | None = None) -> list[str]:
        text = [f"{kind.__name__}: {error}"]
        shell._showtraceback(kind, error, text)
        return text

    shell.set_custom_exc((CrmError,), show_short)
