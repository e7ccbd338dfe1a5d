"""Worked examples: the best, a typical and the worst customer, from raw numbers to the score, step by step."""

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.value.model import ValueModel
from crmlib.words.sentences.indicators import indicator_value

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


def example_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of the :func:`examples`, by example: ``customer_id``, ``current``, ``potential``, ``total``."""
    chosen = examples(scores)
    table = scores.loc[list(chosen)].set_axis(pd.Index(chosen.index, name="example"))
    table.insert(0, "customer_id", chosen.to_numpy())
    return table


def steps_to_read(worked: pd.DataFrame, model: ValueModel) -> dict[str, pd.DataFrame]:
    """The steps of :func:`examples_table` by example, with raw numbers (``now``) in units that people use."""
    now = [indicator_value(model.tree[row.code], row.raw) for row in worked.itertuples()]
    table = worked.rename(columns={"name": "indicator"}).assign(now=now)
    columns = ["code", "indicator", "now", "points", "weight", "contribution"]
    return {example: rows[columns] for example, rows in table.groupby("example", sort=False)}


def apart(worked: pd.DataFrame) -> pd.DataFrame:
    """What sets the best customer apart from the typical one: ``indicator`` and ``points``, the most first."""
    added = worked.pivot_table("contribution", "code", "example")
    names = worked.drop_duplicates("code").set_index("code")["name"]
    table = pd.DataFrame({"indicator": names, "points": (added["best"] - added["typical"])[names.index]})
    return table.sort_values("points", ascending=False, kind="stable")


@needs()
def without_loan(indicators: pd.DataFrame, model: ValueModel) -> dict[str, float]:
    """Customers that do not borrow: their ``share``, and the median ``points`` that they get for lending."""
    leaf = model.tree.leaf_with("risk_adjusted_loan_margin")
    if leaf is None:
        raise Lacking("scores.lending_not_measured")
    points = model.scaled(indicators).loc[indicators[leaf] == 0, leaf]
    if points.empty:
        raise Lacking("scores.everybody_borrows")
    return {"share": len(points) / len(indicators), "points": float(points.median())}
