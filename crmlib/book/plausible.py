"""Doubts: what breaks no rule and can hardly be true, because the units must be wrong.

A rate given in the wrong unit is a hundredfold off, money ten thousandfold: each is set beside what it must go with.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlib.book.fault_table import Note
from crmlib.book.repairs import DEPOSITS
from crmlib.book.schema import MONEY, kinds
from crmlib.study import Study

FEES = ("fee_settlement", "fee_trade", "fee_guarantee", "fee_agency")
LARGEST = 1e12
"""CNY that no customer of one branch moves or holds."""
JUMP, NEAR = 4.0, 0.3
"""Powers of ten between 元 and 万元, and how near to them a step of a customer's series must lie."""
ALONE = (0.005, 0.25)
"""A usual loan rate, where no transfer price stands beside it."""
DOUBTS = (
    "fees_beside_balances", "inflow_beside_deposits", "rate_beside_price", "rate_alone", "too_large", "jump",
    "without_activity", "rate_of_some", "rate_of_months", "paid_beside_price",
)  # fmt: skip
"""Notes on what can hardly be true."""


class Bound(NamedTuple):
    """What a ratio may be; beyond, a unit is in doubt."""

    what: str
    column: str
    low: float
    high: float


HUNDREDTH = 0.05
"""Below this a rate is nearer to a hundredth of what it stands beside than to the whole."""
BOUNDS = {
    "paid": Bound("paid_beside_price", "", 0.01, 6.0),
    "fees": Bound("fees_beside_balances", "", 1e-7, 0.5),
    "rate": Bound("rate_beside_price", "loan_rate", 0.2, 6.0),
    "inflow": Bound("inflow_beside_deposits", "inflow", 1e-2, 1e4),
}
"""Yearly fees over balances; loan rate over its transfer price; yearly inflow over deposits. All are assumptions, wide
enough for any bank and narrow enough for a wrong unit."""


def doubts(tables: Mapping[str, pd.DataFrame], files: Mapping[str, str], study: Study) -> list[Note]:
    """Notes on what can hardly be true.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed tables without faults, in CNY.
    files : mapping of str to str
        File of each table.
    study : Study
    """
    activity, file = tables["activity"], files["activity"]
    notes = [*_ratios(activity, tables.get("rates"), file), *_too_large(tables, files), *_jumps(activity, file)]
    if "rates" in tables:
        notes += _of_rates(tables["rates"], files["rates"])
    silent = ~tables["customers"]["customer_id"].isin(activity["customer_id"])
    if silent.any():
        notes.append(Note("without_activity", files["customers"], "customer_id", int(silent.sum())))
    later = activity["month"] > pd.Timestamp(study.as_of)
    if later.any():
        notes.append(Note("after_as_of", file, "month", int(later.sum()), str(study.as_of)))
    return notes


def _ratios(activity: pd.DataFrame, rates: pd.DataFrame | None, file: str) -> Iterator[Note]:
    """Fees beside balances, rates beside transfer prices, inflow beside deposits."""
    deposits = activity[[*DEPOSITS]].sum(axis=1)
    balances = (deposits + activity["loan"].fillna(0)).sum()
    for column in FEES:
        yield from _beyond("fees", 12 * activity[column].abs().sum(), balances, file, column)
    yield from _beyond("inflow", 12 * activity["inflow"].sum(), deposits.sum(), file)
    rate = activity.loc[activity["loan"].gt(0) & activity["loan_rate"].gt(0), ["customer_id", "month", "loan_rate"]]
    if rates is not None and len(rate):
        price = rate["month"].map(rates.drop_duplicates("month").set_index("month")["ftp_loan"])
        yield from _beyond("rate", rate["loan_rate"].median(), price.median(), file)
        beside = (rate["loan_rate"] / price).groupby(rate["customer_id"]).median()
        odd = beside.index[(beside < HUNDREDTH) | (beside > 1 / HUNDREDTH)]
        if 0 < len(odd) < len(beside) / 2:
            yield Note("rate_of_some", file, "loan_rate", len(odd), ", ".join(odd[:3]))
    elif len(rate) and not ALONE[0] <= rate["loan_rate"].median() <= ALONE[1]:
        yield Note("rate_alone", file, "loan_rate", len(rate), f"{rate['loan_rate'].median():.2%}")


def _of_rates(rates: pd.DataFrame, file: str) -> Iterator[Note]:
    """Rates paid beside their transfer prices, and months in which a rate is a hundredfold off its usual level."""
    for kind in ("demand", "time"):
        paid, price = rates[f"rate_{kind}"].median(), rates[f"ftp_{kind}"].median()
        yield from _beyond("paid", paid, price, file, f"rate_{kind}")
    for column in kinds("rates").keys() - {"month"}:
        usual = rates[column] / rates[column].median()
        odd = rates.loc[(usual > 0) & ~usual.between(HUNDREDTH, 1 / HUNDREDTH), "month"]
        if len(odd):
            yield Note("rate_of_months", file, column, len(odd), ", ".join(f"{month:%Y-%m}" for month in odd[:3]))


def _beyond(name: str, part: float, whole: float, file: str, column: str = "") -> Iterator[Note]:
    bound = BOUNDS[name]
    if part > 0 and whole > 0 and not bound.low <= part / whole <= bound.high:
        yield Note(bound.what, file, column or bound.column, detail=f"{part / whole:.3g}")


def _too_large(tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> Iterator[Note]:
    for name, table in tables.items():
        for column, kind in kinds(name).items():
            large = table[column].abs() > LARGEST if kind == MONEY else pd.Series(False)
            if large.any():
                yield Note("too_large", files[name], column, int(large.sum()), f"{table[column].abs().max():.3g}")


def _jumps(activity: pd.DataFrame, file: str) -> Iterator[Note]:
    """Customers one of whose series, even before and after, steps by ten thousand: from 元 to 万元, or back."""
    rows = activity.sort_values(["customer_id", "month"])
    for column in (*DEPOSITS, "loan", "inflow", "outflow"):
        own = rows.loc[rows[column] > 0, ["customer_id", column]]
        level, ids = np.log10(own[column]), own["customer_id"]
        steps = level.groupby(ids).diff()
        around = [steps.groupby(ids).shift(place).abs() < 0.5 for place in (1, -1)]
        jumped = ids[((steps.abs() - JUMP).abs() < NEAR) & around[0] & around[1]].unique()
        if len(jumped):
            yield Note("jump", file, column, len(jumped), ", ".join(jumped[:3]))
