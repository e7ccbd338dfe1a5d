"""Room: on a simulated book, is the room there that the wallet regression estimates?

What customers hold at other banks is known of no real book. Here it is, and no chapter but this one reads it.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.study import Study
from crmlib.value.coverage import sales_alone
from crmlib.value.references import References, View
from crmlib.value.wallet import fit_wallet, headroom


@dataclass(frozen=True)
class Room:
    """Estimated beside true room of the graded customers whose sales are known.

    Attributes
    ----------
    table : DataFrame, shape (customers, 4)
        ``class``; ``true_room``, what the customer holds elsewhere; ``headroom`` by the wallet regression, and
        ``room_by_sales`` by one that knows sales alone (CNY).
    """

    table: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of these customers."""
        return len(self.table)

    @property
    def by_class(self) -> pd.DataFrame:
        """Sums of each class, with ``caught`` and ``caught_by_sales``, what is estimated to one CNY that is there."""
        groups = self.table.groupby("class", sort=False, observed=True)
        return _found(groups[["true_room", "headroom", "room_by_sales"]].sum().assign(n=groups.size())).reset_index()

    @property
    def total(self) -> pd.Series:
        """The same of all classes together."""
        return _found(self.table[["true_room", "headroom", "room_by_sales"]].sum().to_frame().T).iloc[0]

    @property
    def ranks(self) -> pd.Series:
        """Rank correlation (Spearman) of ``headroom`` and ``room_by_sales`` with the true room."""
        return self.table.drop(columns="class").corr("spearman")["true_room"].drop("true_room")


@needs("truth")
def room_in_truth(book: Book, profit: pd.DataFrame, classes: pd.Series, study: Study, references: References) -> Room:
    """What customers hold elsewhere, and what a model estimates of it.

    Parameters
    ----------
    book : Book
        A simulated one.
    profit : DataFrame
    classes : Series
        Class of each graded customer.
    study : Study
    references : References
        With the wallet regression of the model.
    """
    if not book.simulated:
        raise Lacking("common.not_in_book", what=["truth"])
    if not references.wallet:
        raise Lacking("model.no_wallet")
    view, settings = View(book, profit, pd.Timestamp(study.as_of), study), study.model
    alone = sales_alone(view.traits)
    by_sales = fit_wallet(view.holds, alone, settings.wallet_quantile, settings.pool_under)
    table = pd.DataFrame({
        "class": pd.Categorical(classes.reindex(view.people.index), study.matrix.classes),
        "true_room": _held_elsewhere(book.truth.set_index("customer_id")).reindex(view.people.index),
        "headroom": headroom(references.wallet, view.holds, view.traits),
        "room_by_sales": headroom(by_sales, view.holds, alone),
    })  # fmt: skip
    return Room(table.dropna().sort_values("class", kind="stable"))


def _held_elsewhere(truth: pd.DataFrame) -> pd.Series:
    """The part of each customer's wallet that is not here in the last month, CNY."""
    return (truth["wallet_deposits"] + truth["wallet_loans"]) * (1 - truth["share_of_wallet"])


def _found(sums: pd.DataFrame) -> pd.DataFrame:
    there = sums["true_room"].where(sums["true_room"] > 0)
    return sums.assign(caught=sums["headroom"] / there, caught_by_sales=sums["room_by_sales"] / there)
