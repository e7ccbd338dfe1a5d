"""Worked examples: the best, a typical and the worst customer, from raw numbers to the score, step by step."""

import pandas as pd

from crmlib.value.model import ValueModel

EXAMPLES = ("best", "typical", "worst")


def examples(scores: pd.DataFrame) -> pd.Series:
    """The customers with the highest, the median and the lowest total, by example.

    With an even number of customers the typical one is the lower of the two in the middle. Among equal totals the
    first ID is shown: any other would do as well.
    """
    known = scores["total"].dropna().rename("total").rename_axis("customer_id").reset_index()
    order = known.sort_values(["total", "customer_id"], ascending=[False, True], ignore_index=True)
    lowest = int((order["total"] == order["total"].min()).idxmax())
    places = (0, len(order) // 2, lowest)
    return pd.Series(order["customer_id"].iloc[list(places)].to_list(), index=list(EXAMPLES), name="customer_id")


def examples_table(indicators: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Every step from raw numbers to the total for the best, a typical and the worst customer.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        Indexed by customer_id.
    model : ValueModel

    Returns
    -------
    DataFrame
        ``example``, and the columns of :meth:`crmlib.value.ValueModel.steps`.
    """
    chosen = examples(model.score(indicators))
    table = model.steps(indicators.loc[list(chosen)])
    table.insert(0, "example", chosen.index.repeat(len(model.tree.leaves)))
    return table
