"""Profit of a customer: what twelve months with it earned, after risk and the cost of capital.

Computed once, for every yearly window that the book covers; all later chapters read the table.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book
from crmlib.book.describe import open_at
from crmlib.study import ProfitSettings, Study

BALANCES = ("demand_deposit", "time_deposit", "loan", "guarantees")
FEES = ("fee_settlement", "fee_trade", "fee_guarantee", "fee_agency")
_COLUMNS = (*BALANCES, "loan_rate", *FEES, "transactions", "rm_hours", "days_overdue")
NEEDS = ("rates", "customers.size", "customers.opened", *(f"activity.{column}" for column in _COLUMNS))
"""What a book needs so that profit can be computed."""

INCOME = ("loan_margin", "deposit_margin", "fee_income")
EARNED = (*INCOME, "capital_benefit")
SPENT = ("cost_to_serve", "overhead", "expected_loss", "tax", "cost_of_capital")
"""Steps from income to EVA: what adds to it, and what is taken from it."""
_FLOWS = ["loan_margin", "deposit_margin", "fee_income", "hours", "cost_to_serve"]
_MEANS = {"demand_deposit": "mean_demand", "time_deposit": "mean_time", "loan": "mean_loan", "guarantees": "guarantees"}
WINDOW = 12
UNKNOWN_MONTHS = 9999
COLUMNS = (
    "as_of", "customer_id", "months_open", "open", "graded", "mean_demand", "mean_time", "mean_deposits", "mean_loan",
    "ead", "pd", "loan_margin", "deposit_margin", "fee_income", "income", "hours", "cost_to_serve", "overhead",
    "expected_loss", "economic_capital", "capital_benefit", "nopat", "eva", "raroc",
)  # fmt: skip
"""Columns of a profit table."""


@needs(*NEEDS)
def profit_table(book: Book, study: Study, years: int | None = None) -> pd.DataFrame:
    """Profit of every customer in every yearly window that ends at the as-of date or whole years before it.

    Parameters
    ----------
    book : Book
    study : Study
        Uses ``as_of`` and the shared ``profit`` settings.
    years : int, optional
        Number of windows, the last ones; all by default.

    Returns
    -------
    DataFrame, shape (windows x customers,)
        Columns ``as_of`` and ``customer_id``; ``months_open``, ``open`` and ``graded`` (open and old enough) at the end
        of the window; means of ``mean_demand``, ``mean_time``, ``mean_deposits``, ``mean_loan``, ``ead`` (CNY); ``pd``
        (1/year); ``loan_margin``, ``deposit_margin``, ``fee_income``, ``income``, ``cost_to_serve``, ``overhead``,
        ``expected_loss``, ``capital_benefit``, ``nopat``, ``eva`` (CNY a year); ``economic_capital`` (CNY); ``hours``
        (a year); ``raroc`` (1/year, missing without capital). Customers that left within a window are in it and not
        annualised.
    """
    ends = windows(book, study)[:years]
    flows = _monthly(book, window_start(ends[-1]), study.profit)
    return pd.concat([_window(book, flows, as_of, study.profit) for as_of in ends], ignore_index=True)


def windows(book: Book, study: Study) -> list[pd.Timestamp]:
    """Ends of the windows, the as-of date first; at least that one, earlier ones where twelve months are covered."""
    as_of, first = pd.Timestamp(study.as_of), book.activity["month"].min()
    covered = 12 * (as_of.year - first.year) + as_of.month - first.month + 1
    return [as_of - pd.offsets.MonthEnd(WINDOW * back) for back in range(max(1, covered // WINDOW))]


@needs()
def at(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One window of a profit table, indexed by customer."""
    return table[table["as_of"] == as_of].drop(columns="as_of").set_index("customer_id")


def standing(customers: pd.DataFrame, as_of: pd.Timestamp, settings: ProfitSettings) -> pd.DataFrame:
    """Who is open at a date, for how long, and who can be graded.

    Returns
    -------
    DataFrame, shape (customers,)
        Index ``customer_id``, in order; ``months_open`` (calendar months from the first full one after opening to that
        of the date, included), ``open`` and ``graded`` (open for at least ``min_months``). A customer whose opening is
        not known counts as old enough, one opened later as not open.
    """
    people = customers.set_index("customer_id").sort_index()
    opened = people["opened"]
    months = 12 * (as_of.year - opened.dt.year) + as_of.month - opened.dt.month + (opened.dt.day == 1)
    months = months.clip(lower=0).fillna(UNKNOWN_MONTHS).astype(int)
    is_open = open_at(people, as_of)
    return pd.DataFrame({"months_open": months, "open": is_open, "graded": is_open & (months >= settings.min_months)})


def window_rows(book: Book, as_of: pd.Timestamp) -> pd.DataFrame:
    """Activity of the twelve months to a date; a customer's month of opening counts only from its first day."""
    return _full_months(book.activity[book.activity["month"].between(window_start(as_of), as_of)], book)


def window_start(as_of: pd.Timestamp) -> pd.Timestamp:
    """First day of the twelve months to a month-end."""
    return as_of - pd.offsets.MonthEnd(WINDOW) + pd.Timedelta(days=1)


@dataclass(frozen=True)
class YearResult:
    """What all customers earned together in a year, what it cost, and what was left.

    Attributes
    ----------
    table : DataFrame, shape (steps,)
        ``step`` and its ``amount``, CNY a year, costs negative; the steps add up to ``eva``.
    income, eva : float
        CNY a year.
    customers, open, negative, too_new : int
        Customers of the year; those open at its end, of these with negative EVA, and not open for long enough to be
        graded.
    """

    table: pd.DataFrame
    income: float
    eva: float
    customers: int
    open: int
    negative: int
    too_new: int

    @property
    def negative_share(self) -> float:
        """Open customers with negative EVA, as a share of all open ones."""
        return self.negative / self.open

    @property
    def overhead(self) -> bool:
        """Whether overheads are charged; without them what is left is a contribution to these."""
        return "overhead" in set(self.table["step"])

    @property
    def in_wan(self) -> dict[str, float]:
        """Income and EVA, 万元 a year."""
        return {"income": self.income / 1e4, "eva": self.eva / 1e4}


@needs()
def year_result(year: pd.DataFrame, settings: ProfitSettings) -> YearResult:
    """The way from income to EVA, from one window of a profit table."""
    total, still = year.sum(numeric_only=True), year[year["open"]]
    total["tax"] = total["nopat"] * settings.tax / (1 - settings.tax)
    total["cost_of_capital"] = settings.hurdle * total["economic_capital"]
    spent = [step for step in SPENT if step != "overhead" or settings.overhead]
    steps = pd.concat([total[list(EARNED)], -total[spent]])
    table = steps.rename_axis("step").reset_index(name="amount")
    negative, too_new = int((still["eva"] < 0).sum()), int((~still["graded"]).sum())
    return YearResult(table, total["income"], steps.sum(), len(year), len(still), negative, too_new)


def lending_margin(year: pd.DataFrame, settings: ProfitSettings) -> pd.Series:
    """What loans earn beyond risk and capital, before tax, CNY a year; negative for those priced under the hurdle.

    Loan margin - expected loss - hurdle · economic capital / (1 - tax) + capital benefit.
    """
    charge = settings.hurdle * year["economic_capital"] / (1 - settings.tax)
    return year["loan_margin"] - year["expected_loss"] - charge + year["capital_benefit"]


def probability_of_default(
    customers: pd.DataFrame, exposed: pd.Series, by_size: pd.Series, settings: ProfitSettings
) -> pd.Series:
    """One-year probability of default: by rating with the Basel floor; unrated with exposure by size class.

    Parameters
    ----------
    customers : DataFrame
        Indexed by customer, with ``rating`` and ``size``.
    exposed : Series of bool
        Whether the customer has exposure; unrated customers without it have no probability.
    by_size : Series
        Mean probability of the rated by size class, with an entry ``all`` for classes without any.
    settings : ProfitSettings

    Returns
    -------
    Series, shape (customers,)
        1/year; missing for unrated customers without exposure.
    """
    rated = customers["rating"].map(settings.pd_by_rating).clip(lower=settings.pd_floor)
    by_class = customers["size"].map(by_size).fillna(by_size["all"])
    return rated.fillna(by_class.where(exposed))


def mean_pd_by_size(customers: pd.DataFrame, settings: ProfitSettings) -> pd.Series:
    """Mean probability of default of rated customers by size class, and of ``all``; the floor where none is rated."""
    rated = customers["rating"].map(settings.pd_by_rating).clip(lower=settings.pd_floor)
    overall = rated.mean() if rated.notna().any() else settings.pd_floor
    return pd.concat([rated.groupby(customers["size"]).mean().dropna(), pd.Series({"all": overall})])


def _full_months(rows: pd.DataFrame, book: Book) -> pd.DataFrame:
    opened = rows["customer_id"].map(book.customers.set_index("customer_id")["opened"])
    return rows[~(rows["month"] < opened)]


def _monthly(book: Book, start: pd.Timestamp, settings: ProfitSettings) -> pd.DataFrame:
    """Flows of each full customer-month from a date on in CNY, from balances, prices and days."""
    rows = _full_months(book.activity[book.activity["month"] >= start], book)
    rows = rows.merge(book.rates, on="month", how="left", validate="many_to_one")
    year = rows["month"].dt.days_in_month / 365
    earned = rows["loan_rate"].fillna(0.0).where(rows["days_overdue"] <= settings.overdue_days, 0.0)
    demand, time = (
        rows[f"{kind}_deposit"] * (rows[f"ftp_{kind}"] - rows[f"rate_{kind}"]) for kind in ("demand", "time")
    )
    return rows.rename(columns={"rm_hours": "hours"} | _MEANS).assign(
        loan_margin=rows["loan"] * (earned - rows["ftp_loan"]) * year,
        deposit_margin=year * (demand + time),
        fee_income=rows[list(FEES)].sum(axis=1),
        cost_to_serve=rows["rm_hours"] * settings.hourly_cost + rows["transactions"] * settings.transaction_cost,
    )


def _window(book: Book, flows: pd.DataFrame, as_of: pd.Timestamp, settings: ProfitSettings) -> pd.DataFrame:
    """One yearly window: sums of flows, means of balances, then risk and capital."""
    start, month = window_start(as_of), as_of.replace(day=1)
    people = book.customers.set_index("customer_id").sort_index()
    people = people[(people["opened"] <= as_of) & ~(people["closed"] < start)]
    people = people.join(standing(book.customers, as_of, settings))
    rows = flows[flows["month"].between(start, as_of)]
    sums = rows.groupby("customer_id")[[*_FLOWS, *_MEANS.values()]].sum().reindex(people.index, fill_value=0.0)
    months = people["months_open"].clip(1, WINDOW)
    yearly = sums[_FLOWS].mul(WINDOW / months.where(people["open"], WINDOW), axis=0)
    means = sums[[*_MEANS.values()]].div(months, axis=0)
    overdue = (
        rows[rows["month"] == month].set_index("customer_id")["days_overdue"].reindex(people.index, fill_value=0.0)
    )
    ftp_loan = book.rates.loc[book.rates["month"].between(start, as_of), "ftp_loan"].mean()
    made = charged(people.join(yearly).join(means), overdue > settings.overdue_days, ftp_loan, settings)
    return made.assign(as_of=as_of).rename_axis("customer_id").reset_index()[[*COLUMNS]]


def charged(customers: pd.DataFrame, defaulted: pd.Series, ftp_loan: float, settings: ProfitSettings) -> pd.DataFrame:
    """Customers with overhead, exposure, expected loss, capital, and what is left after them: NOPAT, EVA, RAROC.

    Parameters
    ----------
    customers : DataFrame
        ``size`` and ``rating``; means of ``mean_demand``, ``mean_time``, ``mean_loan`` and ``guarantees`` (CNY);
        ``loan_margin``, ``deposit_margin``, ``fee_income`` and ``cost_to_serve`` (CNY a year).
    defaulted : Series of bool
        Who is in default at the end of the window.
    ftp_loan : float
        What capital earns, 1/year.
    settings : ProfitSettings
    """
    small = customers["size"].isin(["small", "micro"])
    weight = small.map({True: settings.risk_weight_small, False: settings.risk_weight})
    ead = customers["mean_loan"] + settings.ccf * customers["guarantees"]
    default = probability_of_default(customers, ead > 0, mean_pd_by_size(customers, settings), settings)
    default = default.mask(defaulted & (ead > 0), 1.0)
    loss, capital = (default * settings.lgd * ead).fillna(0.0), weight * ead * settings.capital_ratio
    income = customers["loan_margin"] + customers["deposit_margin"] + customers["fee_income"]
    benefit, overhead = settings.capital_benefit * capital * ftp_loan, settings.overhead * income.clip(lower=0)
    nopat = (income - customers["cost_to_serve"] - overhead - loss + benefit) * (1 - settings.tax)
    return customers.assign(
        mean_deposits=customers["mean_demand"] + customers["mean_time"], ead=ead, pd=default, income=income,
        overhead=overhead, expected_loss=loss, economic_capital=capital, capital_benefit=benefit, nopat=nopat,
        eva=nopat - settings.hurdle * capital, raroc=nopat / capital.where(capital > 0),
    )  # fmt: skip
