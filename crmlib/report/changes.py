"""Changes: what would move customers over a cut, in words."""

import pandas as pd

from crmlib.runs import Run
from crmlib.value.indicators import count_fitting
from crmlib.words.sentences.indicators import indicator_change, indicator_value


class Changes:
    """Values and changes of the indicators of some customers of a run, as its study says them.

    Parameters
    ----------
    run : Run
    indicators : DataFrame, shape (customers, leaves)
        In their own units.
    """

    def __init__(self, run: Run, indicators: pd.DataFrame) -> None:
        tree = run.scorer.model.tree
        self.voice = run.study.voice
        self.nodes = {leaf: tree[leaf] for leaf in tree.leaves}
        self.raw = indicators.to_dict()
        self.headroom = tree.leaf_with("wallet_headroom")
        asked = tree.leaf_with("product_gap")
        self.products = count_fitting(run.book, indicators.index, run.scorer.references).to_dict() if asked else {}

    def value(self, leaf: str, customer: str) -> str:
        """An indicator of a customer."""
        return self.voice.say(indicator_value(self.nodes[leaf], self.raw[leaf][customer]))

    def change(self, leaf: str, customer: str, size: float | None) -> str | None:
        """A change of an indicator; None where there is none."""
        if pd.isna(size):
            return None
        now = self.raw[leaf][customer]
        return self.voice.say(indicator_change(self.nodes[leaf], now, size, self.products.get(customer)))
