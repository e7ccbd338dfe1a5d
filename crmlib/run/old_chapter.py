"""What a notebook of the case talks to: its settings, the book, the tables of earlier chapters, and its own results.

A chapter works alike in JupyterLab, under papermill and in a test. In a run that is being made it writes; on a
finished run it shows, compares with what is stored and writes nothing.
"""

import io
import re
from collections.abc import Callable, MutableMapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython import get_ipython
from IPython.display import Image, Markdown, display

from crmlib.book import Book, load_book
from crmlib.errors import CrmError, RunError
from crmlib.reference import flow
from crmlib.run.compare import frames_differ, numbers_differ
from crmlib.run.folder import csv_bytes, json_bytes, parquet_bytes, plain
from crmlib.run.graph import notebook_name
from crmlib.run.parameters import Parameters, resolve
from crmlib.study import CHAPTERS, Section, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from crmlib.report.style import Style

NAME = re.compile(r"^[a-z][a-z0-9_]*$")
MOST_ROWS, SCREEN_DPI = 40, 96


class Chapter:
    """A chapter in progress; made by :meth:`begin`."""

    def __init__(self, section: str, parameters: Parameters) -> None:
        self.section = section
        self.study: Study = parameters.study.for_chapter(section)
        self.folder = parameters.folder
        self._parameters = parameters
        self._numbers: dict[str, dict[str, Any]] = {}
        self._findings: list[str] = []
        self._differences: dict[str, str] = {}
        self._said: set[str] = set()
        self._tables: dict[str, pd.DataFrame] = {}
        self._files: set[str] = set()

    @classmethod
    def begin(cls, section: str, names: MutableMapping[str, Any]) -> "Chapter":
        """Begin a chapter.

        Parameters
        ----------
        section : str
            Name of the chapter, such as ``matrix``.
        names : mapping
            ``globals()`` of the notebook: its parameters are read there.

        Returns
        -------
        Chapter

        Raises
        ------
        SettingsError
            If a parameter is unknown or not allowed.
        RunError
            If the chapter needs a run and there is none.
        """
        _short_errors()
        chapter = cls(section, resolve(section, names))
        if section == CHAPTERS[0]:
            chapter._make_book()
        elif not (chapter.folder.path / "book" / "book.json").is_file():
            raise RunError(chapter.folder.missing())
        if not chapter.folder.finished and (chapter._parameters.given or not chapter.folder.settings):
            chapter.folder.record_settings(chapter.study.name, chapter.study.settings())
        return chapter

    @property
    def settings(self) -> Section:
        """Settings of this chapter."""
        return getattr(self.study, self.section)

    @property
    def simulated(self) -> bool:
        """Whether the book is simulated."""
        return self.book.simulated

    @property
    def notebook(self) -> str:
        """Name of the chapter's notebook without its extension, such as ``07_matrix``."""
        return notebook_name(self.section)

    @cached_property
    def book(self) -> Book:
        """The book of the run."""
        return Book.open(self.folder.path / "book")

    @cached_property
    def style(self) -> "Style":
        """Style of the report's figures."""
        from crmlib.report.style import Style

        # Names of classes only choose colours, and reach a chapter with the tables of chapter 7.
        classes = tuple(self.study.settings()["matrix"]["labels"].values())
        unit = self.study.report.money_unit
        source = f"study {self.study.name}"
        return Style(self.simulated, self.study.language, unit, source, classes)

    def table(self, name: str) -> pd.DataFrame:
        """A copy of a table handed over by an earlier chapter; RunError where there is none."""
        if name not in self._tables:
            self._tables[name] = self.folder.table(name)
        return self._tables[name].copy()

    def path(self, name: str) -> Path:
        """Path of a file of the run that an earlier chapter saved; RunError where there is none."""
        path = self.folder.path / name
        if not path.exists():
            raise RunError(f"Run {self.folder.name} has no {name}: make report")
        return path

    def has(self, *needs: str) -> bool:
        """Whether the book has tables (``contacts``) and columns (``customers.rm_id``), and the run ``table:actions``.

        What is missing is said, once each.
        """
        handed_over = [need.removeprefix("table:") for need in needs if need.startswith("table:")]
        lacking = [need for need in handed_over if need not in self.folder.tables]
        absent = self.book.lacks(*(need for need in needs if not need.startswith("table:")))
        reasons = dict.fromkeys(lacking, "this run has no table") | dict.fromkeys(absent, "this book has no")
        for what, where in reasons.items():
            if what not in self._said:
                self._said.add(what)
                self.say(f"Not shown: {where} `{what}`.")
        return not (lacking or absent)

    def say(self, text: str) -> None:
        """Show computed prose, in Markdown."""
        display(Markdown(text))

    def finding(self, text: str) -> None:
        """Show a finding in bold and keep it; the first one is what the runner tells."""
        if text not in self._findings:
            self._findings.append(text)
        self.say(f"**{text}**")

    def show(self, frame: pd.DataFrame, caption: str = "", **formats: str | Callable[[Any], str]) -> None:
        """Show a table, with formats by column as in :class:`crmlib.report.tables.Table`; long ones in part."""
        from crmlib.report.tables import Table

        part = f"first {MOST_ROWS} of {len(frame):,} rows" if len(frame) > MOST_ROWS else ""
        heading = "; ".join(text for text in (caption, part) if text)
        unit, language = self.study.report.money_unit, self.study.language
        display(Table(frame.head(MOST_ROWS), heading, formats, unit=unit, language=language))

    def number(self, name: str, value: float | int | str, unit: str = "", cell: str = "") -> None:
        """Keep a key number under a name, with its unit and the anchor of the cell that made it."""
        _require_name(name, "number")
        value = plain(value)
        self._numbers[name] = {"value": value, "unit": unit, "notebook": self.notebook, "cell": cell}
        if self.folder.finished:
            stored = self.folder.results(self.section).get("numbers", {}).get(name, {}).get("value")
            self._note(f"number {name}", numbers_differ(stored, value))

    def write(self, name: str, frame: pd.DataFrame) -> None:
        """Hand over a table to later chapters, as Parquet and CSV, without its index."""
        _require_name(name, "table")
        frame = frame.reset_index(drop=True)
        if self.folder.finished:
            stored = self.folder.table(name) if name in self.folder.tables else None
            self._note(f"table {name}", frames_differ(stored, frame))
            return
        self._put(f"tables/{name}.csv", csv_bytes(frame))
        self._put(f"tables/{name}.parquet", parquet_bytes(frame))
        self._tables.pop(name, None)

    def save(self, name: str, writer: Callable[[Path], object]) -> None:
        """Let ``writer(path)`` write another file of the run, such as ``model_now.json``."""
        if not self.folder.finished:
            self.folder.make(name, writer)
            self._files.add(name)

    def figure(self, name: str, figure: "Figure", data: pd.DataFrame, alt: str = "") -> None:
        """Save a figure (SVG, PNG, and its data as CSV), show it once and let go of it."""
        from crmlib.report.style import save

        _require_name(name, "figure")
        png, content = _png(figure), csv_bytes(data)
        if self.folder.finished:
            stored = self.folder.path / "figures" / f"{name}.csv"
            same = stored.is_file() and stored.read_bytes() == content
            self._note(f"figure {name}", "" if same else "drawn from other data")
        else:
            self.save(f"figures/{name}.svg", partial(save, figure))
            self._put(f"figures/{name}.png", png)
            self._put(f"figures/{name}.csv", content)
        display(Image(data=png, format="png", width=round(figure.get_figwidth() * SCREEN_DPI), alt=alt or name))
        figure.clear()

    def close(self) -> None:
        """Print the key numbers, rounded, and hand over the chapter's results."""
        if not self._findings:
            raise RunError(f"Chapter {self.section} has no finding: every chapter states at least one, unguarded.")
        for name, number in self._numbers.items():
            print(f"{name}: {brief(number['value'])} {number['unit']}".rstrip())
        if self.folder.finished:
            for what, how in self._differences.items():
                print(f"Differs from run {self.folder.name}: {what}: {how}")
            return
        results = {"numbers": self._numbers, "findings": self._findings, "files": sorted(self._files)}
        self.folder.write(f"results/{self.section}.json", json_bytes(results))

    def _make_book(self) -> None:
        """Make the book anew, unless a finished run is only read."""
        if self.folder.finished and not self._parameters.given:
            return
        self.__dict__["book"] = load_book(self.study)
        if not self.folder.finished:
            self.book.save(self.folder.path / "book")
            made = (self.folder.path / "book").iterdir()
            self._files |= {path.relative_to(self.folder.path).as_posix() for path in made}

    def _put(self, name: str, content: bytes) -> None:
        self.save(name, lambda path: path.write_bytes(content))

    def _note(self, what: str, difference: str) -> None:
        self._differences.pop(what, None)
        if difference:
            self._differences[what] = difference

    def _rows(self) -> list[tuple[str, str, str]]:
        values = self.study.settings()[self.section]
        return [(name, flow(value), self._parameters.sources[name]) for name, value in values.items()]

    def __repr__(self) -> str:
        rows = "\n".join(f"  {name}: {value}  ({source})" for name, value, source in self._rows())
        return f"{self.notebook} of run {self.folder.name}, study {self.study.name}\n{rows}"

    def _repr_html_(self) -> str:
        from crmlib.report.tables import Table

        frame = pd.DataFrame(self._rows(), columns=["setting", "value", "source"])
        return Table(frame, f"{self.notebook} of run {self.folder.name}, study {self.study.name}")._repr_html_()


def brief(value: float | int | str | None) -> str:
    """A key number to four digits, whole from 1,000 on, so that its last bits do not matter.

    >>> brief(0.84126), brief(123456.7), brief(1200), brief(None)
    ('0.8413', '123,457', '1,200', '–')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–" if value is None else str(value)
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:.4g}"


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
