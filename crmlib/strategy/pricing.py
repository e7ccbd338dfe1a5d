"""Pricing: which loan rate keeps the most income, where it is known how many customers each rate loses."""

import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book


def incomes(price_response: pd.DataFrame) -> pd.DataFrame:
    """Income that each rate keeps, 1/year per unit offered: rating, loan_rate, lost, ``income`` = rate · (1 - lost)."""
    table = price_response[["rating", "loan_rate", "lost"]].sort_values(["rating", "loan_rate"], ignore_index=True)
    return table.assign(income=table["loan_rate"] * (1 - table["lost"]))


def best_rates(price_response: pd.DataFrame) -> pd.DataFrame:
    """The rate that keeps the most income, for each rating; among equal incomes the lowest rate.

    Parameters
    ----------
    price_response : DataFrame
        Table of the book: rating, loan_rate (1/year), lost (share of customers lost, 0-1).

    Returns
    -------
    DataFrame
        rating, loan_rate, lost, income (1/year per unit offered), and of the runner-up next_rate, next_lost,
        next_income; ratings in alphabetical order. Funding and losses are not in the income: with them the best rate
        is higher or the same.
    """
    ranked = incomes(price_response).sort_values(["rating", "income"], ascending=[True, False], kind="stable")
    place = ranked.groupby("rating").cumcount()
    first, second = (ranked[place == n].set_index("rating") for n in (0, 1))
    runner_up = second.rename(columns={"loan_rate": "next_rate", "lost": "next_lost", "income": "next_income"})
    return first.join(runner_up).reset_index()


@needs("price_response", "customers.rating")
def rates(book: Book, graded: pd.Index) -> pd.DataFrame:
    """The best rates of a book's ratings, with the graded ``customers`` of each rating."""
    best, rated = best_rates(book.price_response), book.customers.set_index("customer_id")["rating"].reindex(graded)
    return best.assign(customers=best["rating"].map(rated.value_counts()).fillna(0).astype(int))
