"""Accounts: how fast sales grow, of a customer or, like for like, of a group."""

import pandas as pd

LONGEST, SHORTEST = 3, 2
"""Years over which growth is measured, and where there are no accounts so far back."""


def sales_growth(accounts: pd.DataFrame, units: pd.Series) -> pd.Series:
    """Compound annual growth of sales to each year, over three years, or two where nothing else can be compared.

    Parameters
    ----------
    accounts : DataFrame
        ``customer_id``, ``year`` and ``sales`` (CNY), each customer and year once.
    units : Series
        What each row belongs to: the customer itself, or its group, whose sales of two years are added up over those
        members that have accounts of both.

    Returns
    -------
    Series
        1/year, by ``customer_id`` (the unit's) and ``year``; missing where nothing can be compared.
    """
    sales = accounts.set_index(["customer_id", "year"])["sales"]
    keys, found = [units.rename("customer_id"), accounts["year"]], []
    for back in (LONGEST, SHORTEST):
        places = pd.MultiIndex.from_arrays([accounts["customer_id"], accounts["year"] - back])
        both = pd.DataFrame({"now": accounts["sales"], "before": sales.reindex(places).to_numpy()})
        sums = both.where(both.notna().all(axis=1)).groupby(keys).sum(min_count=1)
        ratio = (sums["now"] / sums["before"]).where((sums > 0).all(axis=1))
        found.append(ratio ** (1 / back) - 1)
    return found[0].fillna(found[1]).rename("growth")
