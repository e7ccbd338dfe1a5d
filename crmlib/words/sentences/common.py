"""What several chapters and surfaces say alike."""

from typing import Any

from crmlib.words.messages import Message, say


def cut_rule(cut: Any) -> Message:
    """A rule for cuts in words, such as *the 70th percentile*; ``cut`` has a ``kind`` and maybe a ``number``."""
    if cut.number is None:
        return say("common.cut_rule", kind=cut.kind)
    return say(f"common.cut_rule.{cut.kind}", number=cut.number)
