"""Trial: do rules for hours that promise more also win more, where the truth is known?

On a simulated book the response to hours is known, but no rule may see it. Books of other seeds have other customers
under the same laws, so that what a rule wins on many of them is more than luck with one.
"""

import numpy as np
import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.book import Book
from crmlib.strategy.allocation import CLASS_RULE, TODAY, best_by_manager, gain, hours_by_rule
from crmlib.study import Study

KNOWN = ("optimum, headroom known", "optimum, response known")
"""Rules that no bank can follow: what knowing more would be worth."""
OFF = ("optimum, kappa halved", "optimum, kappa doubled")
"""The optimum under another assumption of how fast hours tell."""


@needs("truth")
def on_truth(book: Book, table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What every rule promises and what it wins on the truth of a simulated book.

    Parameters
    ----------
    book : Book
        A simulated one.
    table : DataFrame
        Its :func:`crmlib.strategy.facts.prospects`.
    study : Study

    Returns
    -------
    DataFrame
        rule, expected and truth (CNY a year, against no hours at all); the rules of
        :func:`crmlib.strategy.allocation.hours_by_rule`, those that know more (KNOWN) and assume otherwise (OFF).
    """
    if not book.simulated:
        raise Lacking("common.not_in_book", what=["truth"])
    truth, margin = book.truth.set_index("customer_id").reindex(table.index), study.strategy.growth_margin
    wallet = truth["wallet_deposits"] + truth["wallet_loans"]
    room = study.strategy.take_up * margin * wallet * (1 - truth["share_of_wallet"])
    most = won(truth, pd.Series(np.inf, table.index), margin)
    hours = hours_by_rule(table, study)
    for name, gives in zip(KNOWN, (room, most), strict=True):
        hours[name] = best_by_manager(table, gives)
    for name, factor in zip(OFF, (0.5, 2.0), strict=True):
        hours[name] = best_by_manager(table.assign(scale=factor * table["scale"]), table["potential_gain"])
    rows = [
        (rule, gain(table["potential_gain"], table["scale"], own).sum(), won(truth, own, margin).sum())
        for rule, own in hours.items()
    ]
    return pd.DataFrame(rows, columns=["rule", "expected", "truth"])


def won(truth: pd.DataFrame, hours: pd.Series, margin: float) -> pd.Series:
    """What hours win in truth: margin on the balances that a year of them adds, CNY a year.

    The share of wallet s rises on the logit scale by beta · h / (h + kappa), as in :mod:`crmlib.book.dynamics`.
    """
    share, kappa = truth["share_of_wallet"], truth["kappa"]
    lift = np.expm1(truth["hours_response"] * (1 - kappa / (hours + kappa)))
    more = share * (1 - share) * lift / (1 + share * lift)
    return margin * (truth["wallet_deposits"] + truth["wallet_loans"]) * more


@needs()
def against_today(results: pd.DataFrame) -> pd.DataFrame:
    """Each rule beside today's hours over all books, the best on the truth first, today's before its equals.

    Parameters
    ----------
    results : DataFrame
        From :func:`crmlib.seeds.hour_trial`.

    Returns
    -------
    DataFrame
        Index rule; expected, expected_low, expected_high, truth, truth_low, truth_high: gain over today's as a share,
        mean, least and most of the books where today's win anything, missing where there is none; beats_today,
        beats_class: books in which it wins more on the truth.
    """
    wide = results.pivot_table(["expected", "truth"], "seed", "rule")
    columns = {}
    for measure in ("expected", "truth"):
        today = wide[measure][TODAY]
        more = wide[measure].div(today.where(today > 0), axis=0) - 1
        columns |= {measure: more.mean(), f"{measure}_low": more.min(), f"{measure}_high": more.max()}
    for name, rule in (("beats_today", TODAY), ("beats_class", CLASS_RULE)):
        columns[name] = wide["truth"].gt(wide["truth"][rule], axis=0).sum()
    table = pd.DataFrame(columns)
    order = table.assign(stays=table.index == TODAY).sort_values(["truth", "stays"], ascending=False, kind="stable")
    return order.drop(columns="stays")


@needs()
def followable(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`against_today` whose rule a bank can follow, the best on the truth first."""
    return table[~table.index.isin([*KNOWN, *OFF])]
