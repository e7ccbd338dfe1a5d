"""Countermeasures: for each problem of today's management that shows, what is done, by whom, and when it is solved.

Where no problem shows nothing is countered, so that every target is one that today's statistic misses.
"""

from collections.abc import Mapping

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.errors import CrmError
from crmlib.strategy.plan import ActionPlan
from crmlib.words.sentences.actions import steps, success

MEASURED = ("problem", "unit", "value", "threshold", "direction", "holds")
"""Columns of the table of problems that are read."""


@needs()
def countermeasure_table(problems: pd.DataFrame, chosen: ActionPlan) -> pd.DataFrame:
    """One countermeasure for each problem that shows, its success measured by the problem's own statistic.

    Parameters
    ----------
    problems : DataFrame
        As chapter 4 hands it over: ``problem``, ``unit`` (share or correlation), ``value``, ``threshold``,
        ``direction`` (``at most`` or ``at least``: no problem on that side), ``holds`` (whether it is a problem).
    chosen : ActionPlan
        What is done about each.

    Returns
    -------
    DataFrame
        One row a problem that holds, in the order given: the columns above, owner and days. Absent where none does.

    Raises
    ------
    CrmError
        If a problem has no countermeasure (names it).
    """
    known = chosen.countermeasures
    if lost := [key for key in problems["problem"] if key not in known]:
        raise CrmError(f"every problem needs a countermeasure: {', '.join(lost)} have none. Known: {', '.join(known)}.")
    if not problems["holds"].any():
        raise Lacking("strategy.no_problem_measured" if problems.empty else "strategy.no_problem_shows")
    table = problems.loc[problems["holds"], list(MEASURED)].reset_index(drop=True)
    tasks = [known[key] for key in table["problem"]]
    return table.assign(owner=[task.owner for task in tasks], days=[task.days for task in tasks])


@needs()
def explained_countermeasures(
    table: pd.DataFrame, chosen: ActionPlan, as_of: pd.Timestamp, labels: Mapping[str, str]
) -> pd.DataFrame:
    """Countermeasures for people: problem, answer, steps, owner, deadline, success."""
    known, lowest = chosen.countermeasures, labels["low_low"]
    told = table.assign(
        answer=table["problem"],
        steps=[steps(known[key].steps, lowest) for key in table["problem"]],
        deadline=as_of + pd.to_timedelta(table["days"], unit="D"),
        success=[success(row) for row in table.to_dict("records")],
    )
    return told[["problem", "answer", "steps", "owner", "deadline", "success"]]


@needs()
def weight_without_problem(problems: pd.DataFrame, weights: pd.DataFrame, indicators: pd.DataFrame) -> float:
    """Weight of the value model that answers problems which do not show."""
    used, quiet = weights[weights["code"].isin(indicators.columns)], problems.loc[~problems["holds"], "problem"]
    return float(used.loc[used["answers"].isin(quiet), "weight"].sum())
