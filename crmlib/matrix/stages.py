"""Stages: where each relationship stands, from its own past alone.

Exploration, formation, stable or decline, by rules on the months open, the trend of business against the median
customer, products gained and closed, and the share of sales settled here. A rule whose facts are unknown is skipped.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.book import Book
from crmlib.profit import standing
from crmlib.study import MatrixSettings, Study
from crmlib.value.indicators import business_trend

STAGES = ("exploration", "formation", "stable", "decline")
NEEDS = ("customers.opened", "activity.demand_deposit", "activity.time_deposit", "activity.loan")
"""What a book needs so that relationships have stages."""
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


def stages(facts: pd.DataFrame, settings: MatrixSettings) -> pd.DataFrame:
    """Stage of every customer and the rule that decided, in words.

    The first rule that holds decides: new → exploration; falling or closing products → decline; few products and
    little settlement → exploration; growing or gaining products → formation; else stable.

    Parameters
    ----------
    facts : DataFrame
        As from :func:`stage_facts`; a missing value skips the rule that needs it.
    settings : MatrixSettings
        The limits of the rules.

    Returns
    -------
    DataFrame, indexed like ``facts``
        ``stage``, one of :data:`STAGES`, and ``stage_reason``.
    """
    rules = [(stage, holds.to_numpy(bool), words) for stage, holds, words in _rules(facts, settings)]
    first = np.argmax(np.column_stack([holds for _, holds, _ in rules]), axis=1) if len(facts) else np.array([], int)
    rows = facts.to_dict("records")
    return pd.DataFrame(
        {
            "stage": pd.Series([rules[rule][0] for rule in first], facts.index, dtype="str"),
            "stage_reason": pd.Series(
                [rules[rule][2](row) for rule, row in zip(first, rows, strict=True)], facts.index, dtype="str"
            ),
        }
    )


def _rules(facts: pd.DataFrame, limits: MatrixSettings) -> list[tuple[str, pd.Series, Callable[[dict], str]]]:
    """Stage, whom the rule fits (missing facts fit nobody) and its words; the last rule fits all."""
    few = (facts["products"] <= limits.few_products) & (facts["share"] < limits.low_settlement)
    return [
        ("exploration", facts["months_open"] < limits.new_months, "open for {months_open:.0f} months".format_map),
        ("decline", facts["growth"] < -limits.trend_limit, _trend_words),
        ("decline", facts["closed_products"] >= limits.closed_products, _closed_words),
        ("exploration", few, _few_words),
        ("formation", facts["growth"] > limits.trend_limit, _trend_words),
        ("formation", facts["net_gain"] >= limits.gained_products, _gained_words),
        ("stable", pd.Series(True, facts.index), _stable_words),
    ]


def _trend_words(row: dict) -> str:
    change = np.expm1(row["growth"])
    if abs(change) < 0.005:
        return "business as the median"
    return f"business {'fell' if change < 0 else 'grew'} {_percent(abs(change))} against the median"


def _stable_words(row: dict) -> str:
    return "no sign of change" if np.isnan(row["growth"]) else f"{_trend_words(row)}, within the limits"


def _closed_words(row: dict) -> str:
    return f"{_products(row['closed_products'])} closed in 12 months"


def _few_words(row: dict) -> str:
    return f"{_products(row['products'])} and {_percent(row['share'])} of sales settled here"


def _gained_words(row: dict) -> str:
    return f"{_products(row['net_gain'])} gained in 12 months"


def _products(number: float) -> str:
    return f"{number:.0f} product{'' if number == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _product_counts(holdings: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Products held at ``as_of``, closed and net gained in the 12 months before, by customer."""
    start = as_of - pd.DateOffset(months=12) + pd.offsets.MonthEnd(0)
    held = {when: (holdings["opened"] <= when) & ~(holdings["closed"] <= when) for when in (start, as_of)}
    closed = (holdings["closed"] > start) & (holdings["closed"] <= as_of)
    marks = pd.DataFrame(
        {
            "products": held[as_of].astype(int),
            "closed_products": closed.astype(int),
            "net_gain": held[as_of].astype(int) - held[start].astype(int),
        }
    )
    return marks.groupby(holdings["customer_id"]).sum()
