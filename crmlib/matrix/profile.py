"""Profile: what each class is made of, what it holds, and how much of that hangs on where the cuts lie."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from crmlib.cut import COMPARED
from crmlib.matrix.classes import AXES, Cuts, fit_cut
from crmlib.matrix.stages import STAGES


def held_by_class(classes: pd.Series, amounts: pd.DataFrame, order: Iterable[str]) -> pd.DataFrame:
    """What each class holds of several amounts.

    Parameters
    ----------
    classes : Series of str, index customer_id
        Class of every graded customer.
    amounts : DataFrame
        Amounts by customer_id; a customer without one counts as 0.
    order : iterable of str
        The classes; one without customers is a row of zeros.

    Returns
    -------
    DataFrame
        One row a class and amount: class, measure (``customers`` first), total, share (of the sum over classes, 0
        where nobody has any; may leave 0-1 where amounts are negative), per_customer.
    """
    known = amounts.reindex(classes.index).fillna(0.0)
    held = pd.concat([pd.Series(1.0, classes.index, name="customers"), known], axis=1)
    total = held.groupby(classes).sum().reindex(list(order), fill_value=0.0).rename_axis("class")
    long = total.melt(ignore_index=False, var_name="measure", value_name="total").reset_index()
    long["share"] = (total / total.sum()).fillna(0.0).melt()["value"]
    long["per_customer"] = total.div(total["customers"], axis=0).melt()["value"]
    return long


def spread(classes: pd.Series, amount: pd.Series, order: Iterable[str]) -> pd.DataFrame:
    """How an amount is spread within each class.

    Parameters
    ----------
    classes : Series of str, index customer_id
    amount : Series
        By customer_id; a customer without one counts as 0.
    order : iterable of str
        The classes.

    Returns
    -------
    DataFrame
        One row a class: class, customers, total, share (of the sum over classes), mean, low, middle and high (the
        quartiles), negative (share of its customers with less than 0).
    """
    known = amount.reindex(classes.index).fillna(0.0)
    groups = known.groupby(classes)
    table = pd.DataFrame({"customers": groups.size(), "total": groups.sum(), "mean": groups.mean()})
    table.insert(2, "share", table["total"] / table["total"].sum())
    for name, quantile in {"low": 0.25, "middle": 0.5, "high": 0.75}.items():
        table[name] = groups.quantile(quantile)
    table["negative"] = (known < 0).groupby(classes).mean()
    table = table.reindex(list(order)).rename_axis("class").reset_index()
    return table.fillna({"customers": 0, "total": 0.0, "share": 0.0}).astype({"customers": int})


def stage_table(classes: pd.Series, stage: pd.Series, order: Iterable[str]) -> pd.DataFrame:
    """Customers in every cell of class (rows) × stage (columns), empty cells as 0."""
    rows, columns = pd.Index(order, name="class"), pd.Index(STAGES, name="stage")
    return pd.crosstab(classes, stage.reindex(classes.index)).reindex(index=rows, columns=columns, fill_value=0)


def cut_sensitivity(scores: pd.DataFrame, cuts: Cuts, shift: float) -> pd.DataFrame:
    """How many customers change class when one cut is set by another rule, or moved.

    Parameters
    ----------
    scores : DataFrame, index customer_id
        Columns ``current`` and ``potential``.
    cuts : Cuts
        The cuts in use.
    shift : float
        Relative move of a cut, up and down.

    Returns
    -------
    DataFrame
        One row a change of one axis: axis, choice (rule or ``+10 %``), cut, changed (share of customers), and the
        share of customers in each class after it.
    """
    plain, rows = cuts.classify(scores), []
    for axis, own in zip(AXES, cuts, strict=True):
        choices = {rule: fit_cut(scores[axis], rule) for rule in COMPARED}
        choices |= {f"{sign * shift:+.0%}": own * (1 + sign * shift) for sign in (-1, 1)}
        for choice, cut in choices.items():
            classes = replace(cuts, **{axis: cut}).classify(scores)
            row = {"axis": axis, "choice": choice, "cut": cut, "changed": float((classes != plain).mean())}
            rows.append(row | classes.value_counts(normalize=True).to_dict())
    return pd.DataFrame(rows).fillna(0.0)
