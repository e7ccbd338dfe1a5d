"""The nine chapters as a graph: who reads whose tables, and which settings.

A chapter reads its own section, the shared settings, and the sections named here. What it does not read cannot
change its results, so it is not run again for it; a chapter that reads another setting is told so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crmlib.errors import RunError, SettingsError, did_you_mean
from crmlib.runs import notebook_name
from crmlib.study import CHAPTERS, Study

SHARED = ("as_of", "unit", "seed", "language", "profit", "report")


@dataclass(frozen=True)
class Links:
    """What a chapter hangs on.

    Attributes
    ----------
    after : tuple of str
        Chapters whose tables it reads; through them, also those that they come after.
    sections : tuple of str
        Sections beside its own whose settings it reads.
    """

    after: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


GRAPH: dict[str, Links] = {
    "book": Links(),
    "management": Links(after=("book",)),
    "structure": Links(after=("book",)),
    "problems": Links(after=("book",)),
    "model": Links(after=("book",)),
    "scores": Links(after=("model",)),
    "matrix": Links(after=("scores",)),
    "strategy": Links(after=("matrix", "problems"), sections=("book", "model", "matrix")),
    "evidence": Links(
        after=("management", "structure", "strategy"), sections=("model", "scores", "matrix", "strategy")
    ),
}


def upstream(section: str) -> list[str]:
    """Every chapter that a chapter comes after, in order."""
    found: set[str] = set()
    for above in GRAPH[section].after:
        found |= {above, *upstream(above)}
    return [name for name in CHAPTERS if name in found]


def sections_read(section: str) -> tuple[str, ...]:
    """Top-level settings that a chapter reads: the shared ones, its own section, and those of other chapters."""
    return (*SHARED, section, *GRAPH[section].sections)


def settings_read(section: str, study: Study) -> dict[str, Any]:
    """Settings that a chapter reads, by dotted name."""
    read = sections_read(section)
    return {name: value for name, value in study.flat().items() if name.partition(".")[0] in read}


def chapter_named(text: str) -> str:
    """The chapter that is meant by ``matrix``, ``07_matrix`` or ``7``; SettingsError where none is."""
    names = {name: section for section in CHAPTERS for name in _names(section)}
    if text not in names:
        near = did_you_mean(text, names)
        raise SettingsError(f"{text!r} is no chapter.{near}\nChapters: {', '.join(map(notebook_name, CHAPTERS))}.")
    return names[text]


def up_to(last: str | None) -> list[str]:
    """The chapters that a run makes: all, or those that ``last`` comes after and itself."""
    return list(CHAPTERS) if last is None else [*upstream(last), last]


class ReadStudy(Study):
    """A study as one chapter may read it: a section that the graph does not name is refused."""

    def for_chapter(self, section: str) -> "ReadStudy":
        """The same study, guarded for a chapter."""
        self.__dict__["_reader"] = section
        return self

    def __getattribute__(self, name: str) -> Any:
        reader = super().__getattribute__("__dict__").get("_reader") if name in CHAPTERS else None
        if reader and name not in sections_read(reader):
            raise RunError(
                f"Chapter {reader} reads settings of {name}, but the graph does not know: a run would not notice "
                f"when they change. Add {name} to the sections of {reader} in crmlib/run/graph.py."
            )
        return super().__getattribute__(name)


def _names(section: str) -> Iterable[str]:
    name = notebook_name(section)
    return (section, name, name[:2], str(int(name[:2])))
