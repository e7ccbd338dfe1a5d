"""Profile: what each class is made of, what it holds, and how much of that hangs on where the cuts lie."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crmlib.absent import Absent, is_known, needs
from crmlib.cut import COMPARED
from crmlib.matrix.classes import AXES, Cuts, fit_cut
from crmlib.matrix.stages import STAGES
from crmlib.stats.groups import shares
from crmlib.stats.intervals import UNKNOWN, Estimate, share_interval
from crmlib.structure.raroc import Raroc, raroc
from crmlib.study import Study
from crmlib.words.messages import say

AMOUNTS = ("eva", "hours", "mean_deposits", "mean_loan")
NEXT_YEAR_STREAM = (7, 1)
NOTHING_HELD = say("matrix.nothing_held")


@dataclass(frozen=True)
class Defaults:
    """EVA with customers in default apart, whose losses are no matter of service.

    Attributes
    ----------
    customers : int
        Customers in default.
    eva : float
        Their EVA, CNY.
    by_class : Series of int
        How many they are in each class.
    others : DataFrame, index class
        ``eva``, CNY, and ``hours`` of the other customers, and ``per_hour``, the EVA that goes with an RM hour, missing
        where there is no hour.
    """

    customers: int
    eva: float
    by_class: pd.Series
    others: pd.DataFrame


@dataclass(frozen=True)
class Holding:
    """What the classes hold.

    Attributes
    ----------
    table : DataFrame
        As from :func:`held_by_class`.
    eva_median : Series, index class
        Median EVA, CNY; absent without profit.
    defaults : Defaults
        Absent without profit.
    """

    table: pd.DataFrame
    eva_median: pd.Series
    defaults: Defaults

    @property
    def order(self) -> list[str]:
        """Names of the classes, the best first."""
        return list(dict.fromkeys(self.table["class"]))

    @property
    def measures(self) -> list[str]:
        """What is known of the classes, their customers first."""
        return list(dict.fromkeys(self.table["measure"]))

    def of(self, measure: str, column: str = "share") -> pd.Series:
        """A column of the table for one measure, by class, the best first; absent where the book does not tell it."""
        rows = self.table[self.table["measure"] == measure].set_index("class")
        return rows[column] if len(rows) else Absent(NOTHING_HELD)

    @property
    def lowest_in_default(self) -> int:
        """Customers of the lowest class that are in default."""
        return self.defaults.by_class[self.order[-1]]

    @property
    def lowest_without(self) -> float:
        """Share of the EVA of all that the lowest class holds without its customers in default."""
        if not is_known(self.defaults):
            return self.defaults
        total = self.of("eva", "total").sum()
        return self.defaults.others["eva"][self.order[-1]] / total if total > 0 else np.nan

    @property
    def amounts(self) -> "Holding | Absent":
        """All this, where more is known than the number of customers."""
        return self if len(self.measures) > 1 else Absent(NOTHING_HELD)

    @property
    def average(self) -> pd.DataFrame:
        """The average customer of each class, a year, and the median EVA."""
        each = self.table.pivot_table("per_customer", "class", "measure").reindex(self.order)
        each["customers"] = self.of("customers", "total")
        if is_known(self.eva_median):
            each["eva_median"] = self.eva_median
        columns = ("customers", "eva", "eva_median", "headroom", "mean_deposits", "mean_loan", "hours")
        return each[[name for name in columns if name in each]].rename(columns={"hours": "hours_each"})


@dataclass(frozen=True)
class NextYear:
    """What the classes earned in the year after.

    Attributes
    ----------
    table : DataFrame
        As from :func:`spread`, of realised EVA by the class a year before.
    best : Estimate
        Share of the realised EVA of all that the best class earned, with its interval; missing where all of it is not
        positive.
    """

    table: pd.DataFrame
    best: Estimate


def holding(classes: pd.Series, year: pd.DataFrame | Absent, indicators: pd.DataFrame, study: Study) -> Holding:
    """What each class holds of customers, EVA, hours, deposits, loans and headroom, as far as they are known.

    Parameters
    ----------
    classes : Series of str, index customer_id
        Class of every graded customer.
    year : DataFrame, index customer_id
        Profit of the year; absent for a book without.
    indicators : DataFrame, index customer_id
        Gives the headroom where the tree has it.
    study : Study
    """
    amounts = year[list(AMOUNTS)] if is_known(year) else pd.DataFrame(index=classes.index)
    if (headroom := study.tree.leaf_with("wallet_headroom")) in indicators:
        amounts = amounts.reindex(classes.index).assign(headroom=indicators[headroom])
    table = held_by_class(classes, amounts, study.matrix.classes)
    return Holding(table, median_eva(classes, year), without_defaults(classes, year, study.matrix.classes))


@needs()
def median_eva(classes: pd.Series, year: pd.DataFrame) -> pd.Series:
    """Median EVA of each class, CNY."""
    return year["eva"].reindex(classes.index).groupby(classes).median()


@needs()
def raroc_by_class(classes: pd.Series, year: pd.DataFrame, study: Study) -> Raroc:
    """RAROC of the graded customers with exposure, and by class; parameters as for :func:`holding`."""
    ordered = pd.Categorical(classes, study.matrix.classes)
    return raroc(year.reindex(classes.index), pd.DataFrame({"class": ordered}, classes.index), study.profit)


@needs()
def without_defaults(classes: pd.Series, year: pd.DataFrame, order: Iterable[str]) -> Defaults:
    """EVA of the classes with customers in default apart; parameters as for :func:`holding`."""
    own = year.reindex(classes.index)
    bad = own["in_default"].eq(True)
    by_class = bad.groupby(classes).sum().reindex(list(order), fill_value=0)
    others = own[~bad].groupby(classes[~bad])[["eva", "hours"]].sum().reindex(list(order), fill_value=0.0)
    others["per_hour"] = others["eva"] / others["hours"].where(others["hours"] > 0)
    return Defaults(int(bad.sum()), own.loc[bad, "eva"].sum(), by_class, others)


@needs()
def year_after(base: pd.DataFrame, year: pd.DataFrame, study: Study) -> NextYear:
    """What customers earned in a year, realised EVA, by the class that they had before it.

    Parameters
    ----------
    base : DataFrame, index customer_id
        With their ``class`` at the start of the year.
    year : DataFrame, index customer_id
        Profit of the year; who has none left before it, and counts as 0.
    study : Study
    """
    settings, order = study.matrix, study.matrix.classes
    eva = year["eva_realised"].reindex(base.index).fillna(0.0)
    best = eva.where(base["class"] == order[0], 0.0)
    rng = np.random.default_rng([study.seed, *NEXT_YEAR_STREAM])
    share = share_interval(best, eva, settings.draws, settings.interval, rng) if eva.sum() > 0 else UNKNOWN
    return NextYear(spread(base["class"], eva, order), share)


def with_next_year(held: Holding, later: NextYear | Absent) -> pd.DataFrame:
    """The table of what classes hold, with realised EVA of the year after (``next_year_eva``) where it is known."""
    if not is_known(later):
        return held.table
    earned = later.table.rename(columns={"mean": "per_customer", "class_total": "total"})
    earned = earned[["class", "total", "share", "per_customer"]]
    return pd.concat([held.table, earned.assign(measure="next_year_eva")], ignore_index=True)


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
        One row a class and amount: class, measure (``customers`` first), total, share (of the sum over classes, missing
        where that is not positive; may leave 0-1 where amounts are negative), per_customer.
    """
    held = amounts.reindex(classes.index).fillna(0.0)
    held.insert(0, "customers", 1.0)
    total = held.groupby(classes).sum().reindex(list(order), fill_value=0.0).rename_axis("class")
    long = total.melt(ignore_index=False, var_name="measure", value_name="total").reset_index()
    each = total.div(total["customers"], axis=0)
    return long.assign(share=shares(total).melt()["value"], per_customer=each.melt()["value"])


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
        One row a class: class, customers, class_total, share (of the sum over classes, missing where that is not
        positive), mean, lower_quartile, median, upper_quartile, negative_share (of its customers, with less than 0).
    """
    known = amount.reindex(classes.index).fillna(0.0)
    groups, quartiles = known.groupby(classes), {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
    table = groups.agg(customers="size", class_total="sum", mean="mean")
    table = table.assign(**{name: groups.quantile(share) for name, share in quartiles.items()})
    table["negative_share"] = (known < 0).groupby(classes).mean()
    table = table.reindex(list(order)).fillna({"customers": 0, "class_total": 0.0}).astype({"customers": int})
    table.insert(2, "share", shares(table[["class_total"]]))
    return table.rename_axis("class").reset_index()


@needs()
def stage_table(classes: pd.Series, stage: pd.Series, order: Iterable[str]) -> pd.DataFrame:
    """Customers in every cell of class (rows) × stage (columns), empty cells as 0."""
    rows, columns = pd.Index(order, name="class"), pd.Index(STAGES, name="stage")
    return pd.crosstab(classes, stage.reindex(classes.index)).reindex(index=rows, columns=columns, fill_value=0)


def near_a_cut(scores: pd.DataFrame, cuts: Cuts, band: float) -> float:
    """Share of the customers within some points of a cut."""
    return float(((scores[list(AXES)] - list(cuts)).abs() < band).any(axis=1).mean())


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
        One row a change of one axis: axis, rule or shift (the other is missing), in_use (the rule that made the cut),
        cut, changed (share of customers), and the share of customers in each class after it.
    """
    plain, rows = cuts.classify(scores), []
    for axis, own, in_use in zip(AXES, cuts, cuts.rules, strict=True):
        changes = [(rule, np.nan, fit_cut(scores[axis], rule)) for rule in COMPARED]
        changes += [(None, moved, own * (1 + moved)) for moved in (-shift, shift)]
        for rule, moved, cut in changes:
            classes = replace(cuts, **{axis: cut}).classify(scores)
            after = classes.value_counts(normalize=True).reindex(cuts.classes, fill_value=0.0)
            rows.append({"axis": axis, "rule": rule, "shift": moved, "in_use": rule == str(in_use), "cut": cut,
                         "changed": float((classes != plain).mean()), **after})  # fmt: skip
    return pd.DataFrame(rows).astype({"rule": "str"})


def most_changed(choices: pd.DataFrame) -> dict[str, float]:
    """Key numbers of :func:`cut_sensitivity`: most that change class by another rule, and by a shift."""
    changed, by_rule = choices["changed"], choices["rule"].notna()
    return {"most_changed_by_rule": changed[by_rule].max(), "most_changed_by_shift": changed[~by_rule].max()}
