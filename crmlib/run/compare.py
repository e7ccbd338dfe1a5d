"""How a chapter that is run again differs from the finished run; nothing where it does not."""

from typing import Any

import numpy as np
import pandas as pd

from crmlib.words.messages import Message, say

RELATIVE, ABSOLUTE = 1e-6, 1e-9


def numbers_differ(stored: Any, value: Any) -> Message | None:
    """What both key numbers are, if they differ by more than 1e-6 of their size and 1e-9."""
    same = _same(pd.Series([stored]), pd.Series([value])).all()
    return None if same else say("run.differs.number", now=str(value), before=str(stored))


def frames_differ(stored: pd.DataFrame | None, frame: pd.DataFrame) -> Message | None:
    """What differs between two tables: existence, columns and number of rows, or the rows of each column."""
    if stored is None:
        return say("run.differs.new")
    if list(stored.columns) != list(frame.columns) or len(stored) != len(frame):
        now, before = ({"rows": len(each), "columns": list(each.columns)} for each in (frame, stored))
        return say("run.differs.shape", now=now, before=before)
    counts = {name: int((~_same(stored[name], frame[name])).sum()) for name in frame.columns}
    columns = [say("run.differs.column", name=name, rows=count) for name, count in counts.items() if count]
    return say("run.differs.values", columns=columns, rows=len(frame)) if columns else None


def _same(stored: pd.Series, column: pd.Series) -> np.ndarray:
    if pd.api.types.is_float_dtype(stored) and pd.api.types.is_numeric_dtype(column):
        return np.isclose(column.astype(float), stored.astype(float), RELATIVE, ABSOLUTE, equal_nan=True)
    missing = stored.isna().to_numpy() & column.isna().to_numpy()
    return missing | (stored.astype(object).to_numpy() == column.astype(object).to_numpy())
