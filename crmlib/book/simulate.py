"""The simulated book: tables as a bank's extract would give them, and the truth beside them.

Balances are rescaled to the branch's published size; all else follows from the dials of the ``book`` settings. The
result is calibrated to published sector figures (:mod:`crmlib.book.calibration`), never to the study's claims.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib.book.book import Book
from crmlib.book.dynamics import CONTACT_RESPONSE, MONTH, Paths, evolve
from crmlib.book.experts import simulate_judgements
from crmlib.book.population import INDUSTRIES, PRODUCTS, TRANSACTIONS, population
from crmlib.book.products import meets
from crmlib.book.rates import benchmark, transfer_prices
from crmlib.book.schema import DTYPES, ID, MONEY, SIZES, kinds
from crmlib.default import mean_pd_by_size, probability_of_default
from crmlib.study import ProfitSettings, Study

STREAM = 1
_MARKUP = {"AAA": -0.06, "AA": -0.03, "A": 0.01, "BBB": 0.05, "BB": 0.10, "B": 0.20, "CCC": 0.28}


@dataclass(frozen=True)
class _Scene:
    """What the parts of the simulator share: the people kept, their paths, the months, the random stream."""

    people: pd.DataFrame
    paths: Paths
    months: pd.DatetimeIndex
    present: np.ndarray
    rng: np.random.Generator

    def noise(self, spread: float) -> np.ndarray:
        """Lognormal noise of mean one, by person and month."""
        return np.exp(spread * self.rng.standard_normal(self.present.shape) - spread**2 / 2)

    def column(self, name: str) -> np.ndarray:
        """A fixed trait as a column that broadcasts over the months."""
        return self.people[name].to_numpy()[:, None]

    @cached_property
    def ids(self) -> pd.api.extensions.ExtensionArray:
        """IDs of the customers, in the type of the tables: a string is made once, not for every row."""
        return pd.array([f"{number:06d}" for number in range(1, len(self.people) + 1)], dtype=DTYPES[ID])

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Transfer prices of the months."""
        return transfer_prices(self.months)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Size classes by name."""
        return np.array(SIZES)[self.people["size"]]

    def day_in(self, month: np.ndarray) -> pd.DatetimeIndex:
        """A day of each of these months, given by their numbers."""
        return self.months[month] + pd.to_timedelta(self.rng.integers(0, 28, len(month)), unit="D")


def simulate(study: Study) -> Book:
    """Simulate the book of a study.

    Parameters
    ----------
    study : Study
        Its ``seed``, ``as_of`` and ``book`` settings decide the book; the same study gives the same bytes.

    Returns
    -------
    Book
        With the table ``truth`` beside the extracts; no chapter reads it, validation alone does.
    """
    rng = np.random.default_rng([study.seed, STREAM])
    months = pd.date_range(end=pd.Timestamp(study.as_of), periods=study.book.months, freq="MS", unit="us")
    people = population(study.book, months, rng)
    paths = evolve(people, study, _chances(people, study.profit), rng)
    scene = _kept(people, paths, months, study.book.customers, rng)
    flows = _flows(scene, study)
    holdings = _holdings(scene, study.book.products)
    tables = {
        "customers": _customers(scene, study),
        "financials": _financials(scene),
        "activity": _activity(scene, flows),
        "holdings": holdings,
        "rates": scene.prices,
        "judgements": simulate_judgements(study.tree, rng, study.book.experts),
        "products": PRODUCTS[["product", "name", "eligibility"]].replace({"eligibility": {"": None}}),
        "industries": INDUSTRIES[["industry", "name", "outlook"]],
        "contacts": _contacts(scene),
        "truth": _truth(scene, flows, study),
    }
    absent = frozenset({"outcomes", "ratings", "price_response", "measures"})
    return Book({name: _typed(name, table) for name, table in tables.items()}, simulated=True, absent=absent)


def _chances(people: pd.DataFrame, settings: ProfitSettings) -> np.ndarray:
    """Yearly probability of default of each borrower, as profit charges it; 0 of who borrows nothing."""
    borrows = people["borrower"]
    chances = probability_of_default(people, borrows, mean_pd_by_size(people, borrows, settings), settings)
    return chances.where(borrows, 0.0).to_numpy(dtype=float)


def _kept(
    people: pd.DataFrame, paths: Paths, months: pd.DatetimeIndex, customers: int, rng: np.random.Generator
) -> _Scene:
    """The first people in order who leave exactly the number of customers asked for open at the end."""
    is_open = paths.left == len(months)
    enough = int(np.searchsorted(np.cumsum(is_open), customers)) + 1
    if enough > len(people):
        raise RuntimeError(f"{is_open.sum()} of {customers} customers are open at the end: too few were drawn")
    kept = Paths(**{name: value[:enough] for name, value in vars(paths).items()})
    people = people.head(enough)
    month = np.arange(len(months))
    present = (month >= people["entry"].to_numpy()[:, None]) & (month <= kept.left[:, None])
    return _Scene(people, kept, months, present, rng)


def _flows(scene: _Scene, study: Study) -> dict[str, np.ndarray]:
    """Money by person and month, with balances and fees scaled to the dials."""
    people, paths, book = scene.people, scene.paths, study.book
    sales = scene.column("sales") * paths.growth
    season = 1 + 0.04 * np.sin(2 * np.pi * (np.arange(len(scene.months)) % 12) / 12)
    deposits = sales * scene.column("wallet_ratio") * paths.share * season * _smooth(scene.noise(0.35)) * scene.present
    loans = sales * scene.column("loan_ratio") * (0.25 + paths.share) * _steps(scene)
    loans *= scene.column("borrower") * scene.present
    demand_share = 1 - scene.column("time_share") * (people["size"].to_numpy()[:, None] <= 2) * 0.9
    deposits *= book.deposits / deposits[:, -1].sum()
    loans *= book.loans / max(loans[:, -1].sum(), 1.0) if book.borrowers else 0.0
    settled = np.clip(paths.share * np.exp(0.4 * scene.rng.standard_normal((len(people), 1))) * 1.2, 0.01, 1.1)
    inflow = sales / 12 * settled * season * scene.noise(0.25)
    guarantees = 0.25 * loans * scene.noise(0.2) * (scene.rng.random((len(people), 1)) < 0.4)
    transactions = scene.rng.poisson(TRANSACTIONS[people["size"]][:, None] * (0.35 + 1.6 * paths.share))
    flows = {
        "sales": sales, "demand_deposit": deposits * demand_share, "time_deposit": deposits * (1 - demand_share),
        "loan": loans, "loan_rate": _loan_rates(scene), "guarantees": guarantees, "inflow": inflow,
        "outflow": inflow * scene.noise(0.15), "transactions": transactions.astype(float), "deposits": deposits,
    }  # fmt: skip
    return flows | _fees(scene, flows, book.fee_share)


def _smooth(noise: np.ndarray) -> np.ndarray:
    """Three-month moving average: balances do not jump as flows do."""
    padded = np.pad(noise, ((0, 0), (2, 0)), mode="edge")
    return (padded[:, 2:] + padded[:, 1:-1] + padded[:, :-2]) / 3


def _steps(scene: _Scene) -> np.ndarray:
    """Loans move when they are renewed, about twice a year, not with every month's sales."""
    return np.repeat(scene.noise(0.18)[:, ::6], 6, axis=1)[:, : len(scene.months)]


def _loan_rates(scene: _Scene) -> np.ndarray:
    """Benchmark times one plus a markup by rating, scattered by bargaining power; fixed for a customer's loans."""
    people = scene.people
    markup = people["rating"].map(_MARKUP).fillna(0.12).to_numpy() + 0.03 * (people["size"].to_numpy() - 1.5)
    markup = np.clip(markup + 0.06 * scene.rng.standard_normal(len(people)), -0.1, 0.45)
    return np.round(benchmark(scene.months)["loan"].to_numpy()[None, :] * (1 + markup[:, None]), 4)


def _fees(scene: _Scene, flows: dict[str, np.ndarray], fee_share: float) -> dict[str, np.ndarray]:
    """Fees by line, scaled so that the last year's are the share of income asked for."""
    people, n = scene.people, len(scene.people)
    trades = people["industry"].isin(["C", "F"]).to_numpy()[:, None] & (scene.rng.random((n, 1)) < 0.2)
    agency = (scene.rng.random((n, 1)) < 0.22) * np.array([9000.0, 3200.0, 700.0, 150.0])[people["size"]][:, None]
    raw = {
        "fee_settlement": 1.2 * flows["transactions"] + 2e-5 * flows["inflow"],
        "fee_trade": 6e-4 * flows["inflow"] * trades,
        "fee_guarantee": 5e-4 * flows["guarantees"],
        "fee_agency": agency * scene.noise(0.2),
    }
    fees = sum(float((fee * scene.present)[:, -12:].sum()) for fee in raw.values())
    scale = fee_share / (1 - fee_share) * _margins(scene, flows) / fees if fees else 0.0
    return {name: fee * scale for name, fee in raw.items()}


def _margins(scene: _Scene, flows: dict[str, np.ndarray]) -> float:
    """Interest margins of the last twelve months, CNY, over the transfer prices of the months."""
    prices = scene.prices
    margin = flows["loan"] * (flows["loan_rate"] - prices["ftp_loan"].to_numpy())
    margin += flows["demand_deposit"] * (prices["ftp_demand"] - prices["rate_demand"]).to_numpy()
    margin += flows["time_deposit"] * (prices["ftp_time"] - prices["rate_time"]).to_numpy()
    return float((margin * scene.present)[:, -12:].sum() / 12)


def _customers(scene: _Scene, study: Study) -> pd.DataFrame:
    people, paths, rng = scene.people, scene.paths, scene.rng
    n, months = len(people), len(scene.months)
    end = np.minimum(paths.left, months - 1)
    closed, at_end = scene.day_in(end), (np.arange(n), end)
    grouped = np.where(rng.random(n) < 0.08, rng.integers(1, max(2, n // 35), n), 0)
    return pd.DataFrame({
        "customer_id": scene.ids,
        "name": [f"Company {number}" for number in scene.ids],
        "group_id": [f"G{number:03d}" if number else None for number in grouped],
        "industry": people["industry"],
        "size": scene.sizes,
        "ownership": people["ownership"],
        "public_mandate": people["public_mandate"],
        "watch_list": (rng.random(n) < 0.008) | (MONTH * paths.unpaid[at_end] > study.profit.overdue_days),
        "founded": people["founded"],
        "opened": people["opened"],
        "rating": people["rating"],
        "rm_id": np.array([f"RM{number + 1:02d}" for number in range(study.book.managers)])[_managers(scene, study)],
        "service_tier": paths.tier[at_end].astype(int) + 1,
        "closed": np.where(paths.left < months, closed, np.datetime64("NaT")),
    })  # fmt: skip


def _managers(scene: _Scene, study: Study) -> np.ndarray:
    """Relationship managers: each has a mix of customers, the first ones more of the large."""
    pull = scene.rng.gumbel(size=(len(scene.people), study.book.managers))
    seniority = np.linspace(1, -1, study.book.managers)
    return np.argmax(pull + 0.6 * (1.5 - scene.column("size")) * seniority, axis=1)


def _financials(scene: _Scene) -> pd.DataFrame:
    """Annual accounts for the years before the as-of date's; some micro customers hand in none."""
    people, rng, n = scene.people, scene.rng, len(scene.people)
    strength, founded, start = (people[name].to_numpy() for name in ("strength", "founded", "sales"))
    sales, first = start[:, None] * scene.paths.growth, scene.months[0].year
    turnover, debt = np.exp(rng.normal(0.1, 0.35, n)), np.clip(rng.normal(0.55, 0.13, n), 0.05, 0.95)
    rows = []
    for year in range(first - 3, scene.months[-1].year):
        level = start * 1.06 ** (year + 0.5 - first) * np.exp(0.08 * rng.standard_normal(n))
        if year >= first:
            level = sales[:, scene.months.year == year].mean(axis=1)
        margin = 0.035 + 0.03 * strength + 0.02 * rng.standard_normal(n)
        leverage = np.clip(debt - 0.06 * strength + 0.03 * rng.standard_normal(n), 0.02, 1.1)
        withheld = rng.random(n) <= np.where(scene.sizes == "micro", 0.07, 0.02)
        frame = pd.DataFrame({
            "customer_id": scene.ids,
            "year": year,
            "sales": level,
            "total_assets": level / turnover,
            "total_debt": level / turnover * leverage,
            "net_profit": level * margin,
        })  # fmt: skip
        rows.append(frame[(founded < np.datetime64(f"{year}-01-01")) & ~withheld])
    return pd.concat(rows, ignore_index=True).round(2)


def _activity(scene: _Scene, flows: dict[str, np.ndarray]) -> pd.DataFrame:
    paths, rng = scene.paths, scene.rng
    late = (rng.random(scene.present.shape) < 0.006) * rng.integers(1, 45, scene.present.shape)
    overdue = np.where(paths.unpaid > 0, MONTH * paths.unpaid, late).astype(float) * (flows["loan"] > 0)
    rates = np.where(flows["loan"] > 0, flows["loan_rate"], 0.0)
    columns = flows | {"loan_rate": rates, "rm_hours": paths.hours, "days_overdue": overdue}
    who, when = np.nonzero(scene.present)
    table = {name: columns[name][scene.present] for name in kinds("activity") if name in columns}
    table |= {name: np.round(table[name], 2) for name, kind in kinds("activity").items() if kind == MONEY}
    return pd.DataFrame({"customer_id": scene.ids[who], "month": scene.months[when], **table})


def _holdings(scene: _Scene, target: float) -> pd.DataFrame:
    """Products with dates: held from the start or taken up later, given up more often in decline."""
    people, rng, months = scene.people, scene.rng, len(scene.months)
    who = people.assign(size=scene.sizes)
    fits = np.column_stack([meets(who, rule) for rule in PRODUCTS["eligibility"]])
    appetite = np.exp(0.5 * rng.standard_normal(len(people)))[:, None]
    base = PRODUCTS["share"].to_numpy()
    always = base >= 1
    scale = (target - fits[:, always].sum(axis=1).mean()) / (fits[:, ~always] * base[~always]).sum(axis=1).mean()
    chance = np.where(always, 1.0, np.clip(base * scale * 0.70 * appetite, 0, 0.95))
    entry = np.maximum(people["entry"].to_numpy(), 0)
    held = fits & (rng.random(fits.shape) < chance)
    start = np.where(held, entry[:, None], months)
    wait = rng.exponential(12 / np.maximum(PRODUCTS["take_up"].to_numpy() * scale * appetite, 1e-9))
    start = np.where(held | ~fits, start, np.minimum(entry[:, None] + 1 + np.minimum(wait, 1e6).astype(int), months))
    return _holding_rows(scene, start, _given_up(scene, start, always))


def _given_up(scene: _Scene, start: np.ndarray, always: np.ndarray) -> np.ndarray:
    """Month in which each product is given up: .3 % a month, six times as often in decline."""
    months = len(scene.months)
    monthly = np.where(scene.paths.state == 2, 0.018, 0.003)
    survival = np.cumsum(-np.log1p(-monthly), axis=1)
    at_start = survival[np.arange(len(start))[:, None], np.minimum(start, months - 1)]
    ends = (survival[:, None, :] < (at_start + scene.rng.exponential(1.0, start.shape))[:, :, None]).sum(axis=2)
    return np.where(always, months, np.maximum(ends, start + 1))


def _holding_rows(scene: _Scene, start: np.ndarray, stop: np.ndarray) -> pd.DataFrame:
    """A row a product held, from the months in which each person takes up and gives up each product."""
    months, left = len(scene.months), scene.paths.left
    who, what = np.nonzero(start < np.minimum(months, left + 1)[:, None])
    start, stop = start[who, what], np.minimum(stop[who, what], left[who])
    opened, own = scene.day_in(start), scene.people["opened"].to_numpy()[who]
    closed = scene.day_in(np.minimum(stop, months - 1))
    return pd.DataFrame({
        "customer_id": scene.ids[who],
        "product": PRODUCTS["product"].to_numpy()[what],
        "opened": np.where((start == 0) & (own < opened), own, np.maximum(opened, own)),
        "closed": np.where(stop < months, np.maximum(closed, opened), np.datetime64("NaT")),
    })  # fmt: skip


def _contacts(scene: _Scene) -> pd.DataFrame:
    who, when = np.nonzero(scene.paths.contact & scene.present)
    offers = PRODUCTS.loc[PRODUCTS["take_up"] > 0, "product"].to_numpy()
    return pd.DataFrame({
        "customer_id": scene.ids[who],
        "date": scene.day_in(when),
        "kind": np.where(scene.rng.random(len(who)) < 0.5, "campaign", "call"),
        "product": scene.rng.choice(offers, len(who)),
    })  # fmt: skip


def _truth(scene: _Scene, flows: dict[str, np.ndarray], study: Study) -> pd.DataFrame:
    share = scene.paths.share[:, -1]
    return pd.DataFrame({
        "customer_id": scene.ids,
        "wallet_deposits": flows["deposits"][:, -1] / share,
        "wallet_loans": flows["loan"][:, -1] / (0.25 + share),
        "share_of_wallet": share,
        "hazard": scene.paths.hazard[:, -1],
        "kappa": scene.paths.kappa,
        "hours_response": study.book.beta,
        "contact_response": CONTACT_RESPONSE,
    })[scene.present[:, -1] & (scene.paths.left == len(scene.months))]  # fmt: skip


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the columns of its schema, in order, each of its type."""
    types = {column: DTYPES[kind] for column, kind in kinds(name).items()}
    others = {column: table[column].astype(kind) for column, kind in types.items() if table[column].dtype != kind}
    return table.assign(**others)[[*types]].reset_index(drop=True)
