"""The chapters as a graph: who reads whose tables, and which settings.

A chapter reads its own section, the shared settings, and the sections named here. What it does not read cannot
change its results, so it is not run again for it; a chapter that reads another setting is told so.
"""

from typing import Any

from crmlib.errors import RunError, SettingsError, did_you_mean
from crmlib.runs import notebook_name
from crmlib.study import CHAPTERS, Study

SHARED = ("as_of", "unit", "seed", "language", "profit", "report")
"""Settings that every chapter reads."""
GRAPH: dict[str, tuple[str, ...]] = {
    "introduction": (),
    "book": (),
    "management": ("book",),
    "structure": ("book",),
    "problems": ("book",),
    "model": ("book",),
    "scores": ("model",),
    "matrix": ("scores",),
    "strategy": ("matrix", "problems"),
    "evidence": ("management", "structure", "strategy"),
    "conclusion": ("evidence",),
}
"""Chapters whose tables a chapter reads; through them, also those that they come after."""
ALSO_READ = {
    "introduction": ("book", "other_books"), "book": ("other_books",), "structure": ("book",), "model": ("book",),
    "scores": ("model",),
    "matrix": ("book", "model"), "strategy": ("other_books", "book", "model", "matrix"),
    "evidence": ("other_books", "book", "management", "structure", "problems", "model", "scores", "matrix", "strategy"),
    "conclusion": ("book",),
}  # fmt: skip
"""Settings of the top level, and sections of other chapters, that a chapter reads beside its own."""


def upstream(section: str) -> list[str]:
    """Every chapter that a chapter comes after, in order."""
    found = {name for above in GRAPH[section] for name in (above, *upstream(above))}
    return sorted(found, key=CHAPTERS.index)


def sections_read(section: str) -> tuple[str, ...]:
    """Top-level settings that a chapter reads: the shared ones, its own section, and those of other chapters."""
    return (*SHARED, section, *ALSO_READ.get(section, ()))


def settings_read(section: str, study: Study) -> dict[str, Any]:
    """Settings that a chapter reads, by dotted name."""
    read = sections_read(section)
    return {name: value for name, value in study.flat().items() if name.partition(".")[0] in read}


def chapter_named(text: str) -> str:
    """The chapter that is meant by ``matrix``, ``07_matrix`` or ``7``; SettingsError where none is."""
    notebooks = {notebook_name(section): section for section in CHAPTERS}
    known = {
        name: each
        for notebook, each in notebooks.items()
        for name in (each, notebook, notebook[:2], str(int(notebook[:2])))
    }
    if text not in known:
        near = did_you_mean(text, known)
        raise SettingsError(f"{text!r} is no chapter.{near}\nChapters: {', '.join(notebooks)}.")
    return known[text]


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
                f"when they change. Add {name} to what {reader} may also read in crmlib/run/graph.py."
            )
        return super().__getattribute__(name)
