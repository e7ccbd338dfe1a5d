"""Said: what a chapter shows in its notebook, as HTML that is safe wherever it is read, and as plain text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from crmlib.words.messages import Message
from crmlib.words.sentences import Sentences
from crmlib.words.texts import JOINS, entry
from crmlib.words.voice import Voice, capital

# Without these two classes, JupyterLab would read a name with two dollar signs as mathematics.
SAID = "crm-said tex2jax_ignore mathjax_ignore"
FINDING_LOOK, ABSENT_LOOK = "crm-finding", "crm-absent"
ABSENT = "crm_absent"
"""Key, in an output's metadata, of the reason why something is absent, where the output says nothing else."""


@dataclass(frozen=True)
class Said:
    """Sentences to show.

    Attributes
    ----------
    sentences : list
        Messages, which make paragraphs, and lists of messages, which make lists.
    voice : Voice
        Language and unit of money.
    look : str
        Class of the block: :data:`FINDING_LOOK`, :data:`ABSENT_LOOK`, or none.
    """

    sentences: Sentences
    voice: Voice
    look: str = ""

    def _repr_html_(self) -> str:
        blocks = (_block(block, self.voice.on_page, self.look == FINDING_LOOK) for block in _blocks(self.sentences))
        return f'<div class="{SAID} {self.look}">{"".join(blocks)}</div>'

    def __repr__(self) -> str:
        return "\n".join(_lines(block, self.voice) for block in _blocks(self.sentences))


def paragraph(sentences: Iterable[Message], voice: Voice, *, lead: bool = False) -> str:
    """Sentences one after the other, as the voice says them.

    Parameters
    ----------
    lead : bool
        Whether what a finding means to the branch begins by saying so, as in chapters.
    """
    join = JOINS[voice.language]
    told = [_sentence(each, voice, lead and place == 0) for place, each in enumerate(sentences)]
    return Markup(join).join(told) if voice.html else join.join(told)


def _sentence(message: Message, voice: Voice, lead: bool) -> str:
    said = voice.say(message)
    if "to" not in entry(message.key):
        return said
    return voice.say("common.to_branch", said=said) if lead else capital(said)


def _block(block: list[Message] | tuple[Message, ...], voice: Voice, strong: bool) -> Markup:
    if isinstance(block, list):
        items = (Markup("<li>{}</li>").format(voice.say(item)) for item in block)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    return Markup("<p><strong>{}</strong></p>" if strong else "<p>{}</p>").format(paragraph(block, voice, lead=True))


def _lines(block: list[Message] | tuple[Message, ...], voice: Voice) -> str:
    if isinstance(block, list):
        return "\n".join(f"- {voice.say(item)}" for item in block)
    return paragraph(block, voice, lead=True)


def _blocks(sentences: Sentences) -> Iterator[list[Message] | tuple[Message, ...]]:
    """Sentences in a row as one tuple, lists as they are."""
    for is_list, group in groupby(sentences, lambda each: isinstance(each, list)):
        row = list(group)
        yield from row if is_list else [tuple(row)]
