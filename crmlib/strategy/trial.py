"""Trial: do rules for hours that promise more also win more, however customers respond?

On a simulated book the response to hours is known, but no rule may see it. Books of other seeds have other customers
under the same laws, so that what a rule wins on many of them is more than luck with one. How the simulator lets
customers respond is a choice like another, so that a rule must stand under other laws too, each with its parameters
from the truth of the book.
"""

import numpy as np
import pandas as pd

from crmlib.absent import Absent, Lacking, is_known, needs
from crmlib.book import Book
from crmlib.strategy.allocation import CLASS_RULE, TODAY, best_by_manager, gain, hours_by_rule
from crmlib.study import Study

KNOWN = ("optimum, headroom known", "optimum, response known")
"""Rules that no bank can follow: what knowing more would be worth."""
OFF = ("optimum, kappa halved", "optimum, kappa doubled")
"""The optimum under another assumption of how fast hours tell."""
HEADROOM, SHARE, FLAT = LAWS = ("headroom", "share", "flat")
"""How customers may respond to hours: by the room that they have, by the share that is held here (as the simulator lets
them, see :func:`won`), and not at all differently, every hour winning the same."""
MOST = 0.9
"""Share of the books in which a rule must be ahead of today's hours."""
TOLERANCE = 1e-9
"""Relative difference from which one sum of hours wins more than another."""


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
        rule, law, expected and truth (CNY a year, against no hours at all); the rules of
        :func:`crmlib.strategy.allocation.hours_by_rule`, those that know more (KNOWN) and assume otherwise (OFF), each
        under every law.
    """
    if not book.simulated:
        raise Lacking("common.not_in_book", what=["truth"])
    truth, margin = book.truth.set_index("customer_id").reindex(table.index), study.strategy.growth_margin
    room = margin * (truth["wallet_deposits"] + truth["wallet_loans"]) * (1 - truth["share_of_wallet"])
    most = won(truth, pd.Series(np.inf, table.index), margin)
    hours = hours_by_rule(table, study)
    for name, gives in zip(KNOWN, (room, most), strict=True):
        hours[name] = best_by_manager(table, gives)
    for name, factor in zip(OFF, (0.5, 2.0), strict=True):
        hours[name] = best_by_manager(table.assign(scale=factor * table["scale"]), table["potential_gain"])
    wins = {SHARE: hours.apply(lambda own: won(truth, own, margin).sum())}
    wins[HEADROOM] = hours.apply(lambda own: gain(room * most.sum() / room.sum(), truth["kappa"], own).sum())
    wins[FLAT] = hours.sum() * wins[SHARE][TODAY] / (hours[TODAY].sum() or 1.0)
    expected = hours.apply(lambda own: gain(table["potential_gain"], table["scale"], own).sum())
    laws = [pd.DataFrame({"law": law, "expected": expected, "truth": wins[law]}) for law in LAWS]
    return pd.concat(laws).rename_axis("rule").reset_index()


def won(truth: pd.DataFrame, hours: pd.Series, margin: float) -> pd.Series:
    """What hours win in truth: margin on the balances that a year of them adds, CNY a year.

    The share of wallet s rises on the logit scale by beta · h / (h + kappa), as in :mod:`crmlib.book.dynamics`.
    """
    share, kappa = truth["share_of_wallet"], truth["kappa"]
    lift = np.expm1(truth["hours_response"] * (1 - kappa / (hours + kappa)))
    more = share * (1 - share) * lift / (1 + share * lift)
    return margin * (truth["wallet_deposits"] + truth["wallet_loans"]) * more


@needs()
def against_today(results: pd.DataFrame, law: str = SHARE) -> pd.DataFrame:
    """Each rule beside today's hours over all books, the best under a law first, today's before its equals.

    Parameters
    ----------
    results : DataFrame
        From :func:`crmlib.seeds.hour_trial`.
    law : str
        One of LAWS.

    Returns
    -------
    DataFrame
        Index rule; expected, expected_low, expected_high, truth, truth_low, truth_high: gain over today's as a share,
        mean, least and most of the books where today's win anything, missing where there is none; beats_today,
        beats_class, behind_today: books in which it wins more, more than the class rule, and less.
    """
    wide = results[results["law"] == law].pivot_table(["expected", "truth"], "seed", "rule")
    columns = {}
    for measure in ("expected", "truth"):
        today = wide[measure][TODAY]
        more = (wide[measure].div(today.where(today > 0), axis=0) - 1).round(9) + 0.0
        columns |= {measure: more.mean(), f"{measure}_low": more.min(), f"{measure}_high": more.max()}
    for name, rule in (("beats_today", TODAY), ("beats_class", CLASS_RULE)):
        columns[name] = wide["truth"].gt(wide["truth"][rule] * (1 + TOLERANCE), axis=0).sum()
    columns["behind_today"] = wide["truth"].lt(wide["truth"][TODAY] * (1 - TOLERANCE), axis=0).sum()
    table = pd.DataFrame(columns)
    order = table.assign(stays=table.index == TODAY).sort_values(["truth", "stays"], ascending=False, kind="stable")
    return order.drop(columns="stays")


@needs()
def by_law(results: pd.DataFrame) -> pd.DataFrame:
    """:func:`against_today` under every law, index (law, rule)."""
    return pd.concat({law: against_today(results, law) for law in LAWS}, names=["law"])


@needs()
def followable(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`against_today` whose rule a bank can follow, the best on the truth first."""
    return table[~table.index.isin([*KNOWN, *OFF])]


def survivor(laws: pd.DataFrame | Absent, books: int | Absent) -> str:
    """The rule to follow, as it stands under every law; today's hours where none does, or where none could be tried.

    A rule stands that is ahead of today's hours in nine of ten books both if response follows headroom and if it
    follows the share held, and behind in none if every hour wins the same. Of these it is the one that wins most under
    the law that is worse for it.

    Parameters
    ----------
    laws : DataFrame or absent
        From :func:`by_law`.
    books : int or absent
        Books on which the rules were tried.
    """
    if not is_known(laws):
        return TODAY
    room, held, flat = (followable(laws.loc[law]).sort_index() for law in LAWS)
    ahead = np.minimum(room["beats_today"], held["beats_today"]) >= MOST * books
    least = np.minimum(room["truth"], held["truth"])[ahead & (flat["behind_today"] == 0)]
    return least.idxmax() if len(least) else TODAY
