"""Who the simulated customers are: everything about them that does not change from month to month."""

import numpy as np
import pandas as pd

from crmlib.book.schema import OWNERSHIPS, SIZES
from crmlib.study import BookSettings

# Assumptions. By size class, large to micro: median annual sales (CNY), probability of borrowing relative to the
# book, transactions a month, share owned by the state, of private owners, from abroad.
MEDIAN_SALES = np.array([3.5e8, 9e7, 2.4e7, 5.5e6])
SALES_SPREAD = 0.65
BORROWING_BY_SIZE = np.array([2.6, 1.9, 1.05, 0.55]) * 1.05
TRANSACTIONS = np.array([260.0, 95.0, 28.0, 8.2])
OWNERSHIP_BY_SIZE = np.array([[0.45, 0.40, 0.15], [0.25, 0.62, 0.13], [0.08, 0.87, 0.05], [0.02, 0.97, 0.01]])

INDUSTRIES = pd.DataFrame(
    [
        ("C", "Manufacturing", 0.27, 2.5), ("E", "Construction", 0.09, 2.5), ("F", "Wholesale and retail", 0.27, 3.0),
        ("G", "Transport and storage", 0.06, 3.0), ("H", "Hotels and catering", 0.04, 2.5),
        ("I", "Information technology", 0.06, 5.0), ("K", "Real estate", 0.04, 1.5),
        ("L", "Leasing and business services", 0.07, 4.0), ("M", "Research and technical services", 0.03, 4.5),
        ("N", "Water and public facilities", 0.02, 3.5), ("P", "Education", 0.02, 4.0),
        ("Q", "Health and social work", 0.02, 4.5), ("S", "Public administration", 0.01, 3.0),
    ],
    columns=["industry", "name", "share", "outlook"],
)  # fmt: skip
PUBLIC = ("N", "P", "Q", "S")

# Product, name, who may hold it, share of the eligible that hold it (assumption), yearly take-up by others.
PRODUCTS = pd.DataFrame(
    [
        ("settlement", "Settlement account", "", 1.00, 0.0),
        ("ebank", "Corporate e-banking", "", 0.50, 0.10),
        ("time", "Time and call deposit", "", 0.34, 0.06),
        ("payroll", "Payroll agency", "", 0.22, 0.04),
        ("card", "Company card", "", 0.12, 0.02),
        ("wealth", "Wealth management", "size:large|medium|small", 0.10, 0.02),
        ("cash", "Cash management", "size:large|medium", 0.40, 0.05),
        ("trade", "Trade finance", "industry:C|F", 0.12, 0.02),
        ("fx", "Foreign exchange", "industry:C|F", 0.16, 0.02),
        ("collection", "Merchant collection", "industry:F|H", 0.30, 0.04),
        ("loan", "Working capital loan", "borrower", 1.00, 0.0),
        ("guarantee", "Guarantees and acceptances", "borrower", 0.40, 0.04),
    ],
    columns=["product", "name", "eligibility", "share", "take_up"],
)  # fmt: skip

RATINGS = np.array(["AAA", "AA", "A", "BBB", "BB", "B", "CCC"])
RATING_BOUNDS = np.array([0.02, 0.10, 0.28, 0.56, 0.83, 0.965])
FIRST_OPENING_YEAR = 1996


def population(settings: BookSettings, months: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody who might have been a customer in these months, one row each.

    Half as many again as are asked for: some leave before the end, and the simulator keeps the first customers in
    this order that leave exactly the number asked for at the end.

    Returns
    -------
    DataFrame, shape (people,)
        Size class as ``size`` (0 large … 3 micro), industry, ownership, ``strength`` (standard normal: how sound the
        business is), ``sales`` (CNY a year, at the start), ``wallet_ratio`` (deposits at all banks over sales),
        borrower, rating, ``entry`` (first month, negative: before the first), founded and opened.
    """
    n = int(settings.customers * (1.25 + settings.attrition * settings.months / 12)) + 60
    mix = np.array([settings.size_mix[size] for size in SIZES])
    mix /= mix.sum()
    borrowing = BORROWING_BY_SIZE * (settings.borrowers / (mix @ BORROWING_BY_SIZE))
    size = rng.choice(4, size=n, p=mix)
    industry = rng.choice(len(INDUSTRIES), size=n, p=INDUSTRIES["share"])
    strength = rng.standard_normal(n)
    people = pd.DataFrame({
        "size": size,
        "industry": INDUSTRIES["industry"].to_numpy()[industry],
        "outlook": INDUSTRIES["outlook"].to_numpy()[industry],
        "strength": strength,
        "sales": MEDIAN_SALES[size] * np.exp(SALES_SPREAD * rng.standard_normal(n)),
        "wallet_ratio": 0.16 * np.exp(settings.dispersion * rng.standard_normal(n)),
        "loan_ratio": 0.22 * np.exp(0.6 * rng.standard_normal(n)),
        "time_share": rng.beta(1.6, 2.6, size=n),
        "service": np.exp(0.5 * rng.standard_normal(n)),
    })  # fmt: skip
    people["borrower"] = rng.random(n) < np.clip(borrowing[size], 0, 0.97)
    people["rating"] = _ratings(people, rng)
    owner = (rng.random(n)[:, None] > OWNERSHIP_BY_SIZE[size].cumsum(axis=1)).sum(axis=1)
    people["ownership"] = np.array(OWNERSHIPS)[owner]
    people["public_mandate"] = people["industry"].isin(PUBLIC) & (rng.random(n) < 0.6)
    return people.assign(**_dates(settings, months, n, rng))


def _ratings(people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Ratings of borrowers, of large and medium customers and of some others; soundness seen with an error."""
    seen = people["strength"] + 0.35 * (1.5 - people["size"]) + 0.5 * rng.standard_normal(len(people))
    rank = (-seen).rank(method="first", pct=True).to_numpy()
    graded = RATINGS[np.searchsorted(RATING_BOUNDS, rank)]
    rated = people["borrower"] | (people["size"] <= 1) | (rng.random(len(people)) < 0.35)
    return np.where(rated, graded, None)


def _dates(settings: BookSettings, months: pd.DatetimeIndex, n: int, rng: np.random.Generator) -> dict[str, object]:
    """Entry, opening and foundation; newcomers replace leavers and let the book grow by 2 % a year."""
    years = len(months) / 12
    newcomers = (settings.attrition + 0.02) * years
    entry = np.where(rng.random(n) < newcomers / (1 + newcomers), rng.integers(0, len(months), size=n), -1)
    age = np.minimum(rng.exponential(6 * 365, n), (months[0].year - FIRST_OPENING_YEAR) * 365).astype(int) + 1
    before = months[0] - pd.to_timedelta(age, unit="D")
    during = months[np.maximum(entry, 0)] + pd.to_timedelta(rng.integers(0, 28, size=n), unit="D")
    opened = np.where(entry < 0, before, during)
    founded = pd.DatetimeIndex(opened) - pd.to_timedelta(rng.gamma(1.5, 3 * 365, n).astype(int), unit="D")
    return {"entry": entry, "opened": opened, "founded": founded.to_numpy()}
