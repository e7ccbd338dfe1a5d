"""Pieces of pages: tables, links and blocks of HTML in Markdown. Text from the data is always escaped."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

VERDICTS = ("not supported", "not testable", "not tested", "depends")
MARKS = ("●", "■", "▲", "◆")


class Html(str):
    """Text that is HTML already."""


def text(value: object) -> str:
    """Anything as HTML, escaped unless it is HTML."""
    return value if isinstance(value, Html) else escape(str(value))


def raw(html: str) -> str:
    """HTML as a block of a Markdown page; nothing where there is none."""
    return f"```{{raw}} html\n{html}\n```" if html else ""


def link(target: str, words: object, look: str = "") -> Html:
    """A link."""
    return Html(f'<a{_class(look)} href="{escape(target)}">{text(words)}</a>')


def tag(name: str, content: object, look: str = "") -> Html:
    """An element with content."""
    return Html(f"<{name}{_class(look)}>{text(content)}</{name}>")


def badge(place: int, name: str) -> Html:
    """Name of a class with its colour and mark; ``place`` is that of its quadrant."""
    return Html(f'<span class="crm-badge crm-q{place}"><i aria-hidden="true">{MARKS[place]}</i>{escape(name)}</span>')


def verdict(said: str, shown: str = "") -> Html:
    """A verdict as a label in the look of its kind, with what it depends on."""
    kind = next((word for word in VERDICTS if said.startswith(word)), "supported")
    return tag("span", shown or said, f"crm-verdict crm-{kind.replace(' ', '-')}")


def table(
    name: str, heads: Sequence[object], rows: Iterable[Sequence[object]], numbers: Collection[int] = (), look: str = ""
) -> str:
    """A table that scrolls sideways where the page is narrow; the columns at ``numbers`` stand right."""
    head = "".join(f'<th scope="col"{_side(at, numbers)}>{text(cell)}</th>' for at, cell in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{_side(at, numbers)}>{text(cell)}</td>" for at, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="crm-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="crm-plain {look}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _side(at: int, numbers: Collection[int]) -> str:
    return ' class="crm-number"' if at in numbers else ""


def _class(look: str) -> str:
    return f' class="{look}"' if look else ""
