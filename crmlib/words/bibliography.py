"""Bibliography: the works that the project cites, read from ``docs/references.bib``, and where a text cites them.

A text cites a work as people do, by its authors and year, in English or Chinese: nothing else is needed to find it, and
a reader in JupyterLab sees no mark of a tool.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "references.bib"
_ENTRY = re.compile(r"^@\w+\{(?P<key>\w+),\n(?P<fields>(?:  .*\n)+)\}$", re.MULTILINE)
_FIELD = re.compile(r"^  (\w+) = \{(.*)\},?$", re.MULTILINE)
_JOIN = r"(?:\s*(?:,|、|&|\band\b|和))+\s*"
_OTHERS = r"(?:\s+et al\.|\s*等)?"
_NO_LETTER = r"(?<![A-Za-zÀ-ſ])"


@dataclass(frozen=True)
class Work:
    """A work.

    Attributes
    ----------
    key : str
        Its name in the file.
    fields : dict of str to str
        What stands there, as in BibTeX; ``author_zh`` has the authors in Chinese, and ``note`` how far it was seen.
    """

    key: str
    fields: dict[str, str]

    @property
    def told(self) -> str:
        """The work as it stands in a list, but for its address."""
        of = self.fields
        names = " and ".join([", ".join(self._authors[:-1]), self._authors[-1]] if self._authors[1:] else self._authors)
        chinese = f" ({of['author_zh'].replace(' and ', '、')})" if "author_zh" in of else ""
        number = f"({of['number']})" if "number" in of else ""
        place = of.get("journal") or of.get("booktitle") or of.get("institution") or of.get("howpublished", "")
        where = ", ".join(part for part in (place, of.get("publisher", "")) if part)
        where = f"{where} {of.get('volume', '')}{number}".strip()
        where = ", ".join(part for part in (where, of.get("pages", "").replace("-", "–")) if part)
        parts = (f"{names}{chinese} ({of['year']})", of["title"], where)
        return " ".join(part if part.endswith("?") else f"{part}." for part in parts if part)

    @property
    def address(self) -> str:
        """Where it is found on the web; empty where none is known."""
        return f"https://doi.org/{self.fields['doi']}" if "doi" in self.fields else self.fields.get("url", "")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """How texts cite it: names of authors, all of them or the first alone, and the year."""
        ways = [[each.partition(",")[0] for each in self._authors], self.fields.get("author_zh", "").split(" and ")]
        ways = [[r"\s+".join(map(re.escape, name.split())) for name in names] for names in ways if names[0]]
        said = "|".join(f"{first}(?:{_JOIN}(?:{'|'.join(more or [first])}))*" for first, *more in ways)
        year = self.fields["year"]
        return re.compile(rf"{_NO_LETTER}(?:{said}){_OTHERS},?\s*(?:\({year}\)|（{year}）|{year}(?!\d))")

    @cached_property
    def _authors(self) -> list[str]:
        return [name.strip("{}") for name in self.fields["author"].split(" and ")]


@cache
def works(file: Path = FILE) -> dict[str, Work]:
    """The works by key, in the order of the file; none where crmlib is installed without it."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {found["key"]: Work(found["key"], dict(_FIELD.findall(found["fields"]))) for found in _ENTRY.finditer(text)}


def cited(text: str) -> list[Work]:
    """The works that a text cites, in the order of the file."""
    return [work for work in works().values() if work.pattern.search(text)]


def with_citations(text: str, mark: Callable[[str, Work], str]) -> str:
    """A text with each citation as ``mark(citation, work)`` has it."""
    for work in cited(text):
        text = work.pattern.sub(lambda found, work=work: mark(found[0], work), text)
    return text
