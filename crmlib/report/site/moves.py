"""What would move a customer to another class, in words, for all customers at once."""

from typing import Any

import pandas as pd

from crmlib.matrix.classes import AXES
from crmlib.matrix.moves import cheapest_pairs, single_changes
from crmlib.runs import Run
from crmlib.value import ValueModel
from crmlib.value.indicators import count_fitting
from crmlib.words.sentences.indicators import indicator_change
from crmlib.words.voice import Voice


def moves(run: Run, model: ValueModel, indicators: pd.DataFrame) -> dict[str, Any]:
    """Smallest changes that bring each customer over a cut.

    Parameters
    ----------
    run : Run
    model : ValueModel
    indicators : DataFrame, shape (customers, leaves)
        In their own units.

    Returns
    -------
    dict
        ``alone``: for each indicator the change of it alone, by customer, null where none would do; ``pairs``: for
        each axis the cheapest change of two together, as code, change, code, change.
    """
    cuts, say = run.cuts, _Words(run, model, indicators)
    changes = single_changes(model, indicators, cuts)
    pairs = cheapest_pairs(model, indicators, cuts)
    return {
        "alone": {leaf: [say(leaf, who, size) for who, size in changes[leaf].items()] for leaf in changes},
        "pairs": {axis: _pairs(pairs[pairs["axis"] == axis], indicators.index, say) for axis in AXES},
    }


class _Words:
    """Changes in words, without the name of the indicator where it stands before them anyway."""

    def __init__(self, run: Run, model: ValueModel, indicators: pd.DataFrame) -> None:
        self.nodes = {leaf: model.tree[leaf] for leaf in model.tree.leaves}
        self.raw, self.voice = indicators.to_dict(), Voice(run.settings["language"], run.money_unit)
        asked = any(node.formula == "product_gap" for node in self.nodes.values())
        self.products = count_fitting(run.book, indicators.index, run.scorer.references).to_dict() if asked else {}

    def __call__(self, leaf: str, customer: str, size: float) -> str | None:
        if pd.isna(size):
            return None
        of = (self.nodes[leaf], self.raw[leaf][customer], size, self.products.get(customer))
        return self.voice.say(indicator_change(*of, named=False))


def _pairs(pairs: pd.DataFrame, customers: pd.Index, say: _Words) -> list[list[str] | None]:
    rows = pairs.set_index("customer_id").loc[customers]
    return [
        None
        if pd.isna(row.points)
        else [
            row.first,
            say(row.first, row.Index, row.first_change),
            row.second,
            say(row.second, row.Index, row.second_change),
        ]
        for row in rows.itertuples()
    ]
