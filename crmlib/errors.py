"""Errors that a user can act on, and the nearest right name for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches


class CrmError(Exception):
    """Anything that a user can put right; the command line prints its text and no traceback."""


class SettingsError(CrmError):
    """A setting, a study or an indicator tree is not as it must be."""


class WeightsError(CrmError, ValueError):
    """Weights cannot be derived from the judgements or tables that were given."""


class RunError(CrmError):
    """A run cannot start, go on or be read."""


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """`` Did you mean x?`` with the nearest allowed name, or nothing where none is near."""
    near = get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""
