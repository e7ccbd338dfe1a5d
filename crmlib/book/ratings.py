"""Ratings: the grade that each customer had at a date, where the book has their history."""

import pandas as pd

from crmlib.book.book import Book


def rated_at(book: Book, day: pd.Timestamp) -> pd.DataFrame:
    """The table of customers with the ratings that were known at a day; with today's where the book has no history."""
    people = book.customers
    if "ratings" not in book.tables:
        return people
    return people.assign(rating=people["customer_id"].map(rating_at(book.ratings, day)))


def rating_at(ratings: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """The last rating up to a day, by customer; nothing of who had none yet."""
    known = ratings[ratings["since"] <= day].sort_values("since")
    return known.drop_duplicates("customer_id", keep="last").set_index("customer_id")["rating"]


def worst_of_groups(ratings: pd.DataFrame, unit: pd.Series, pd_by_rating: dict[str, float]) -> pd.DataFrame:
    """Ratings of groups: the worst of their members', at every date on which a rating of the book changes.

    Parameters
    ----------
    ratings : DataFrame
        Table of a book, by customer.
    unit : Series
        Group of each customer.
    pd_by_rating : dict of str to float
        Says which rating is worse.
    """
    order = sorted(pd_by_rating, key=pd_by_rating.__getitem__)
    place = ratings["rating"].map({rating: number for number, rating in enumerate(order)})
    members = ratings.assign(place=place).pivot_table("place", "since", "customer_id").ffill().T
    worst = members.groupby(unit.rename("customer_id")).max().melt(ignore_index=False, value_name="place").dropna()
    return worst.assign(rating=[order[int(number)] for number in worst.pop("place")]).reset_index()
