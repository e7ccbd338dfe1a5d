"""Realised: what becomes of a customer's value as it brings the business that it could.

Headroom counts as potential, and business that is held as current value: whoever wins the wallet turns one into the
other. So the scores are made once more of a book in which parts of everybody's headroom have been won, by the very
functions that scored the customers, with anchors and cuts as they are.
"""

from dataclasses import dataclass, replace

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.matrix.classes import AXES, Cuts
from crmlib.profit import profit_table
from crmlib.study import Study
from crmlib.value.appraisal import Scorer
from crmlib.value.indicators import indicators
from crmlib.value.references import View
from crmlib.value.wallet import potential_lines

WON = (0.0, 0.5, 1.0)
"""Shares of the headroom that are won."""


@dataclass(frozen=True)
class Realised:
    """Scores as headroom is won.

    Attributes
    ----------
    table : DataFrame
        One row a class of today and share of the headroom won: class, won, customers, current and potential (means).
    moves : DataFrame, index class of today
        Shares of its customers by class when all is won.
    """

    table: pd.DataFrame
    moves: pd.DataFrame

    @property
    def shown(self) -> pd.DataFrame:
        """A row a class: customers, points gained on each axis, and the classes when all is won."""
        ends = self.table.pivot_table(list(AXES), "class", "won", sort=False)
        gained = {f"{axis}_gained": ends[axis][WON[-1]] - ends[axis][WON[0]] for axis in AXES}
        customers = self.table.groupby("class", sort=False)["customers"].first()
        return pd.DataFrame({"customers": customers, **gained}).join(self.moves).reset_index()

    @property
    def change(self) -> pd.Series:
        """Points that the mean customer gains on each axis when all is won."""
        rows = self.shown
        return rows[[f"{axis}_gained" for axis in AXES]].mul(rows["customers"], axis=0).sum() / rows["customers"].sum()


@needs("activity.demand_deposit", "activity.time_deposit", "activity.loan")
def realised(book: Book, scorer: Scorer, cuts: Cuts, classes: pd.Series, study: Study) -> Realised:
    """Mean scores of each class as its customers bring parts of their headroom; absent where the tree has none.

    Parameters
    ----------
    book : Book
    scorer : Scorer
        Of the as-of date.
    cuts : Cuts
    classes : Series of str, index customer_id
        Class of every graded customer.
    study : Study
    """
    if not scorer.references.wallet or study.tree.leaf_with("wallet_headroom") not in scorer.model.weights:
        raise Lacking("matrix.no_headroom")
    today, rows = _view(book, scorer, study), {}
    factors = _factors(today)
    for share in WON:
        seen = _view(with_won(book, 1 + share * (factors - 1)), scorer, study) if share else today
        scores = scorer.model.score(indicators(seen)).reindex(classes.index)
        rows[share] = scores[list(AXES)].groupby(classes).mean().assign(customers=classes.value_counts())
    moves = pd.crosstab(classes, cuts.classify(scores), normalize="index")
    order = [name for name in study.matrix.classes if name in moves.index]
    table = pd.concat(rows, names=["won", "class"]).reset_index()
    table = table.sort_values("class", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)
    return Realised(table, moves.reindex(index=order, columns=list(study.matrix.classes), fill_value=0.0))


def with_won(book: Book, factors: pd.DataFrame) -> Book:
    """The book as if every customer had held so many times its deposits and loans all along, at its own rates.

    Where nobody borrows there is no factor for loans.
    """
    activity = book.tables["activity"]
    own = factors.reindex(activity["customer_id"]).fillna(1.0).set_axis(activity.index)
    columns = {"demand_deposit": "deposits", "time_deposit": "deposits", "loan": "loans"}
    scaled = {column: activity[column] * own[line] for column, line in columns.items() if line in own}
    return replace(book, tables={**book.tables, "activity": activity.assign(**scaled)})


def _view(book: Book, scorer: Scorer, study: Study) -> View:
    return View(book, profit_table(book, study, 1), pd.Timestamp(study.as_of), study, scorer.references)


def _factors(view: View) -> pd.DataFrame:
    """How many times what it holds a customer could hold of each line; 1 where it holds more, or none."""
    could = potential_lines(view.references.wallet, view.traits)
    return (could / view.holds[list(could)].where(view.holds > 0)).clip(lower=1.0).fillna(1.0)
