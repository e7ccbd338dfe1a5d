"""RAROC: which business earns what the capital behind it must earn, with all that goes with a loan and without?

A customer without exposure ties up no capital and has no RAROC; it counts in that of the whole book alone.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.profit import INCOME
from crmlib.study import ProfitSettings
from crmlib.words.sentences.problems import segment_name

BOOK, ALL = "book", "all"
SEGMENTS = ("size", "rating", "industry", "class")
MEASURES = ("raroc", "loans_raroc")


@dataclass(frozen=True)
class Raroc:
    """Return on risk-adjusted capital of customers with exposure, in all and by segment.

    Attributes
    ----------
    table : DataFrame, shape (segments,)
        ``trait`` (:data:`BOOK` for all together) and ``value``; ``n`` customers with exposure; ``raroc``, that of all
        their business together, and ``raroc_median``, that of the median customer; ``loans_raroc`` and
        ``loans_raroc_median``, the same of their loans alone; all 1/year.
    hurdle : float
        What capital must earn, 1/year.
    everybody : float
        Of the whole book, profit of customers without exposure included, 1/year.
    loans_to_deposits : float
        Mean balances of all customers, as a ratio; missing without deposits.
    under, paid_for : float
        Loans (mean balances, CNY) that earn less than the hurdle alone, and those of them whose customer earns it with
        all its business.
    """

    table: pd.DataFrame
    hurdle: float
    everybody: float
    loans_to_deposits: float
    under: float = 0.0
    paid_for: float = 0.0

    @property
    def book(self) -> pd.Series:
        """All customers with exposure together."""
        return self.table.iloc[0]

    @property
    def segments(self) -> pd.DataFrame:
        """The parts of the book."""
        return self.table.iloc[1:]

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers of the book."""
        return {**self.book[["raroc", "raroc_median", "loans_raroc"]], "raroc_everybody": self.everybody}

    @property
    def shown(self) -> pd.DataFrame:
        """The table for people."""
        names = [segment_name(row.trait, row.value) for row in self.table.itertuples()]
        columns = ["n", *(column for name in MEASURES for column in (name, f"{name}_median"))]
        return self.table[columns].assign(segment=names)[["segment", *columns]]


@needs()
def raroc(year: pd.DataFrame, traits: pd.DataFrame, settings: ProfitSettings) -> Raroc:
    """RAROC of the book and by segment; see :class:`Raroc`.

    Parameters
    ----------
    year : DataFrame, index customer_id
        One window of a profit table.
    traits : DataFrame, index customer_id
        Traits of the customers, of which those of :data:`SEGMENTS` are used; categories keep their order.
    settings : ProfitSettings
    """
    lent = year[year["economic_capital"] > 0]
    if lent.empty:
        raise Lacking("problems.no_capital")
    parts = lent[["nopat", "economic_capital", "raroc"]].join(loans_alone(lent, settings))
    kinds = {BOOK: pd.Series(ALL, lent.index)} | {name: traits[name] for name in SEGMENTS if name in traits}
    tables = [_segments(parts, trait, values) for trait, values in kinds.items()]
    everybody = year["nopat"].sum() / year["economic_capital"].sum()
    deposits = year["mean_deposits"].sum()
    ratio = year["mean_loan"].sum() / deposits if deposits > 0 else float("nan")
    under = lent.loc[parts["loans_raroc"] < settings.hurdle, ["mean_loan", "raroc"]]
    paid_for = under.loc[under["raroc"] >= settings.hurdle, "mean_loan"].sum()
    table = pd.concat(tables, ignore_index=True)
    return Raroc(table, settings.hurdle, everybody, ratio, under["mean_loan"].sum(), paid_for)


def loans_alone(lent: pd.DataFrame, settings: ProfitSettings) -> pd.DataFrame:
    """What loans alone earn: ``loans_nopat``, ``loans_capital`` and ``loans_raroc`` of customers with exposure.

    Loans carry expected loss and capital by their part of the exposure (guarantees carry the rest), and cost to serve
    and overheads by their part of positive income; all of it where no income is positive.
    """
    part, earned = lent["mean_loan"] / lent["ead"], lent[list(INCOME)].clip(lower=0)
    borne = (earned["loan_margin"] / earned.sum(axis=1).where(lambda income: income > 0)).fillna(1.0)
    cost = borne * (lent["cost_to_serve"] + lent["overhead"])
    risk = part * (lent["capital_benefit"] - lent["expected_loss"])
    nopat, capital = (lent["loan_margin"] - cost + risk) * (1 - settings.tax), part * lent["economic_capital"]
    capital = capital.where(capital > 0)
    return pd.DataFrame(
        {"loans_nopat": nopat.where(capital > 0), "loans_capital": capital, "loans_raroc": nopat / capital}
    )


def _segments(parts: pd.DataFrame, trait: str, values: pd.Series) -> pd.DataFrame:
    groups = parts.groupby(values.reindex(parts.index), observed=True)
    sums, medians = groups.sum(), groups[list(MEASURES)].median().add_suffix("_median")
    capital = sums["loans_capital"].where(sums["loans_capital"] > 0)
    table = medians.assign(
        n=groups.size(), raroc=sums["nopat"] / sums["economic_capital"], loans_raroc=sums["loans_nopat"] / capital
    )
    table = table.rename_axis("value").reset_index().astype({"value": str}).assign(trait=trait)
    return table[["trait", "value", "n", "raroc", "raroc_median", "loans_raroc", "loans_raroc_median"]]
