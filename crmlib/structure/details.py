"""Behind the problems: where hours, tiers, products and loan prices go wrong."""

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.book.products import eligible, held
from crmlib.profit import risk_known
from crmlib.structure.management import eva_tiers
from crmlib.structure.problems import underpriced
from crmlib.study import Study


@needs("customers.size", "activity.rm_hours")
def hours_by_size(book: Book, profit: pd.DataFrame) -> pd.DataFrame:
    """RM hours of each size class, on customers with negative EVA and on the others.

    Returns
    -------
    DataFrame
        ``size``, ``customers``, ``negative`` (customers with EVA below 0), ``hours``, ``hours_on_negative``, ``share``.
    """
    profit = risk_known(profit)
    size = book.customers.set_index("customer_id")["size"].reindex(profit.index)
    below = profit["eva"] < 0
    parts = pd.DataFrame({
        "customers": 1, "negative": below.astype(int), "hours": profit["hours"],
        "hours_on_negative": profit["hours"].where(below, 0.0),
    })  # fmt: skip
    table = parts.groupby(size).sum().sort_values("hours", ascending=False).rename_axis("size").reset_index()
    return table.assign(share=table["hours_on_negative"] / table["hours"])


@needs("customers.service_tier")
def tier_table(book: Book, profit: pd.DataFrame) -> pd.DataFrame:
    """Graded customers by today's ``tier`` and the ``eva_tier`` that EVA would give; one row a pair."""
    eva = profit.loc[profit["graded"], "eva"].dropna()
    tier = book.customers.set_index("customer_id")["service_tier"].reindex(eva.index)
    counts = pd.crosstab(tier, eva_tiers(eva, tier))
    table = counts.rename_axis(index="tier", columns="eva_tier").reset_index()
    return table.melt("tier", value_name="customers").sort_values(["tier", "eva_tier"], ignore_index=True)


@needs()
def tier_moves(tiers: pd.DataFrame) -> dict[str, int]:
    """Customers served in a tier above (``over``) and below (``under``) the one that EVA would give."""
    worse, better = tiers["tier"] < tiers["eva_tier"], tiers["tier"] > tiers["eva_tier"]
    return {"over": int(tiers.loc[worse, "customers"].sum()), "under": int(tiers.loc[better, "customers"].sum())}


@needs("holdings", "products")
def product_penetration(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Products: customers that could hold each, that hold it, and the share; the least sold first.

    Returns
    -------
    DataFrame
        ``product``, ``name``, ``eligible``, ``held``, ``share`` (missing where nobody is eligible).
    """
    still = ~(book.customers.set_index("customer_id")["closed"] <= as_of)
    could, has = eligible(book, as_of)[still], held(book, as_of)[still]
    table = pd.DataFrame({"eligible": could.sum(), "held": (could & has).sum()}).rename_axis("product")
    table["share"] = table["held"] / table["eligible"].replace(0, np.nan)
    table.insert(0, "name", book.products.set_index("product")["name"])
    return table.reset_index().sort_values(["share", "product"], ignore_index=True)


@needs("activity.loan")
def prices_by_rating(book: Book, profit: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Loans by rating, and how much of them is priced under the hurdle, of borrowers whose risk is known.

    Returns
    -------
    DataFrame
        ``rating`` (in the order of the settings, then unrated), ``borrowers``, ``loans`` and ``underpriced`` (mean
        balances, CNY), ``share``, and ``margin``, the loan margin in the loans (1/year).
    """
    loans = profit[profit["mean_loan"] > 0]
    if loans.empty:
        raise Lacking("problems.no_loans")
    if (loans := risk_known(loans)).empty:
        raise Lacking("common.risk_unknown")
    rating = book.customers.set_index("customer_id")["rating"].reindex(loans.index).fillna("unrated")
    rating = pd.Categorical(rating, [*study.profit.pd_by_rating, "unrated"], ordered=True)
    parts = pd.DataFrame({
        "borrowers": 1, "loans": loans["mean_loan"], "loan_margin": loans["loan_margin"],
        "underpriced": loans["mean_loan"].where(underpriced(loans, study), 0.0),
    })  # fmt: skip
    table = parts.groupby(rating, observed=True).sum().rename_axis("rating").reset_index().astype({"rating": str})
    return table.assign(share=table["underpriced"] / table["loans"], margin=table.pop("loan_margin") / table["loans"])
