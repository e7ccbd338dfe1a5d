"""A cut as a rule: how it is told which scores of an axis are high. Every rule is read here."""

import re
from dataclasses import dataclass
from typing import Self

from crmlib.errors import CrmError, did_you_mean

PATTERN = r"^(median|mean|midpoint|kmeans|p[1-9]\d?|top[1-9]\d?)$"
COMPARED = ("median", "mean", "p70", "top20", "midpoint", "kmeans")
"""The rules that are compared; any p1 to p99 and top1 to top99 may be used."""


class CutError(CrmError, ValueError):
    """A rule for cuts that there is not."""


@dataclass(frozen=True)
class Cut:
    """The rule of a cut.

    Attributes
    ----------
    kind : str
        ``median``; ``mean``; ``p``, a percentile (linear between neighbours); ``top``, the score of the last of the
        best so many % (their number rounded up; whoever ties with that customer is high too); ``midpoint``, 50;
        ``kmeans``, halfway between the means of the two groups with the least squared distance within (exact).
    number : int or None
        The percentile or percentage of ``p`` and ``top``, 1 to 99.
    """

    kind: str
    number: int | None = None

    @classmethod
    def read(cls, rule: "str | Cut") -> Self:
        """The rule that a text such as ``median`` or ``p70`` names; raises CutError where it names none.

        >>> Cut.read("p70"), str(Cut.read("p70"))
        (Cut(kind='p', number=70), 'p70')
        """
        text = str(rule)
        if not re.fullmatch(PATTERN, text):
            raise CutError(
                f"{text} is not a rule for cuts.{did_you_mean(text, COMPARED)} "
                "Rules: median, mean, p1 to p99, top1 to top99, midpoint, kmeans."
            )
        kind = text.rstrip("0123456789")
        return cls(kind, int(text.removeprefix(kind)) if kind != text else None)

    @property
    def quantile(self) -> float | None:
        """Share of customers under the cut, for the median and percentiles; None for the other rules."""
        return 0.5 if self.kind == "median" else self.number / 100 if self.kind == "p" else None

    def __str__(self) -> str:
        return f"{self.kind}{self.number or ''}"
