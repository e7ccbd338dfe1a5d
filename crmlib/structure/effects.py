"""Effects of contacts: what campaigns and calls changed, against customers of the same tier and deposits left alone.

Contacts are no experiment: relationship managers call whom they worry about, so that a plain before and after shows
how such customers go on by themselves (regression to the mean) as much as what the call did. Each contacted customer
is therefore compared with those that held as much before and were not contacted, over the same months: a difference in
differences. Today's tier is no match, since the contact may have moved it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.stats.intervals import Estimate, estimates

NEEDS = (
    "contacts", "holdings", "customers.service_tier",
    "activity.demand_deposit", "activity.time_deposit", "activity.inflow",
)  # fmt: skip
"""What a book needs so that effects can be measured."""

OUTCOMES = ("deposits", "inflow", "products")
"""Outcomes, each as change from the window before a contact to the window after it: the logarithms of mean deposits and
of mean settlement inflow, and the number of products taken up."""
ALL = "all contacts"

YEAR, LEAST_CONTROLS, UNIT = 12, 5, 10_000.0


@dataclass(frozen=True)
class ContactEffects:
    """What contacts changed.

    Attributes
    ----------
    table : DataFrame, shape (kinds x outcomes,)
        ``kind``, ``outcome``, then as :func:`matched_difference`: ``contacted``, ``matched``, ``controls``, ``plain``
        (before and after of the contacted alone), ``effect``, and the same for the window before (``prior``), where a
        difference that is not zero says that the contacted were on another path already. Each with ``_low``, ``_high``,
        effect and prior also with ``_p``, adjusted for all of them by Holm's method.
    window : int
        Months before and after a contact.
    coverage : float
        Coverage of the intervals.
    """

    table: pd.DataFrame
    window: int
    coverage: float

    @property
    def overall(self) -> pd.DataFrame:
        """All contacts together, by outcome."""
        return self.table[self.table["kind"] == ALL].set_index("outcome")

    def of(self, outcome: str, what: str) -> Estimate:
        """An estimate of all contacts together: plain, effect or prior."""
        return estimates(self.overall.loc[[outcome]], what, f"{what}_low", f"{what}_high")[0]

    def change(self, what: str) -> Estimate:
        """The same of deposits, as a fraction of them."""
        return Estimate(*np.expm1(self.of("deposits", what)))

    @property
    def placebos_pass(self) -> bool:
        """Whether no outcome of all contacts together differed before the contact already."""
        return not (self.overall["prior_p"] < 1 - self.coverage).any()

    @property
    def people(self) -> pd.Series:
        """Of the contacted customers those whose window after is over (``contacted``), and with peers (``matched``)."""
        return self.overall.loc["deposits", ["contacted", "matched"]].astype(int)

    @property
    def numbers(self) -> dict[str, float]:
        """Key numbers of all contacts together."""
        columns = ["plain", "effect", "effect_low", "effect_high", "prior"]
        return {f"{outcome}_{name}": row[name] for outcome, row in self.overall.iterrows() for name in columns}

    @property
    def shown(self) -> pd.DataFrame:
        """The same for people, with intervals beside what they are of."""
        spans = {what: estimates(self.table, what, f"{what}_low", f"{what}_high") for what in ("effect", "prior")}
        return self.table[["kind", "outcome", "matched", "controls", "plain"]].assign(
            effect=spans["effect"], effect_p=self.table["effect_p"], prior=spans["prior"], prior_p=self.table["prior_p"]
        )


@needs(*NEEDS)
def contact_effects(book: Book, as_of: pd.Timestamp, window: int, coverage: float) -> ContactEffects:
    """Effect of contacts on deposits, inflow and products, all kinds together and each apart.

    Parameters
    ----------
    book : Book
    as_of : Timestamp
        Month-end. The contacts of the last year whose window after is over are measured.
    window : int
        Months before and after the month of contact.
    coverage : float
        Coverage of the intervals.
    """
    cases = contact_cases(book, as_of, window)
    kinds = {ALL: cases["kind"].notna()}
    kinds |= {kind: cases["kind"] == kind for kind in sorted(cases["kind"].dropna().unique())}
    rows = []
    for kind, contacted in kinds.items():
        chosen = cases[contacted | cases["kind"].isna()]
        for outcome in OUTCOMES:
            now = matched_difference(chosen, outcome, coverage)
            before = matched_difference(chosen, f"{outcome}_prior", coverage)
            prior = {name.replace("effect", "prior"): before[name] for name in ("effect", "effect_low", "effect_high")}
            rows.append({"kind": kind, "outcome": outcome, **now, **prior})
    table = pd.DataFrame(rows)
    if not table["matched"].iloc[0]:
        raise Lacking("management.no_peers")
    return ContactEffects(adjusted(table, coverage), window, coverage)


@needs(*NEEDS, "truth")
def beside_truth(book: Book, as_of: pd.Timestamp, window: int, coverage: float) -> pd.Series:
    """Effect of all contacts on deposits beside what they do in truth, on a simulated book.

    A contact lifts the share of wallet s by the book's response r on the logit scale, and so the logarithm of balances
    by r - ln(1 + s (exp(r) - 1)); s is the share at the as-of date.

    Returns
    -------
    Series
        effect, effect_low, effect_high, and truth (changes of the logarithm).
    """
    cases = contact_cases(book, as_of, window)
    found = matched_difference(cases, "deposits", coverage)
    contacted = cases.loc[cases["kind"].notna(), "customer_id"]
    truth = book.truth.set_index("customer_id").reindex(contacted)
    response = truth["contact_response"]
    lifted = response - np.log1p(truth["share_of_wallet"] * np.expm1(response))
    return pd.Series({name: found[name] for name in ("effect", "effect_low", "effect_high")} | {"truth": lifted.mean()})


def adjusted(table: pd.DataFrame, coverage: float) -> pd.DataFrame:
    """The table with p-values of effects and placebos, adjusted together (Holm 1979, Scandinavian Journal of
    Statistics 6(2)); missing where there is no interval.
    """
    from statsmodels.stats.multitest import multipletests

    quantile, found = NormalDist().inv_cdf((1 + coverage) / 2), {}
    for name in ("effect", "prior"):
        error = (table[f"{name}_high"] - table[f"{name}_low"]) / 2 / quantile
        far = (table[name] / error.where(error > 0)).abs().dropna()
        found[f"{name}_p"] = far.map(lambda away: 2 * NormalDist().cdf(-away))
    together = pd.concat(found)
    if len(together):
        together[:] = multipletests(together, method="holm")[1]
    return table.assign(**{name: together.get(name, pd.Series(dtype=float)) for name in found})


def contact_cases(book: Book, as_of: pd.Timestamp, window: int) -> pd.DataFrame:
    """Contacted customers and, month by month, those that were left alone.

    A case is a customer in a month without contact in the ``window`` months before. It is contacted in that month
    (the first time in the year alone), or it is a control: not contacted in the ``window`` months after either. Both
    were customers from ``window`` months before to ``window`` months after: who left cannot be followed.

    Returns
    -------
    DataFrame, shape (cases,)
        ``customer_id``, ``kind`` (missing: control), ``cell`` (month, and tier and deposits before it), and for every
        outcome its change, and its change over the two windows before, ``…_prior``.
    """
    months = pd.date_range(end=as_of, periods=YEAR + 3 * window, freq="MS", unit="us")
    paths = _paths(book, months)
    kinds = _kinds(book, months, paths["deposits"].index)
    tiers = book.customers["service_tier"].value_counts(normalize=True).sort_index()
    alone = kinds.isna().to_numpy()
    frames = []
    for month in range(2 * window, 2 * window + YEAR):
        fresh = alone[:, month - window : month].all(axis=1)
        control = fresh & alone[:, month : month + window + 1].all(axis=1)
        held = paths["deposits"].iloc[:, month - window : month].mean(axis=1, skipna=False)
        cell = f"{months[month]:%Y-%m} " + _band(held, tiers)
        frame = _changes(paths, month, window).assign(kind=kinds.iloc[:, month], cell=cell)
        frames.append(frame[frame["deposits"].notna() & (control | (fresh & ~alone[:, month]))])
    cases = pd.concat(frames).rename_axis("customer_id").reset_index()
    once = cases[cases["kind"].notna()].drop_duplicates("customer_id")
    return pd.concat([once, cases[cases["kind"].isna()]], ignore_index=True)


def matched_difference(cases: pd.DataFrame, outcome: str, coverage: float) -> Mapping[str, float]:
    """Mean change of the contacted, less that of the controls of their cell: the effect on the contacted.

    Cells count by their contacted customers; contacted ones with fewer than five controls in their cell are left out.
    The interval is analytic and clustered by customer, since a control serves in many months (Liang & Zeger 1986;
    for the matched form Abadie & Imbens 2006, "Large sample properties of matching estimators", Econometrica 74(1)).

    Parameters
    ----------
    cases : DataFrame
        ``customer_id``, ``kind`` (missing: control), ``cell`` and the outcome.
    outcome : str
        Column with the change; cases without it are left out.
    coverage : float
        Coverage of the intervals.

    Returns
    -------
    mapping
        ``contacted`` and ``matched`` customers, distinct ``controls``; ``plain`` mean change of the contacted, and
        ``effect``, each with ``_low`` and ``_high`` (missing where nobody is matched).
    """
    cases = cases.loc[cases[outcome].notna(), ["customer_id", "kind", "cell", outcome]]
    contacted = cases["kind"].notna()
    controls = cases[~contacted].groupby("cell")[outcome].agg(usual="mean", controls="size")
    rows = cases.join(controls[controls["controls"] >= LEAST_CONTROLS], on="cell").dropna(subset="usual")
    treated = rows[rows["kind"].notna()]
    hits = treated.groupby("cell").size().rename("hits")
    control = rows[rows["kind"].isna()].join(hits, on="cell", how="inner")
    gains = treated[outcome] - treated["usual"]
    effect = gains.mean()
    pull = (control["usual"] - control[outcome]) * control["hits"] / control["controls"]
    parts = pd.concat([gains - effect, pull]).groupby(cases["customer_id"]).sum() / max(len(treated), 1)
    plain = cases.loc[contacted, outcome]
    return {
        "contacted": len(plain),
        "matched": len(treated),
        "controls": control["customer_id"].nunique(),
        **_bounded("plain", plain.mean(), plain.sem(ddof=0), coverage),
        **_bounded("effect", effect, np.sqrt((parts**2).sum()), coverage),
    }


def _bounded(name: str, value: float, error: float, coverage: float) -> dict[str, float]:
    half = NormalDist().inv_cdf((1 + coverage) / 2) * error
    return {name: float(value), f"{name}_low": float(value - half), f"{name}_high": float(value + half)}


def _paths(book: Book, months: pd.DatetimeIndex) -> dict[str, pd.DataFrame]:
    """Each outcome by customer and month; missing where the customer has no record."""
    activity = book.activity[book.activity["month"].isin(months)]
    activity = activity.assign(deposits=activity["demand_deposit"] + activity["time_deposit"])
    paths = {
        name: activity.pivot_table(index="customer_id", columns="month", values=name).reindex(columns=months)
        for name in ("deposits", "inflow")
    }
    recorded = paths["deposits"].notna()
    taken = _by_month(book.holdings["customer_id"], book.holdings["opened"], recorded)
    return paths | {"products": taken.where(recorded)}


def _by_month(customers: pd.Series, dates: pd.Series, like: pd.DataFrame) -> pd.DataFrame:
    """How many dates fall into each month of each customer."""
    counts = pd.crosstab(customers, dates.dt.to_period("M").dt.to_timestamp())
    return counts.reindex(index=like.index, columns=like.columns, fill_value=0).astype(float)


def _kinds(book: Book, months: pd.DatetimeIndex, customers: pd.Index) -> pd.DataFrame:
    """Kind of the first contact of each customer in each month; missing where there was none."""
    contacts = book.contacts.assign(month=book.contacts["date"].dt.to_period("M").dt.to_timestamp())
    first = contacts.sort_values(["date", "kind"]).drop_duplicates(["customer_id", "month"])
    table = first.pivot_table(index="customer_id", columns="month", values="kind", aggfunc="first")
    return table.reindex(index=customers, columns=months)


def _band(deposits: pd.Series, tiers: pd.Series) -> pd.Series:
    """Tier by deposits at the time, the best as large a share as today, and the half of it by deposits."""
    place = deposits.rank(ascending=False, pct=True)
    edges = np.concatenate([[0.0], tiers.cumsum()])
    halves = np.sort(np.concatenate([edges, (edges[1:] + edges[:-1]) / 2]))[1:-1]
    return pd.Series(np.searchsorted(halves, place - 1e-12), deposits.index).astype(str)


def _changes(paths: dict[str, pd.DataFrame], month: int, window: int) -> pd.DataFrame:
    """Change of each outcome from the window before a month to the one after, and over the two windows before."""
    after, before = slice(month + 1, month + window + 1), slice(month - window, month)
    earlier = slice(month - 2 * window, month - window)
    columns = {}
    for name, path in paths.items():
        level = np.sum if name == "products" else _log_mean
        now = level(path.to_numpy()[:, before], axis=1)
        columns[name] = level(path.to_numpy()[:, after], axis=1) - now
        columns[f"{name}_prior"] = now - level(path.to_numpy()[:, earlier], axis=1)
    return pd.DataFrame(columns, index=paths["deposits"].index)


def _log_mean(balances: np.ndarray, axis: int) -> np.ndarray:
    return np.log(balances.mean(axis=axis) + UNIT)
