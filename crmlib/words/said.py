"""Said: what a chapter shows in its notebook, as HTML that is safe wherever it is read, and as plain text."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from crmlib.words.messages import Message
from crmlib.words.sentences import Sentences
from crmlib.words.texts import JOINS
from crmlib.words.voice import Voice

# Without these two classes, JupyterLab would read a name with two dollar signs as mathematics.
SAID = "crm-said tex2jax_ignore mathjax_ignore"


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
        Class of the block: ``crm-finding`` or ``crm-absent``, or none.
    """

    sentences: Sentences
    voice: Voice
    look: str = ""

    def _repr_html_(self) -> str:
        blocks = (_block(block, self.voice.on_page, bool(self.look == "crm-finding")) for block in _blocks(self.sentences))
        return f'<div class="{SAID} {self.look}">{"".join(blocks)}</div>'

    def __repr__(self) -> str:
        return "\n".join(
            "\n".join(f"- {self.voice.say(item)}" for item in block) if isinstance(block, list) else _joined(block, self.voice)
            for block in _blocks(self.sentences)
        )


def paragraph(sentences: Sentences, voice: Voice) -> str:
    """Sentences one after the other, as the voice says them."""
    return _joined(sentences, voice)


def _block(block: list[Message] | tuple[Message, ...], voice: Voice, strong: bool) -> Markup:
    if isinstance(block, list):
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(voice.say(item)) for item in block))
    return Markup("<p><strong>{}</strong></p>" if strong else "<p>{}</p>").format(_joined(block, voice))


def _joined(sentences: Iterable[Message], voice: Voice) -> str:
    join = JOINS[voice.language]
    told = [voice.say(sentence) for sentence in sentences]
    return Markup(join).join(told) if voice.html else join.join(told)


def _blocks(sentences: Sentences) -> list[list[Message] | tuple[Message, ...]]:
    """Sentences in a row as one tuple, lists as they are."""
    blocks: list[list[Message] | tuple[Message, ...]] = []
    for each in sentences:
        if isinstance(each, list):
            blocks.append(each)
        elif blocks and isinstance(blocks[-1], tuple):
            blocks[-1] = (*blocks[-1], each)
        else:
            blocks.append((each,))
    return blocks
