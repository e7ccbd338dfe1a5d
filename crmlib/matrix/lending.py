"""Lending: what hangs on it that a customer without a loan gets 0 for lending, and not nothing known?"""

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.matrix.classes import Cuts
from crmlib.study import Study
from crmlib.value.model import ValueModel

GROUPS = ("no_loan", "borrower")


@needs()
def if_unknown(indicators: pd.DataFrame, model: ValueModel, study: Study) -> pd.DataFrame:
    """Current value and classes with lending unknown, in place of 0, for customers without a loan.

    Parameters
    ----------
    indicators : DataFrame, shape (customers, leaves)
        The indicators that the model was fitted on, of customers that it can grade.
    model : ValueModel
    study : Study
        Uses ``model.winsor`` and the rules of the cuts; scales and cuts are fitted anew.

    Returns
    -------
    DataFrame, index :data:`GROUPS`
        ``customers``; ``as_zero`` and ``as_unknown``, the median of current value (0-100); ``other_class``,
        customers in another class, and ``changed``, their share.
    """
    leaf = model.tree.leaf_with("risk_adjusted_loan_margin")
    if leaf is None:
        raise Lacking("scores.lending_not_measured")
    without = indicators[leaf] == 0
    if not without.any() or without.all():
        raise Lacking("scores.everybody_borrows" if without.sum() == 0 else "scores.nobody_borrows")
    other = indicators[list(model.tree.leaves)].assign(**{leaf: indicators[leaf].mask(without)})
    refitted = ValueModel.fit(other, model.tree, model.weights, study.model.winsor)
    scores = [model.score(indicators), refitted.score(other)]
    one, two = (Cuts.fit(each, study.matrix.rules, study.matrix.labels).classify(each) for each in scores)
    points = pd.concat([each["current"] for each in scores], axis=1, keys=["as_zero", "as_unknown"])
    groups = points.assign(moved=one != two).groupby(without.map({True: GROUPS[0], False: GROUPS[1]}))
    table = groups.agg(
        customers=("moved", "size"), as_zero=("as_zero", "median"), as_unknown=("as_unknown", "median"),
        other_class=("moved", "sum"), changed=("moved", "mean"),
    )  # fmt: skip
    return table.reindex(list(GROUPS)).rename_axis("lends")
