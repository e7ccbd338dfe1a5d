"""Benchmark rates as published, and the transfer prices that the simulated book takes from them."""

from functools import cache

import numpy as np
import pandas as pd
import yaml

from crmlib.study import PROJECT

# Assumptions: spreads of the transfer prices over the one-year benchmarks, per year.
LOAN_BELOW_BENCHMARK = 0.0155
TIME_ABOVE_BENCHMARK = 0.0075
DEMAND_BASE, DEMAND_SLOPE = 0.009, 0.42
RATE_DEMAND = 0.0035
TIME_MARKUP = 1.1


@cache
def _published() -> pd.DataFrame:
    text = (PROJECT / "data" / "published" / "pboc-benchmark-rates.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    return pd.DataFrame(document["rows"], columns=document["columns"]).astype({"month": "datetime64[us]"})


def benchmark(months: pd.DatetimeIndex) -> pd.DataFrame:
    """One-year benchmark loan and deposit rates in force in each month, per year.

    Months before the first announcement on record take the first, months after the last take the last.

    References
    ----------
    People's Bank of China, announcements December 2010 to October 2015 (data/published/pboc-benchmark-rates.yaml).
    """
    table = _published()
    place = np.clip(np.searchsorted(table["month"], months, side="right") - 1, 0, None)
    return table.iloc[place][["loan", "deposit"]].set_index(months)


def transfer_prices(months: pd.DatetimeIndex) -> pd.DataFrame:
    """The ``rates`` table of a simulated book, from the benchmarks and the spreads assumed above."""
    rates = benchmark(months)
    return pd.DataFrame({
        "month": months,
        "ftp_demand": (DEMAND_BASE + DEMAND_SLOPE * rates["deposit"]).to_numpy(),
        "ftp_time": (rates["deposit"] + TIME_ABOVE_BENCHMARK).to_numpy(),
        "ftp_loan": (rates["loan"] - LOAN_BELOW_BENCHMARK).to_numpy(),
        "rate_demand": RATE_DEMAND,
        "rate_time": (TIME_MARKUP * rates["deposit"]).to_numpy(),
    })  # fmt: skip
