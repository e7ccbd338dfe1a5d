"""The one place where a value becomes text for people, in English and Chinese."""

from crmlib.words.messages import Message, say
from crmlib.words.voice import Voice

__all__ = ["Message", "Voice", "say"]
