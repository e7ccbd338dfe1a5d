"""Stages: where each relationship stands, from its own past alone.

Exploration, formation, stable or decline, by rules on the months open, the trend of business against the median
customer, products gained and closed, and the share of sales settled here. A rule whose facts are unknown is skipped.
"""

import numpy as np
import pandas as pd

from crmlib.absent import needs
from crmlib.book import Book
from crmlib.profit import standing
from crmlib.study import MatrixSettings, Study
from crmlib.value.indicators import business_trend
from crmlib.words.sentences.reasons import stage_reason

STAGES = ("exploration", "formation", "stable", "decline")
RULES = {
    "new": "exploration", "fell": "decline", "closed": "decline", "few": "exploration", "grew": "formation",
    "gained": "formation", "calm": "stable",
}  # fmt: skip
"""Stage of each rule, in their order: new customers; business fell; products closed; few products and little settled
here; business grew; products gained; else."""
FACTS = ("months_open", "trend", "growth", "share", "products", "closed_products", "net_gain")


def stage_facts(
    book: Book,
    as_of: pd.Timestamp,
    months_open: pd.Series,
    trend: pd.Series,
    share: pd.Series,
    settings: MatrixSettings,
) -> pd.DataFrame:
    """What the stage rules read, for each customer to be staged.

    Parameters
    ----------
    book : Book
        Its holdings give the products; without them the product facts are missing.
    as_of : Timestamp
        Month-end; nothing later is read.
    months_open : Series, shape (customers,)
        Calendar months open, the first full one and that of ``as_of`` included. Its index is who gets a stage.
    trend : Series
        Business trend b before clipping, log change a year, by customer_id; missing where unknown.
    share : Series
        Share of sales settled here, 0-1, by customer_id; missing where unknown.
    settings : MatrixSettings
        Its ``trend_months`` say who counts for the median trend of the year.

    Returns
    -------
    DataFrame, index customer_id
        months_open, trend, growth (trend less the median trend), share, products (held at ``as_of``),
        closed_products and net_gain (the last 12 months).
    """
    facts = pd.DataFrame({"months_open": months_open, "trend": trend.reindex(months_open.index)})
    long_open = facts["months_open"] >= settings.trend_months
    facts["growth"] = facts["trend"] - facts.loc[long_open, "trend"].median()
    facts["share"] = share.reindex(facts.index)
    counts = _product_counts(book.holdings, as_of) if book.has("holdings") else pd.DataFrame(columns=FACTS[4:])
    fill = 0.0 if book.has("holdings") else np.nan
    return facts.join(counts.reindex(facts.index).astype(float).fillna(fill))[list(FACTS)]


@needs("customers.opened", "activity.demand_deposit", "activity.time_deposit", "activity.loan")
def facts_at(book: Book, indicators: pd.DataFrame, as_of: pd.Timestamp, study: Study) -> pd.DataFrame:
    """What the stage rules read at a date, for the customers of an indicator table; as :func:`stage_facts`.

    Parameters
    ----------
    book : Book
    indicators : DataFrame, shape (customers, leaves), index customer_id
        Gives the share of sales settled here where the tree has it.
    as_of : Timestamp
        Month-end; nothing later is read.
    study : Study
    """
    months = standing(book.customers, as_of, study.profit)["months_open"].reindex(indicators.index)
    leaf = study.tree.leaf_with("settlement_share")
    share = indicators[leaf] if leaf in indicators else pd.Series(dtype=float)
    return stage_facts(book, as_of, months, business_trend(book, as_of), share, study.matrix)


@needs()
def stages(facts: pd.DataFrame, settings: MatrixSettings) -> pd.DataFrame:
    """Stage of every customer and the rule that decided: the first that holds.

    Parameters
    ----------
    facts : DataFrame
        As from :func:`stage_facts`; a missing value skips the rule that needs it.
    settings : MatrixSettings
        The limits of the rules.

    Returns
    -------
    DataFrame, indexed like ``facts``
        ``stage``, one of :data:`STAGES`, and ``stage_rule``, one of :data:`RULES`.
    """
    rule = _holds(facts, settings).idxmax(axis="columns").astype("str")
    return pd.DataFrame({"stage": rule.map(RULES).astype("str"), "stage_rule": rule})


@needs()
def with_reasons(found: pd.DataFrame, facts: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Stages as from :func:`stages` with their reasons in the study's language, ``stage_reason``."""
    voice = study.voice
    rows = zip(found["stage_rule"], facts.to_dict("records"), strict=True)
    told = [voice.say(stage_reason(rule, row)) for rule, row in rows]
    return found.assign(stage_reason=pd.Series(told, found.index, dtype="str"))


@needs()
def stage_shares(found: pd.DataFrame) -> pd.Series:
    """Share of the customers in each stage, 0 where nobody is."""
    return found["stage"].value_counts(normalize=True).reindex(STAGES, fill_value=0.0)


@needs()
def rule_shares(found: pd.DataFrame) -> pd.DataFrame:
    """Each rule in their order: ``rule``, ``stage``, and ``share`` of the customers for whom it decided."""
    decided = found["stage_rule"].value_counts(normalize=True).reindex(list(RULES), fill_value=0.0)
    return pd.DataFrame({"rule": list(RULES), "stage": list(RULES.values()), "share": decided.to_numpy()})


def _holds(facts: pd.DataFrame, limits: MatrixSettings) -> pd.DataFrame:
    """Whom each rule fits; missing facts fit nobody, and the last rule fits all."""
    holds = {
        "new": facts["months_open"] < limits.new_months,
        "fell": facts["growth"] < -limits.trend_limit,
        "closed": facts["closed_products"] >= limits.closed_products,
        "few": (facts["products"] <= limits.few_products) & (facts["share"] < limits.low_settlement),
        "grew": facts["growth"] > limits.trend_limit,
        "gained": facts["net_gain"] >= limits.gained_products,
        "calm": True,
    }
    return pd.DataFrame(holds, facts.index)[list(RULES)]


def _product_counts(holdings: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Products held at ``as_of``, closed and net gained in the 12 months before, by customer."""
    start = as_of - pd.DateOffset(months=12) + pd.offsets.MonthEnd(0)
    before, now = ((holdings["opened"] <= when) & ~(holdings["closed"] <= when) for when in (start, as_of))
    closed = (holdings["closed"] > start) & (holdings["closed"] <= as_of)
    marks = {"products": now, "closed_products": closed, "net_gain": now.astype(int) - before.astype(int)}
    return pd.DataFrame(marks, dtype=int).groupby(holdings["customer_id"]).sum()
