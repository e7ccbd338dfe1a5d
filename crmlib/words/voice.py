"""Voice: messages as text, in a language, a unit of money, and for a surface.

A text is a Jinja template with single braces, ``{share | percent}``. Its filters are the only way from a value to
text; every value that comes from data or settings is escaped for the surface that it goes to.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from numbers import Real
from typing import Any

from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from crmlib.errors import CrmError
from crmlib.words import numbers
from crmlib.words.messages import Message
from crmlib.words.texts import as_groups, entry, has, text

AND = {"en": " and ", "zh": "和"}
BETWEEN = {"en": ", ", "zh": "、"}
MARK = '<data class="crm-n">{}</data>'
_NUMBERED = re.compile(r"(.*?)(\d*)", re.DOTALL)
LINK = '<a class="crm-made" href="{}">{}</a>'


class Shown(str):
    """A value as text that was a number or a date; ``anchor`` is the place that made it, where one was named."""

    anchor: str = ""


@dataclass(frozen=True)
class Voice:
    """Says messages.

    Attributes
    ----------
    language : str
        en or zh.
    unit : str
        Unit of money.
    html : bool
        Whether for a page, with values escaped and numbers marked (see :func:`linked`), or as plain text.
    appraised : str
        What is appraised: customer, or group, and then every text says groups.
    """

    language: str = "en"
    unit: str = "万元"
    html: bool = False
    appraised: str = "customer"

    def say(self, message: Message | str | None, /, **values: Any) -> str:
        """A message, or the one with a key and values; with a true dash for what is not there.

        Raises
        ------
        CrmError
            If there is no such message or language, or a place of it is not filled.
        """
        if message is None:
            return self._kind(numbers.MISSING)
        if isinstance(message, str):
            message = Message(message, values)
        try:
            return self._kind(template(self, message.key).render(message.values))
        except UndefinedError as error:
            given = ", ".join(message.values) or "none"
            raise CrmError(f"{message.key!r} lacks a value: {error.message}. Given are: {given}.") from None

    def text(self, key: str) -> str:
        """The text with a key, its places open."""
        return self.worded(text(key, self.language))

    def worded(self, text: str) -> str:
        """A text about customers in the word for what is appraised."""
        return as_groups(text, self.language) if self.appraised == "group" else text

    def name(self, group: str, code: Any) -> str:
        """The name of a code in a group, such as ``class`` and ``platinum``; what has none is shown as it is.

        Codes that end in a number, such as ``p70``, may have one name with a place for it, ``n``.
        """
        key = f"names.{group}.{code}"
        if has(key):
            return self.text(key)
        kind, number = _NUMBERED.fullmatch(str(code)).groups()
        if number and has(key := f"names.{group}.{kind}"):
            return replace(self, html=False).say(key, n=int(number))
        return clean(code) if numbers.known(code) else numbers.MISSING

    @property
    def currency(self) -> str:
        """Name of the money itself, such as 元 in Chinese."""
        return self.name("unit", numbers.currency(self.unit))

    @property
    def on_page(self) -> "Voice":
        """The same voice for a page."""
        return replace(self, html=True)

    def finish(self, value: Any) -> Any:
        """What a place of a text becomes: further messages are said, numbers marked, all else escaped."""
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, Shown) and self.html:
            return Markup(LINK.format(f"#{value.anchor}", value) if value.anchor else MARK.format(value))
        if isinstance(value, Markup | Shown):
            return value
        if isinstance(value, Real) and not isinstance(value, bool):
            raise CrmError(f"{value!r} goes into a text without a format: use one of {', '.join(self._filters)}.")
        return clean(value)

    @cached_property
    def _filters(self) -> dict[str, Callable[..., Any]]:
        def number(show: Callable[..., str], *first: Any) -> Callable[..., Shown]:
            def of(value: Any, *how: Any) -> Shown:
                return Shown(numbers.shown(value, lambda one: show(one, *(how or first)), self.language))

            return of

        formats = {name: number(show) for name, show in numbers.FORMATS.items()}
        return {
            **formats,
            "money": number(numbers.money, self.unit),
            "money_enough": number(numbers.money_enough, self.unit),
            "part": self._part,
            "count": self._count,
            "name": lambda code, group: self.name(group, code),
            "capital": lambda text: capital(self.finish(text)),
            "join": self._join,
            "at": _at,
        }

    def _part(self, part: Sequence, digits: int = 1) -> Shown:
        """A part of a total, amount and share: its share, or its amount where it has none."""
        show, value, how = ("percent", part[1], [digits]) if numbers.has_share(part) else ("money", part[0], [])
        return self._filters[show](value, *how)

    def _count(self, n: float, noun: str) -> Shown:
        """A number of things, in the right form: 1 customer, 2 customers."""
        forms = entry(f"names.count.{noun}")
        form = self.worded(forms[self.language] if self.language != "en" or n != 1 else forms["one"])
        return Shown(form.replace("#", numbers.fixed(n)) if numbers.known(n) else numbers.MISSING)

    def _join(self, items: Iterable[Any], between: str | None = None, group: str = "") -> Markup | str:
        """Items one after the other: joined by commas and a last *and*, or by what is given."""
        told = [self.finish(self.name(group, item) if group else item) for item in items]
        if between is None:
            comma, last = BETWEEN[self.language], AND[self.language]
            told = [self._glue(comma, told[:-1]), told[-1]] if len(told) > 1 else told
            return self._glue(last, told)
        return self._glue(between, told)

    def _glue(self, between: str, parts: list[Any]) -> str:
        return Markup(escape(between)).join(parts) if self.html else between.join(parts)

    def _kind(self, said: str) -> str:
        return Markup(said) if self.html else said

    @cached_property
    def environment(self) -> Environment:
        """Jinja with the filters of this voice alone."""
        made = Environment(
            variable_start_string="{", variable_end_string="}", comment_start_string="{#", comment_end_string="#}",
            autoescape=self.html, undefined=StrictUndefined, finalize=self.finish,
        )  # fmt: skip
        made.filters = dict(self._filters)
        made.globals["currency"] = self.currency
        return made


@cache
def template(voice: Voice, key: str) -> Any:
    """A text as the template of a voice; signs that would steer a page are escaped in it."""
    source = voice.text(key)
    return voice.environment.from_string(source.replace("&", "&amp;").replace("<", "&lt;") if voice.html else source)


def linked(html: str, cell: str, page: str = "") -> Markup:
    """What an HTML voice said, its numbers linked to the place that made them: the one they name, or ``cell``."""
    html = str(html).replace(MARK.partition("{")[0], f'<a class="crm-made" href="{page}#{cell}">')
    html = html.replace('class="crm-made" href="#', f'class="crm-made" href="{page}#')
    return Markup(html.replace("</data>", "</a>"))


def clean(value: Any) -> str:
    """Text from data on one line, without signs that would steer a terminal or a page."""
    return printable(" ".join(str(value).split()))


def printable(text: str) -> str:
    """Text without signs that would steer a terminal; its lines stay."""
    signs = (sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")
    return text if text.isprintable() else "".join(signs)


def capital(text: str) -> str:
    """The same text with its first letter large."""
    raised = text[:1].upper() + text[1:]
    return type(text)(raised) if isinstance(text, Markup) else raised


def _at(value: Shown, anchor: str) -> Shown:
    linked = Shown(value)
    linked.anchor = anchor
    return linked
