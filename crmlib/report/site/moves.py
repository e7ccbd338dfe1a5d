"""What would move a customer to another class, in words, for all customers at once."""

from typing import Any

import pandas as pd

from crmlib.matrix.classes import AXES
from crmlib.matrix.moves import cheapest_pairs, single_changes
from crmlib.report.changes import Changes
from crmlib.runs import Run


def moves(run: Run, indicators: pd.DataFrame, changes: Changes) -> dict[str, Any]:
    """Smallest changes that bring each customer over a cut.

    Parameters
    ----------
    run : Run
    indicators : DataFrame, shape (customers, leaves)
        In their own units.
    changes : Changes
        Of these customers.

    Returns
    -------
    dict
        ``alone``: for each indicator the change of it alone, by customer, null where none would do; ``pairs``: for
        each axis the cheapest change of two together, as code, change, code, change.
    """
    model, cuts = run.scorer.model, run.cuts
    alone, pairs = single_changes(model, indicators, cuts), cheapest_pairs(model, indicators, cuts)
    return {
        "alone": {
            leaf: [changes.change(leaf, who, size, named=False) for who, size in alone[leaf].items()] for leaf in alone
        },
        "pairs": {axis: _pairs(pairs[pairs["axis"] == axis], indicators.index, changes) for axis in AXES},
    }


def _pairs(pairs: pd.DataFrame, customers: pd.Index, changes: Changes) -> list[list[str] | None]:
    rows = pairs.set_index("customer_id").loc[customers]
    return [
        None if pd.isna(row.points) else [*_said(row.first, row.first_change, row, changes),
                                          *_said(row.second, row.second_change, row, changes)]
        for row in rows.itertuples()
    ]  # fmt: skip


def _said(leaf: str, size: float, row: Any, changes: Changes) -> tuple[str, str | None]:
    return leaf, changes.change(leaf, row.Index, size, named=False)
