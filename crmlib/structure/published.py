"""Published facts beside the book's: is it, in what can be compared, of the usual order of size?"""

import pandas as pd

from crmlib.absent import Absent, is_known
from crmlib.structure.cohorts import Churn
from crmlib.words.messages import say

FACTS = {
    "earn_it_all": (0.20, "huber2017"),
    "below_hurdle": (0.30, "huber2017"),
    "leave_in_a_year": (0.10, "greenwich2024"),
}
"""Each fact as published, a share of the customers, and the work where it stands."""


def beside_published(amounts: pd.DataFrame, churn: Churn | Absent) -> pd.DataFrame | Absent:
    """Facts that are published of other banks, beside those of this book.

    Parameters
    ----------
    amounts : DataFrame
        As from :func:`crmlib.structure.profile.amounts`.
    churn : Churn or Absent

    Returns
    -------
    DataFrame
        ``fact``, ``share_here`` and ``share_published`` (shares of the customers), ``source`` (key in the
        bibliography); without what is not known here, and absent where nothing is.
    """
    eva = amounts["eva"].dropna().sort_values(ascending=False) if "eva" in amounts else pd.Series(dtype=float)
    here = {
        "earn_it_all": _earning(eva) if eva.sum() > 0 else None,
        "below_hurdle": float((eva < 0).mean()) if len(eva) else None,
        "leave_in_a_year": churn.rate if is_known(churn) else None,
    }
    rows = [(fact, here[fact], *published) for fact, published in FACTS.items()]
    table = pd.DataFrame(rows, columns=["fact", "share_here", "share_published", "source"]).dropna(
        subset="share_here", ignore_index=True
    )
    return table if len(table) else Absent(say("structure.nothing_published"))


def _earning(descending: pd.Series) -> float:
    """Smallest share of the customers, the best first, whose EVA comes to that of all."""
    enough = descending.cumsum() >= descending.sum()
    return float((enough.to_numpy().argmax() + 1) / len(descending))
