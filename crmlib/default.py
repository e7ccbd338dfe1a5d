"""Default: how likely it is within a year, and when it began. One rule for what is charged and what is simulated."""

import numpy as np
import pandas as pd

from crmlib.study import ProfitSettings

LEAST_RATED = 0.2
"""Share of customers with exposure that must be rated, so that they can say how the others default."""
ONE_DEFAULT = pd.DateOffset(months=12)
"""A customer in default again within this time of its last month in default has not defaulted anew."""


def probability_of_default(
    customers: pd.DataFrame, exposed: pd.Series, by_size: pd.Series, settings: ProfitSettings
) -> pd.Series:
    """One-year probability of default: by rating with the Basel floor; unrated with exposure by size class.

    Parameters
    ----------
    customers : DataFrame
        Indexed by customer, with ``rating`` and ``size``.
    exposed : Series of bool
        Whether the customer has exposure; unrated customers without it have no probability.
    by_size : Series
        Mean probability of the rated by size class, with an entry ``all`` for classes without any; empty where it is
        not known.
    settings : ProfitSettings

    Returns
    -------
    Series, shape (customers,)
        1/year; missing for unrated customers without exposure, or where ``by_size`` is empty.
    """
    by_class = customers["size"].map(by_size).fillna(by_size.get("all", np.nan))
    return _by_rating(customers, settings).fillna(by_class.where(exposed))


def mean_pd_by_size(customers: pd.DataFrame, exposed: pd.Series, settings: ProfitSettings) -> pd.Series:
    """What unrated customers are charged: the mean probability of default of the rated by size class, and of ``all``.

    Where less than a fifth of those with exposure is rated, these cannot speak for the others: then ``pd_unrated`` of
    the settings stands for all, and nothing where the study does not give it.
    """
    rated = _by_rating(customers, settings)
    if rated.isna().all() or rated[exposed].notna().mean() < LEAST_RATED:
        return pd.Series({"all": settings.pd_unrated}, dtype=float).dropna()
    return pd.concat([rated.groupby(customers["size"]).mean().dropna(), pd.Series({"all": rated.mean()})])


def _by_rating(customers: pd.DataFrame, settings: ProfitSettings) -> pd.Series:
    return customers["rating"].map(settings.pd_by_rating).clip(lower=settings.pd_floor)


def yearly_factor(spread: float, size: int | tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """What default rates of a year are of their average, the same for all customers: lognormal with mean 1."""
    return rng.lognormal(-(spread**2) / 2, spread, size)


def exposure(loan: pd.Series, guarantees: pd.Series, settings: ProfitSettings) -> pd.Series:
    """Exposure at default, CNY: loans, and the share of guarantees that counts."""
    return loan + settings.ccf * guarantees


def in_default(activity: pd.DataFrame, settings: ProfitSettings) -> pd.Series:
    """Whether each customer-month is in default: overdue for more days than the setting."""
    return activity["days_overdue"] > settings.overdue_days


def default_starts(activity: pd.DataFrame, settings: ProfitSettings) -> pd.DataFrame:
    """The customer-months in which a default begins.

    A customer that is in default in its first month on record defaulted before the data; one that is in default again
    within twelve months is in the same default still. Neither begins one.

    Parameters
    ----------
    activity : DataFrame
        Table of a book, with all its months: ``customer_id``, ``month``, ``days_overdue``.
    settings : ProfitSettings

    Returns
    -------
    DataFrame
        Those rows of ``activity``, by customer and month.
    """
    bad = activity[in_default(activity, settings)].sort_values(["customer_id", "month"])
    before = bad.groupby("customer_id")["month"].shift()
    on_record = activity.groupby("customer_id")["month"].min()
    known = bad["month"] > bad["customer_id"].map(on_record)
    return bad[known & ~(bad["month"] <= before + ONE_DEFAULT)]
