"""Profile: what each class is made of, what it holds, and how much of that hangs on where the cuts lie."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.cut import COMPARED
from crmlib.matrix.classes import AXES, Cuts, fit_cut
from crmlib.matrix.stages import STAGES
from crmlib.profit import risk_unknown
from crmlib.stats.intervals import UNKNOWN, share_interval
from crmlib.stats.shares import Part, shares, within
from crmlib.structure.raroc import Raroc, raroc
from crmlib.study import Study
from crmlib.value.model import ValueModel
from crmlib.words.messages import say

AMOUNTS = ("eva", "hours", "mean_deposits", "mean_loan")
NEXT_YEAR_STREAM = (7, 1)
NOTHING_HELD = say("matrix.nothing_held")


@dataclass(frozen=True)
class Defaults:
    """Customers in default, whose losses are no matter of service, and who are in no sum of the EVA of a class.

    Attributes
    ----------
    table : DataFrame, index class
        ``in_default``, how many they are, ``default_eva`` and ``default_realised``, their EVA and realised EVA, CNY.
    per_hour : Series, index class
        EVA of the other customers that goes with an RM hour, CNY; missing where there is no hour.
    """

    table: pd.DataFrame
    per_hour: pd.Series

    @property
    def customers(self) -> int:
        """Customers in default."""
        return int(self.table["in_default"].sum())

    @property
    def eva(self) -> float:
        """Their EVA, CNY."""
        return self.table["default_eva"].sum()

    @property
    def realised(self) -> float:
        """Their realised EVA, the loss on new defaults charged, CNY."""
        return self.table["default_realised"].sum()


@dataclass(frozen=True)
class Holding:
    """What the classes hold.

    Attributes
    ----------
    table : DataFrame
        As from :func:`held_by_class`.
    unknown : int
        Customers whose EVA is not known and in no total; absent without profit.
    eva_median : Series, index class
        Median EVA of those not in default, CNY; absent without profit.
    defaults : Defaults
        Absent without profit.
    """

    table: pd.DataFrame
    unknown: int | Absent
    eva_median: pd.Series
    defaults: Defaults

    @property
    def default_eva(self) -> float:
        """EVA of customers in default; missing where that of some customers is not known."""
        return np.nan if self.unknown else self.defaults.eva

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
        return self.defaults.table["in_default"].iloc[-1]

    def part(self, measure: str, name: str) -> Part:
        """What a class holds of a measure that is known."""
        return Part(self.of(measure, "total")[name], self.of(measure)[name])

    @property
    def amounts(self) -> "Holding | Absent":
        """All this, where more is known than the number of customers."""
        return self if len(self.measures) > 1 else Absent(NOTHING_HELD)

    @property
    def average(self) -> pd.DataFrame:
        """The average customer of each class, a year, and the median EVA."""
        each = self.table.pivot_table("per_customer", "class", "measure").reindex(self.order)
        each["customers"] = self.of("customers", "total")
        if is_known(self.defaults):
            each = each.assign(eva_median=self.eva_median).join(self.defaults.table)
        columns = (
            "customers", "eva", "eva_median", "in_default", "default_realised", "headroom", "mean_deposits",
            "mean_loan", "hours",
        )  # fmt: skip
        return each[[name for name in columns if name in each]].rename(columns={"hours": "hours_each"})


@dataclass(frozen=True)
class NextYear:
    """What the classes earned in the year after.

    Attributes
    ----------
    table : DataFrame
        As from :func:`spread`, of realised EVA by the class a year before.
    best : Part
        What the best class earned, its share with the interval.
    """

    table: pd.DataFrame
    best: Part


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
    amounts, order = pd.DataFrame(index=classes.index), study.matrix.classes
    if is_known(year):
        amounts = year[list(AMOUNTS)].reindex(classes.index)
        amounts["eva"] = performing_eva(classes, year)
    if (headroom := study.tree.leaf_with("wallet_headroom")) in indicators:
        amounts = amounts.assign(headroom=indicators[headroom])
    table = held_by_class(classes, amounts, order, study.seed)
    unknown = risk_unknown(year.reindex(classes.index))
    return Holding(table, unknown, median_eva(classes, year), defaults_by_class(classes, year, order))


@needs()
def performing_eva(classes: pd.Series, year: pd.DataFrame) -> pd.Series:
    """EVA of the graded customers, CNY; missing of those in default."""
    return year["eva"].mask(year["in_default"]).reindex(classes.index)


@needs()
def median_eva(classes: pd.Series, year: pd.DataFrame) -> pd.Series:
    """Median EVA of each class without customers in default, CNY."""
    return performing_eva(classes, year).groupby(classes).median()


@needs()
def raroc_by_class(classes: pd.Series, year: pd.DataFrame, study: Study) -> Raroc:
    """RAROC of the graded customers with exposure, and by class; parameters as for :func:`holding`."""
    ordered = pd.Categorical(classes, study.matrix.classes)
    return raroc(year.reindex(classes.index), pd.DataFrame({"class": ordered}, classes.index), study.profit)


@needs()
def defaults_by_class(classes: pd.Series, year: pd.DataFrame, order: Iterable[str]) -> Defaults:
    """Customers in default by class; parameters as for :func:`holding`."""
    own = year.reindex(classes.index)
    bad = own["in_default"].eq(True)
    parts = pd.DataFrame({
        "in_default": bad.astype(int), "default_eva": own["eva"].where(bad, 0.0),
        "default_realised": own["eva_realised"].where(bad, 0.0),
        "eva": own["eva"].mask(bad), "hours": own["hours"].mask(bad),
    })  # fmt: skip
    table = parts.groupby(classes).sum().reindex(list(order), fill_value=0)
    hours = table.pop("hours")
    return Defaults(table, table.pop("eva") / hours.where(hours > 0))


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
    rng, table = np.random.default_rng([study.seed, *NEXT_YEAR_STREAM]), spread(base["class"], eva, order, study.seed)
    told = table["share"].notna().all()
    share = within(share_interval(best, eva, settings.draws, settings.interval, rng)) if told else UNKNOWN
    return NextYear(table, Part(best.sum(), share))


def with_next_year(held: Holding, later: NextYear | Absent) -> pd.DataFrame:
    """The table of what classes hold, with realised EVA of the year after (``next_year_eva``) where it is known."""
    if not is_known(later):
        return held.table
    earned = later.table.rename(columns={"mean": "per_customer", "class_total": "total"})
    earned = earned[["class", "total", "share", "per_customer"]]
    return pd.concat([held.table, earned.assign(measure="next_year_eva")], ignore_index=True)


def held_by_class(classes: pd.Series, amounts: pd.DataFrame, order: Iterable[str], seed: int) -> pd.DataFrame:
    """What each class holds of several amounts.

    Parameters
    ----------
    classes : Series of str, index customer_id
        Class of every graded customer.
    amounts : DataFrame
        Amounts by customer_id; a customer whose amount is not known counts neither in its total nor in its mean.
    order : iterable of str
        The classes; one without customers is a row of zeros.
    seed : int
        Of the study.

    Returns
    -------
    DataFrame
        One row a class and amount: class, measure (``customers`` first), total, share (of the sum over classes, missing
        where it is none: :func:`crmlib.stats.shares.are_shares`), per_customer (of those that have it).
    """
    held = amounts.reindex(classes.index)
    held.insert(0, "customers", 1.0)
    groups = classes.astype(pd.CategoricalDtype(list(order))).rename("class")
    by_class = held.groupby(groups, observed=False)
    long = by_class.sum().melt(ignore_index=False, var_name="measure", value_name="total").reset_index()
    each = by_class.mean().melt()["value"]
    return long.assign(share=shares(held, groups, seed).melt()["value"], per_customer=each).astype({"class": "str"})


def spread(classes: pd.Series, amount: pd.Series, order: Iterable[str], seed: int) -> pd.DataFrame:
    """How an amount is spread within each class.

    Parameters
    ----------
    classes : Series of str, index customer_id
    amount : Series
        By customer_id; a customer without one counts as 0.
    order : iterable of str
        The classes.
    seed : int
        Of the study.

    Returns
    -------
    DataFrame
        One row a class: class, customers, class_total, share (of the sum over classes, missing where it is none), mean,
        lower_quartile, median, upper_quartile, negative_share (of its customers, with less than 0).
    """
    known = amount.reindex(classes.index).fillna(0.0)
    groups, quartiles = known.groupby(classes), {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
    table = groups.agg(customers="size", class_total="sum", mean="mean")
    table = table.assign(**{name: groups.quantile(share) for name, share in quartiles.items()})
    table["negative_share"] = (known < 0).groupby(classes).mean()
    table = table.reindex(list(order)).fillna({"customers": 0, "class_total": 0.0}).astype({"customers": int})
    held = shares(known.to_frame(), classes.astype(pd.CategoricalDtype(list(order))), seed)
    table.insert(2, "share", held.iloc[:, 0].to_numpy())
    return table.rename_axis("class").reset_index()


@needs()
def stage_table(classes: pd.Series, stage: pd.Series, order: Iterable[str]) -> pd.DataFrame:
    """Customers in every cell of class (rows) × stage (columns), empty cells as 0."""
    rows, columns = pd.Index(order, name="class"), pd.Index(STAGES, name="stage")
    return pd.crosstab(classes, stage.reindex(classes.index)).reindex(index=rows, columns=columns, fill_value=0)


@needs()
def without_trend(model: ValueModel, indicators: pd.DataFrame, study: Study) -> pd.Series:
    """Class of every customer where potential leaves out the trend, which makes its stage too; cuts are fitted anew."""
    leaf = study.tree.leaf_with("business_trend")
    if leaf not in indicators:
        raise Lacking("matrix.no_trend")
    scores = model.score(indicators.assign(**{leaf: np.nan})).dropna(subset=list(AXES))
    return Cuts.fit(scores, study.matrix.rules, study.matrix.labels).classify(scores)


def beside(table: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Counts of one table, each with that of another behind it."""
    cells = {name: [say("matrix.beside", n=n, other=also) for n, also in zip(table[name], other[name], strict=True)]
             for name in table}  # fmt: skip
    return pd.DataFrame(cells, table.index).reset_index()


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
