"""Bridge: from what was recorded in a year to what later chapters measure, with customers and EVA on every step.

The branch is all customers of the year, those that left included. Whatever a later chapter counts, shares out or adds
up stands on one of the lines of this table, so that no two numbers contradict each other.
"""

import pandas as pd

from crmlib.absent import needs
from crmlib.profit import COLUMNS, WINDOW
from crmlib.study import ProfitSettings

_NOT_YEARLY = ("default_loss", "eva_realised", "raroc")
YEARLY = [name for name in COLUMNS[COLUMNS.index("loan_margin") :] if name not in _NOT_YEARLY]
"""Columns of a profit table that hold a year's amount, or capital tied up for a year."""


@needs()
def recorded(year: pd.DataFrame, settings: ProfitSettings) -> pd.DataFrame:
    """One window of a profit table as it was recorded.

    Parameters
    ----------
    year : DataFrame, index customer_id
        From :func:`crmlib.profit.at`; open customers of under twelve months are annualised in it.
    settings : ProfitSettings

    Returns
    -------
    DataFrame
        The same with the amounts of those customers for the months that they were open; losses on new defaults, which
        are never annualised, as they are.
    """
    part = (year["months_open"].clip(1, WINDOW) / WINDOW).where(year["open"], 1.0)
    lost = year["default_loss"] * (1 - settings.tax)
    return year.assign(**year[YEARLY].mul(part, axis=0), eva_realised=(year["eva_realised"] + lost) * part - lost)


@needs()
def bridge(year: pd.DataFrame, settings: ProfitSettings) -> pd.DataFrame:
    """The way from recorded to graded customers.

    Parameters
    ----------
    year : DataFrame, index customer_id
        From :func:`crmlib.profit.at`.
    settings : ProfitSettings

    Returns
    -------
    DataFrame, shape (10,)
        ``base``, ``customers``, those of them with a ``negative`` EVA, and ``eva`` (CNY). ``recorded`` (with the losses
        that happened), ``expected`` (these replaced by expected ones) and ``full_year`` (new customers annualised) add
        up to ``annualised``; less who has ``left`` these are ``open``, less the ``too_new`` ``graded``, and less those
        ``in_default`` ``performing``.
    """
    plain = recorded(year, settings)
    everybody = pd.Series(True, year.index)
    still, graded, performing = year["open"], year["graded"], year["graded"] & ~year["in_default"]
    yearly = {
        "annualised": _counted(year, everybody),
        "left": -_counted(year, ~still), "open": _counted(year, still),
        "too_new": -_counted(year, still & ~graded), "graded": _counted(year, graded),
        "in_default": -_counted(year, graded & ~performing), "performing": _counted(year, performing),
    }  # fmt: skip
    before = {
        "recorded": _counted(plain.assign(eva=plain["eva_realised"]), everybody),
        "expected": pd.Series({"eva": (plain["eva"] - plain["eva_realised"]).sum()}),
        "full_year": pd.Series({"eva": (year["eva"] - plain["eva"]).sum()}),
    }
    # Adding nothing takes the minus from zeros.
    steps = pd.DataFrame(before | yearly).T[["customers", "negative", "eva"]] + 0.0
    return steps.rename_axis("base").reset_index()


@needs()
def bridge_numbers(steps: pd.DataFrame) -> dict[str, float]:
    """Key numbers: EVA of every base, 万元."""
    return dict(zip("eva_" + steps["base"], steps["eva"] / 1e4, strict=True))


def _counted(year: pd.DataFrame, chosen: pd.Series) -> pd.Series:
    eva = year.loc[chosen, "eva"]
    return pd.Series({"customers": len(eva), "negative": (eva < 0).sum(), "eva": eva.sum()}, dtype=float)
