"""Saves: whose leaving would cost most, and who is to call them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.strategy.outlook import Outlook

COLUMNS = (
    "rank", "customer_id", "name", "rm_id", "class", "stage", "eva", "loss", "clv", "value_at_risk", "main_reason",
)  # fmt: skip
"""Columns of the save list."""


@needs()
def lifetimes(classes: pd.DataFrame, facts: pd.DataFrame, leaving: Outlook) -> pd.DataFrame:
    """Lifetime value of every graded customer, and what of it is at risk.

    Returns
    -------
    DataFrame, index customer_id
        class, stage where it is known, name, rm_id, eva, retention, clv, main_reason, and what
        :func:`with_value_at_risk` adds. Absent where the book tells no profit.
    """
    if facts["clv"].isna().all():
        raise Lacking("common.not_in_book", what=["profit"])
    known = classes[classes.columns.intersection(["class", "stage"])].join(
        facts[["name", "rm_id", "eva", "retention", "clv"]]
    )
    signs = leaving.main_reason if is_known(leaving.main_reason) else pd.Series(dtype="str", name="main_reason")
    return with_value_at_risk(known.join(signs))


def with_value_at_risk(customers: pd.DataFrame) -> pd.DataFrame:
    """Chance and cost of losing each customer within a year.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        ``retention`` (1/year) and ``clv`` (CNY).

    Returns
    -------
    DataFrame
        ``customers`` with loss (1 − retention) and value_at_risk (CNY: loss times lifetime value; 0 where the lifetime
        value is negative, since nothing is lost with such a customer).
    """
    loss = 1 - customers["retention"]
    return customers.assign(loss=loss, value_at_risk=loss * customers["clv"].clip(lower=0))


@needs()
def risk_by_class(customers: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Lifetime value and what of it is at risk, by class.

    Parameters
    ----------
    customers : DataFrame
        As from :func:`with_value_at_risk`, with ``class``.
    order : sequence of str
        The classes; one without customers is a row of zeros.

    Returns
    -------
    DataFrame
        class, customers, losses (expected within a year; who is idle is lost already and not counted), worth (lifetime
        value of those above 0, CNY), value_at_risk (CNY), share (of all value at risk; missing where there is none),
        at_risk (value at risk as a share of worth).
    """
    losses = customers["loss"].where(customers["retention"] > 0, 0.0)
    parts = {"customers": 1, "losses": losses, "worth": customers["clv"].clip(lower=0)}
    table = customers[["class", "value_at_risk"]].assign(**parts).groupby("class").sum()
    table = table.reindex(list(order), fill_value=0).rename_axis("class")[[*parts, "value_at_risk"]]
    total = table["value_at_risk"].sum()
    shares = {"share": table["value_at_risk"] / total, "at_risk": table["value_at_risk"] / table["worth"]}
    return table.assign(**shares).reset_index()


@needs()
def save_list(customers: pd.DataFrame, length: int) -> pd.DataFrame:
    """The customers with most value at risk, the most first; ties by customer_id.

    Parameters
    ----------
    customers : DataFrame, index customer_id
        As from :func:`with_value_at_risk`, with the columns of :data:`COLUMNS` that are known.
    length : int
        Customers on the list; fewer where no more have value at risk.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, what is not known missing; ``rank`` from 1, ``customer_id`` as text.
    """
    worth = customers[customers["value_at_risk"] > 0].rename_axis("customer_id").reset_index()
    worth = worth.sort_values(["value_at_risk", "customer_id"], ascending=[False, True]).head(length)
    return worth.assign(rank=range(1, len(worth) + 1)).reindex(columns=list(COLUMNS)).reset_index(drop=True)


@dataclass(frozen=True)
class AtRisk:
    """What the branch may lose within a year.

    Attributes
    ----------
    lives : DataFrame
        From :func:`lifetimes`.
    saved : DataFrame
        From :func:`save_list`.
    actions : DataFrame
        ``action`` and ``stake`` of every graded customer.
    by_class : DataFrame
        From :func:`risk_by_class`.
    """

    lives: pd.DataFrame
    saved: pd.DataFrame
    actions: pd.DataFrame
    by_class: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """What is at risk by class."""
        return self.by_class

    @property
    def worth(self) -> float:
        """Lifetime value of those above 0, CNY."""
        return self.by_class["worth"].sum()

    @property
    def value_at_risk(self) -> float:
        """CNY."""
        return self.by_class["value_at_risk"].sum()

    @property
    def losses(self) -> float:
        """Customers expected to be lost within a year."""
        return self.by_class["losses"].sum()

    @property
    def listed(self) -> float:
        """Share of the value at risk that the save list holds."""
        return self.saved["value_at_risk"].sum() / self.value_at_risk

    @property
    def most(self) -> pd.Series:
        """The class with most value at risk."""
        return self.by_class.loc[self.by_class["share"].idxmax()]

    @property
    def named(self) -> pd.DataFrame:
        """The save list with the action of each customer; columns that nobody fills are left out."""
        acted = self.actions.loc[self.saved["customer_id"], "action"].to_numpy()
        return self.saved.dropna(axis="columns", how="all").assign(action=acted)

    @property
    def not_kept(self) -> int:
        """Customers of the save list whose action is not about keeping them."""
        return int((self.actions.loc[self.saved["customer_id"], "stake"] != "keep").sum())

    @property
    def chances(self) -> tuple[float, float]:
        """Mean chance of a loss within a year, of those on the save list and of all that are not lost already."""
        return self.saved["loss"].mean(), self.lives.loc[self.lives["retention"] > 0, "loss"].mean()


@needs()
def at_risk(lives: pd.DataFrame, saved: pd.DataFrame, actions: pd.DataFrame, by_class: pd.DataFrame) -> AtRisk:
    """What may be lost, and whom to save first; absent where nothing is at risk."""
    if saved.empty:
        raise Lacking("strategy.nothing_at_risk")
    return AtRisk(lives, saved, actions, by_class)


@needs()
def beside_moves(worth: pd.DataFrame, lives: pd.DataFrame) -> pd.DataFrame:
    """A customer of each class: class, to_come (by the moves between classes), lifetime (as it is), CNY."""
    mean = lives.groupby("class")["clv"].mean().rename("lifetime")
    return worth.set_index("class")[["to_come"]].join(mean).reset_index()


@needs()
def without_names(lives: pd.DataFrame) -> pd.DataFrame:
    """Lifetimes as they are handed over: without names and managers."""
    return lives.drop(columns=["name", "rm_id"])


def risk_numbers(by_class: pd.DataFrame | Absent, unit: str) -> dict[str, float]:
    """Key numbers in 万元 or in customers a year; none where the book tells no profit."""
    if not is_known(by_class):
        return {}
    if unit == "万元":
        return {"lifetime_value": by_class["worth"].sum() / 1e4, "value_at_risk": by_class["value_at_risk"].sum() / 1e4}
    return {"losses_expected": by_class["losses"].sum()}
