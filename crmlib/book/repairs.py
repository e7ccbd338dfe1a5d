"""What a study says that gaps and overdrafts mean: months missing in a customer's life, deposits below nothing.

Nothing is repaired unless the settings say so, and every repair is counted.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.book.fault_table import Note
from crmlib.book.schema import DTYPES, FLAG, MONEY, NUMBER, WHOLE, kinds
from crmlib.study import Study

DEPOSITS = ("demand_deposit", "time_deposit")
STATES = (*DEPOSITS, "loan", "loan_rate", "guarantees", "days_overdue")
"""Columns of activity that go on from month to month; the others flow within one."""


def gaps(tables: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Months without activity between those in which a customer opened and closed, or the as-of date.

    Where neither is known, between the first and the last month of its activity. The months of opening and closing
    themselves may be missing. Who is no customer of the book, or closed before opening, has no life to speak of.

    Returns
    -------
    DataFrame, shape (months missing,)
        Columns ``customer_id``, ``month``.
    """
    rows = tables["activity"][["customer_id", "month"]]
    whole = rows["month"].notna().groupby(rows["customer_id"]).all()
    rows = rows[rows["customer_id"].map(whole).eq(True) & (rows["month"] <= pd.Timestamp(study.as_of))]
    lives = rows.groupby("customer_id")["month"].agg(["min", "max"])
    people = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    people = people[~(people["closed"] < people["opened"])]
    lives = lives[lives.index.isin(people.index)]
    people = people.reindex(lives.index)
    first, last = rows["month"].min(), pd.Timestamp(study.as_of).replace(day=1)
    opened = _month(people["opened"], 1).clip(lower=first).fillna(lives["min"])
    told = "customers.closed" not in study.book.absent
    closed = _month(people["closed"], -1).fillna(last if told else lives["max"]).clip(upper=last)
    begin, end = opened.where(opened < lives["min"], lives["min"]), closed.where(closed > lives["max"], lives["max"])
    every = _every_month(begin, end)
    found = every.merge(rows.drop_duplicates(), how="left", indicator=True)
    return found.loc[found["_merge"] == "left_only", ["customer_id", "month"]].reset_index(drop=True)


def _every_month(begin: pd.Series, end: pd.Series) -> pd.DataFrame:
    """A row for each month from the begin to the end of each customer."""
    first, last = (days.dt.to_period("M").astype("int64").to_numpy() for days in (begin, end))
    count = last - first + 1
    month = np.repeat(first, count) + np.arange(count.sum()) - np.repeat(count.cumsum() - count, count)
    days = pd.PeriodIndex.from_ordinals(month, freq="M").to_timestamp().astype(DTYPES["month"])
    return pd.DataFrame({"customer_id": begin.index.repeat(count), "month": days})


def _month(days: pd.Series, later: int) -> pd.Series:
    """First of the month that lies ``later`` months after each day's."""
    return (days.dt.to_period("M") + later).dt.to_timestamp().astype(DTYPES["month"])


def repaired(
    tables: Mapping[str, pd.DataFrame], study: Study, files: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Note]]:
    """Activity with gaps and overdrafts as the study's settings say, and notes on how many there were."""
    activity, notes = _without_overdrafts(tables["activity"], files["activity"])
    found = gaps(tables, study) if study.book.gaps != "refuse" else pd.DataFrame()
    if len(found):
        activity = _filled(activity, found, study.book.gaps == "carry")
        notes.append(Note(f"gaps_{study.book.gaps}", files["activity"], "month", len(found)))
    return activity, notes


def _without_overdrafts(activity: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Note]]:
    """Negative deposits as loans; there are none where the settings refuse them."""
    activity, notes = activity.copy(), []
    for column in DEPOSITS:
        under = activity[column] < 0
        if under.any():
            notes.append(Note("overdraft_loan", file, column, int(under.sum())))
            activity["loan"] = activity["loan"].fillna(0).where(under, activity["loan"]) - activity[column].where(
                under, 0
            )
            activity[column] = activity[column].mask(under, 0.0)
    return activity, notes


def _filled(activity: pd.DataFrame, found: pd.DataFrame, carry: bool) -> pd.DataFrame:
    """Activity with rows for the missing months: nothing flows; balances are carried, or nothing too."""
    every = pd.concat([activity, found], ignore_index=True).sort_values(["customer_id", "month"], ignore_index=True)
    added = every.merge(found, how="left", indicator=True)["_merge"].eq("both").to_numpy()
    for column, kind in kinds("activity").items():
        if kind not in (MONEY, NUMBER, WHOLE, FLAG) or activity[column].isna().all():
            continue
        before = every.groupby("customer_id")[column].ffill() if carry and column in STATES else 0.0
        every[column] = every[column].mask(added, before)
    return every
