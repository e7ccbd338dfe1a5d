"""Other books: how often a claim holds on them, and between which values a headline number lies.

Of a simulated book a number is one draw, and support a property of its maker: both are read beside other books.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs

AS_SET, NO_EFFECT = "as set", "0"
"""Effect of potential on what customers do in a book."""
CONTACTS = "contacts."
"""Before the names of what contacts change, which is a check of an estimate and no headline number."""
LOW, HIGH = 0.05, 0.95
"""Shares of the other books that lie below the bounds of a number."""


@needs()
def counted(others: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """On how many other books each claim is supported, with the effect of potential as set and with none.

    Parameters
    ----------
    others : DataFrame
        From :func:`crmlib.seeds.other_books`.
    ledger : DataFrame
        Claims of this book: ``claim``, ``kind``.

    Returns
    -------
    DataFrame
        One row a claim that is weighed on other books, in the order of the ledger: claim, kind (of this book),
        supported and no_effect (books), books (of each of the two sorts).
    """
    told = others.dropna(subset="kind").assign(supported=lambda table: table["kind"] == "supported")
    counts = told.pivot_table("supported", "name", "gamma", aggfunc=["sum", "size"])
    counts.columns = [f"{how} {gamma}" for how, gamma in counts.columns]
    found = ledger.loc[ledger["claim"].isin(counts.index), ["claim", "kind"]].join(counts, on="claim")
    names = {"sum as set": "supported", "sum 0": "no_effect", "size as set": "books"}
    return found.rename(columns=names)[["claim", "kind", *names.values()]].reset_index(drop=True)


@dataclass(frozen=True)
class ContactCheck:
    """What contacts change in deposits (as a fraction, mean of the books) as estimated and in truth, and in how many of
    the books the interval of the estimate covers the truth; ``coverage`` is what it promises.
    """

    books: int
    covered: int
    effect: float
    truth: float
    coverage: float

    @property
    def chance(self) -> float:
        """Chance of an interval with the coverage that it promises to cover in so few of the books, or fewer."""
        from scipy.stats import binom

        return float(binom.cdf(self.covered, self.books, self.coverage))


@needs()
def contacts_checked(others: pd.DataFrame, coverage: float) -> ContactCheck:
    """The estimate of what contacts change (:func:`crmlib.structure.effects.beside_truth`), checked on other books."""
    rows = others[others["name"].str.startswith(CONTACTS) & (others["gamma"] == AS_SET)]
    rows = rows.assign(name=rows["name"].str.removeprefix(CONTACTS))
    table = rows.pivot_table("value", "seed", "name").dropna()
    if table.empty:
        raise Lacking("evidence.no_contacts")
    covered = table["truth"].between(table["effect_low"], table["effect_high"]).sum()
    return ContactCheck(len(table), int(covered), *np.expm1(table[["effect", "truth"]].mean()), coverage)


@needs()
def bands(others: pd.DataFrame) -> pd.DataFrame:
    """Between which values each headline number lies on nine of ten other books, with the effect of potential as set.

    Returns
    -------
    DataFrame, index name (``chapter.name``)
        low and high (5th and 95th percentile), books (that tell the number).
    """
    values = _numbers(others).groupby("name")["value"]
    return pd.DataFrame({"low": values.quantile(LOW), "high": values.quantile(HIGH), "books": values.count()})


def _numbers(others: pd.DataFrame) -> pd.DataFrame:
    """Headline numbers of the books with the effect of potential as set."""
    chosen = others["kind"].isna() & (others["gamma"] == AS_SET) & ~others["name"].str.startswith(CONTACTS)
    return others[chosen]
