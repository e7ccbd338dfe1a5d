"""Profit of a customer: what twelve months with it earned, after risk and the cost of capital.

Computed once, for every yearly window that the book covers; all later chapters read the table.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book
from crmlib.book.describe import open_at
from crmlib.book.ratings import rated_at
from crmlib.default import default_starts, exposure, in_default, mean_pd_by_size, probability_of_default
from crmlib.study import ProfitSettings, Study

BALANCES = ("demand_deposit", "time_deposit", "loan", "guarantees")
FEES = ("fee_settlement", "fee_trade", "fee_guarantee", "fee_agency")
_COLUMNS = (*BALANCES, "loan_rate", *FEES, "transactions", "rm_hours", "days_overdue")
NEEDS = ("rates", "customers.size", "customers.opened", *(f"activity.{column}" for column in _COLUMNS))
"""What a book needs so that profit can be computed."""

INCOME = ("loan_margin", "deposit_margin", "fee_income")
EARNED = (*INCOME, "capital_benefit")
SPENT = ("cost_to_serve", "overhead", "default_loss", "tax", "cost_of_capital")
"""Steps from income to realised EVA: what adds to it, and what is taken from it."""
_FLOWS = ["loan_margin", "deposit_margin", "fee_income", "hours", "cost_to_serve"]
_BALANCES = {"demand_deposit": "mean_demand", "time_deposit": "mean_time", "loan": "mean_loan"}
_MEANS = [*_BALANCES.values(), "guarantees", "ead_performing"]
GATHERED_BY = ("lgd", "ccf", "overdue_days", "hourly_cost", "transaction_cost", "min_months")
"""Settings of profit that sums and means of a window hang on; the others only say how these are charged."""
WINDOW = 12
UNKNOWN_MONTHS = 9999
COLUMNS = (
    "as_of", "customer_id", "months_open", "open", "graded", "mean_demand", "mean_time", "mean_deposits", "mean_loan",
    "ead", "group_ead", "ead_performing", "in_default", "pd", "loan_margin", "deposit_margin", "fee_income", "income",
    "hours", "cost_to_serve", "overhead", "expected_loss", "default_loss", "economic_capital", "capital_benefit",
    "nopat", "eva", "eva_realised", "raroc",
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
        Columns ``as_of`` and ``customer_id``; ``months_open``, ``open``, ``graded`` (open and old enough) and
        ``in_default`` at the end of the window; means of ``mean_demand``, ``mean_time``, ``mean_deposits``,
        ``mean_loan``, ``ead``, ``group_ead`` (of its whole group), and ``ead_performing``, in months not in default
        (CNY); ``pd`` (by grade, 1/year; missing, with what hangs on it, where it is not known); ``loan_margin``,
        ``deposit_margin``, ``fee_income``, ``income``, ``cost_to_serve``, ``overhead``, ``expected_loss``,
        ``capital_benefit``, ``nopat``, ``eva``, ``eva_realised`` (CNY a year); ``default_loss`` (CNY);
        ``economic_capital`` (CNY); ``hours`` (a year); ``raroc`` (1/year, missing without capital). Customers that left
        within a window are in it and not annualised.

    Notes
    -----
    Ratings are those known at the end of the window, where the book has the table ``ratings``, else today's.
    ``eva``, ``nopat`` and ``raroc`` charge the expected loss by grade on what performs and nothing that happened.
    ``eva_realised`` charges ``default_loss`` in its place: the loss given default of the exposure in the first month
    in default, once, in the window in which the default begins (:func:`crmlib.default.default_starts`). In default
    a loan earns no interest, is funded without what is provided for, and ties up capital on the rest alone.
    """
    return charged_windows(gathered(book, study, years), study.profit)


def gathered(book: Book, study: Study, years: int | None = None) -> dict[pd.Timestamp, pd.DataFrame]:
    """Every window before it is charged, by its end: customers with sums of flows, means of balances, and exposure."""
    ends = windows(book, study)[:years]
    flows, losses = _monthly(book, window_start(ends[-1]), study.profit), _default_losses(book, study.profit)
    return {as_of: _window(book, flows, losses, as_of, study.profit) for as_of in ends}


def charged_windows(found: dict[pd.Timestamp, pd.DataFrame], settings: ProfitSettings) -> pd.DataFrame:
    """A profit table from what was :func:`gathered`."""
    made = []
    for as_of, people in found.items():
        exposed = exposure(people["mean_loan"], people["guarantees"], settings) > 0
        table = charged(people, mean_pd_by_size(people, exposed, settings), people["ftp_loan"], settings)
        made.append(table.assign(as_of=as_of).rename_axis("customer_id").reset_index()[[*COLUMNS]])
    return pd.concat(made, ignore_index=True)


def windows(book: Book, study: Study) -> list[pd.Timestamp]:
    """Ends of the windows, the as-of date first; at least that one, earlier ones where twelve months are covered."""
    as_of, first = pd.Timestamp(study.as_of), book.activity["month"].min()
    covered = 12 * (as_of.year - first.year) + as_of.month - first.month + 1
    return [as_of - pd.offsets.MonthEnd(WINDOW * back) for back in range(max(1, covered // WINDOW))]


@needs()
def at(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One window of a profit table, indexed by customer."""
    return table[table["as_of"] == as_of].drop(columns="as_of").set_index("customer_id")


@needs()
def still_open(year: pd.DataFrame) -> pd.DataFrame:
    """Customers of one window that are open at its end."""
    return year[year["open"]]


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
    return full_months(book.activity[book.activity["month"].between(window_start(as_of), as_of)], book)


def window_start(as_of: pd.Timestamp) -> pd.Timestamp:
    """First day of the twelve months to a month-end."""
    return as_of - pd.offsets.MonthEnd(WINDOW) + pd.Timedelta(days=1)


@dataclass(frozen=True)
class YearResult:
    """What all customers earned together in a year, what it cost, and what was left.

    Attributes
    ----------
    table : DataFrame, shape (steps,)
        ``step`` and its ``amount``, CNY a year, costs negative; the steps add up to ``eva_realised``.
    income, eva, eva_realised : float
        CNY a year.
    customers, unknown : int
        Customers of the year, and those of them whose EVA is not known, so that it is not in ``eva``.
    open, known, negative, too_new : int
        Those open at its end, of these with known EVA, with negative EVA, and not open for long enough to be graded.
    """

    table: pd.DataFrame
    income: float
    eva: float
    eva_realised: float
    customers: int
    unknown: int
    open: int
    known: int
    negative: int
    too_new: int

    @property
    def negative_share(self) -> float:
        """Open customers with negative EVA, as a share of those whose EVA is known; missing where there are none."""
        return self.negative / self.known if self.known else float("nan")

    @property
    def overhead(self) -> bool:
        """Whether overheads are charged; without them what is left is a contribution to these."""
        return "overhead" in set(self.table["step"])

    @property
    def in_wan(self) -> dict[str, float]:
        """Income, EVA and realised EVA, 万元 a year."""
        return {"income": self.income / 1e4, "eva": self.eva / 1e4, "eva_realised": self.eva_realised / 1e4}


@needs()
def year_result(year: pd.DataFrame, settings: ProfitSettings) -> YearResult:
    """The way from income to realised EVA, from one window of a profit table."""
    total, still = year.sum(numeric_only=True), year[year["open"]]
    total["cost_of_capital"] = settings.hurdle * total["economic_capital"]
    total["tax"] = (total["eva_realised"] + total["cost_of_capital"]) * settings.tax / (1 - settings.tax)
    spent = [step for step in SPENT if step != "overhead" or settings.overhead]
    steps = pd.concat([total[list(EARNED)], -total[spent]])
    table = steps.rename_axis("step").reset_index(name="amount")
    of_year = len(year), risk_unknown(year)
    of_open = len(still), len(risk_known(still)), int((still["eva"] < 0).sum()), int((~still["graded"]).sum())
    return YearResult(table, total["income"], total["eva"], steps.sum(), *of_year, *of_open)


@needs()
def risk_unknown(year: pd.DataFrame) -> int:
    """Customers of a window with exposure and no known probability of default: totals of EVA are without them."""
    return int(year["eva"].isna().sum())


@needs()
def risk_known(year: pd.DataFrame) -> pd.DataFrame:
    """The other customers of a window: those whose EVA is known."""
    return year[year["eva"].notna()]


def lending_margin(year: pd.DataFrame, settings: ProfitSettings) -> pd.Series:
    """What loans earn beyond risk and capital, before tax, CNY a year; negative for those priced under the hurdle.

    Loan margin - expected loss - hurdle · economic capital / (1 - tax) + capital benefit.
    """
    charge = settings.hurdle * year["economic_capital"] / (1 - settings.tax)
    return year["loan_margin"] - year["expected_loss"] - charge + year["capital_benefit"]


def full_months(rows: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Rows of activity without those of a month in which their customer opened after its first day."""
    opened = rows["customer_id"].map(book.customers.set_index("customer_id")["opened"])
    return rows[~(rows["month"] < opened)]


def _monthly(book: Book, start: pd.Timestamp, settings: ProfitSettings) -> pd.DataFrame:
    """Flows of each full customer-month from a date on in CNY, from balances, prices and days."""
    rows = full_months(book.activity[book.activity["month"] >= start], book)
    rows = rows.merge(book.rates, on="month", how="left", validate="many_to_one")
    year, bad = rows["month"].dt.days_in_month / 365, in_default(rows, settings)
    interest = (rows["loan"] * rows["loan_rate"].fillna(0.0)).mask(bad, 0.0)
    funded = rows["loan"].mask(bad, (1 - settings.lgd) * rows["loan"])
    demand, time = (
        rows[f"{kind}_deposit"] * (rows[f"ftp_{kind}"] - rows[f"rate_{kind}"]) for kind in ("demand", "time")
    )
    return rows.rename(columns={"rm_hours": "hours"} | _BALANCES).assign(
        ead_performing=exposure(rows["loan"], rows["guarantees"], settings).mask(bad, 0.0),
        loan_margin=(interest - funded * rows["ftp_loan"]) * year,
        deposit_margin=year * (demand + time),
        fee_income=rows[list(FEES)].sum(axis=1),
        cost_to_serve=rows["rm_hours"] * settings.hourly_cost + rows["transactions"] * settings.transaction_cost,
    )


def _default_losses(book: Book, settings: ProfitSettings) -> pd.DataFrame:
    """Every default that began in the data, with its ``month`` and ``default_loss``, CNY."""
    starts = default_starts(book.activity, settings)
    lost = settings.lgd * exposure(starts["loan"], starts["guarantees"], settings)
    return starts[["customer_id", "month"]].assign(default_loss=lost)


def _window(
    book: Book, flows: pd.DataFrame, losses: pd.DataFrame, as_of: pd.Timestamp, settings: ProfitSettings
) -> pd.DataFrame:
    """One yearly window: sums of flows and means of balances."""
    start, month = window_start(as_of), as_of.replace(day=1)
    people = rated_at(book, as_of).set_index("customer_id").sort_index()
    people = people[(people["opened"] <= as_of) & ~(people["closed"] < start)]
    people = people.join(standing(book.customers, as_of, settings))
    rows = flows[flows["month"].between(start, as_of)]
    sums = rows.groupby("customer_id")[[*_FLOWS, *_MEANS]].sum().reindex(people.index, fill_value=0.0)
    months = people["months_open"].clip(1, WINDOW)
    yearly = sums[_FLOWS].mul(WINDOW / months.where(people["open"], WINDOW), axis=0)
    means = sums[_MEANS].div(months, axis=0)
    bad = rows.loc[(rows["month"] == month) & in_default(rows, settings), "customer_id"]
    lost = losses[losses["month"].between(start, as_of)].groupby("customer_id")["default_loss"].sum()
    people = people.assign(in_default=people.index.isin(bad), default_loss=lost.reindex(people.index, fill_value=0.0))
    ftp_loan = book.rates.loc[book.rates["month"].between(start, as_of), "ftp_loan"].mean()
    people = people.join(yearly).join(means)
    ead = exposure(people["mean_loan"], people["guarantees"], settings)
    return people.assign(group_ead=group_exposure(people["group_id"], ead), ftp_loan=ftp_loan)


def group_exposure(group_id: pd.Series, ead: pd.Series) -> pd.Series:
    """Exposure of all customers of each customer's group, CNY; its own where it stands alone."""
    return ead.groupby(group_id).transform("sum").fillna(ead)


def charged(
    customers: pd.DataFrame, by_size: pd.Series, ftp_loan: float | pd.Series, settings: ProfitSettings
) -> pd.DataFrame:
    """Customers with overhead, exposure, expected loss, capital, and what is left after them: NOPAT, EVA, RAROC.

    Parameters
    ----------
    customers : DataFrame
        ``size`` and ``rating``; means of ``mean_demand``, ``mean_time``, ``mean_loan``, ``guarantees`` and
        ``ead_performing`` (CNY); ``group_ead``, the exposure of its group, itself included (CNY); ``loan_margin``,
        ``deposit_margin``, ``fee_income`` and ``cost_to_serve`` (CNY a year); ``default_loss`` (CNY). Nothing is read
        of one customer for another, so that one is charged alone as among others.
    by_size : Series
        From :func:`crmlib.default.mean_pd_by_size`.
    ftp_loan : float or Series
        What capital earns, 1/year.
    settings : ProfitSettings
    """
    retail = customers["size"].isin(["small", "micro"]) & (customers["group_ead"] <= settings.retail_limit)
    weight = retail.map({True: settings.risk_weight_small, False: settings.risk_weight})
    ead = exposure(customers["mean_loan"], customers["guarantees"], settings)
    chance = probability_of_default(customers, ead > 0, by_size, settings)
    loss = (chance * settings.lgd * customers["ead_performing"]).where(ead > 0, 0.0)
    provided = settings.lgd * (ead - customers["ead_performing"])
    capital = weight * (ead - provided) * settings.capital_ratio
    income = customers["loan_margin"] + customers["deposit_margin"] + customers["fee_income"]
    benefit, overhead = settings.capital_benefit * capital * ftp_loan, settings.overhead * income.clip(lower=0)
    before_risk = income - customers["cost_to_serve"] - overhead + benefit
    nopat = (before_risk - loss) * (1 - settings.tax)
    return customers.assign(
        mean_deposits=customers["mean_demand"] + customers["mean_time"], ead=ead, pd=chance, income=income,
        overhead=overhead, expected_loss=loss, economic_capital=capital, capital_benefit=benefit, nopat=nopat,
        eva=nopat - settings.hurdle * capital,
        eva_realised=(before_risk - customers["default_loss"]) * (1 - settings.tax) - settings.hurdle * capital,
        raroc=nopat / capital.where(capital > 0),
    )  # fmt: skip
