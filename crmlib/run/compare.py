"""How a chapter that is run again differs from the finished run, in a few words; nothing where it does not."""

import math
from typing import Any

import pandas as pd

RELATIVE, ABSOLUTE = 1e-6, 1e-9


def numbers_differ(stored: Any, value: Any) -> str:
    """``is 0.31, was 0.30`` if two key numbers differ by more than 1e-6 of their size and 1e-9; else nothing."""
    numeric = all(isinstance(item, int | float) and not isinstance(item, bool) for item in (stored, value))
    same = math.isclose(stored, value, rel_tol=RELATIVE, abs_tol=ABSOLUTE) if numeric else stored == value
    return "" if same else f"is {value}, was {stored}"


def frames_differ(stored: pd.DataFrame | None, frame: pd.DataFrame) -> str:
    """What differs between two tables: existence, columns, number of rows, or the rows of each column."""
    if stored is None:
        return "not in the run"
    if list(stored.columns) != list(frame.columns):
        return f"columns are {', '.join(map(str, frame.columns))}, were {', '.join(map(str, stored.columns))}"
    if len(stored) != len(frame):
        return f"{len(frame):,} rows, were {len(stored):,}"
    counts = {name: _rows_differ(stored[name], frame[name]) for name in frame.columns}
    return ", ".join(f"{name} in {count:,} of {len(frame):,} rows" for name, count in counts.items() if count)


def _rows_differ(stored: pd.Series, column: pd.Series) -> int:
    missing = stored.isna().to_numpy() & column.isna().to_numpy()
    if pd.api.types.is_float_dtype(stored) and pd.api.types.is_numeric_dtype(column):
        difference = (stored - column).abs().to_numpy()
        same = difference <= RELATIVE * stored.abs().to_numpy() + ABSOLUTE
    else:
        same = stored.astype(object).to_numpy() == column.astype(object).to_numpy()
    return int((~(same | missing)).sum())
