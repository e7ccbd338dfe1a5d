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


def worked_examples(indicators: pd.DataFrame, model: ValueModel) -> pd.DataFrame:
    """Every step from raw numbers to the total for the best, a typical and the worst customer.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        Indexed by customer_id.
    model : ValueModel

    Returns
    -------
    DataFrame
        One row per example and indicator: example, customer_id, code, name, unit, raw (in that unit), points (0 to
        100, more is better), weight (in this customer's total, after missing ones went to their siblings) and
        contribution (points x weight); contributions sum to the total.
    """
    chosen = examples(model.score(indicators))
    leaves = list(model.tree.leaves)
    table = indicators.loc[list(chosen), leaves]
    steps = {
        "raw": table,
        "points": model.scaled(table)[leaves],
        "weight": model.effective_weights(table)[leaves],
        "contribution": model.contributions(table)[leaves],
    }
    # Adding 0 turns a negative zero into a plain one.
    long = pd.DataFrame({name: step.to_numpy().ravel() + 0.0 for name, step in steps.items()})
    named = pd.DataFrame({
        "example": [example for example in chosen.index for _ in leaves],
        "customer_id": [customer for customer in chosen for _ in leaves],
        "code": leaves * len(chosen),
        "name": [model.tree[leaf].name for leaf in leaves] * len(chosen),
        "unit": [model.tree[leaf].unit for leaf in leaves] * len(chosen),
    })  # fmt: skip
    return pd.concat([named, long], axis=1)
