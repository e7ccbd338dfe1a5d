"""Countermeasures: for each problem of today's management, what is done, by whom, and when it counts as solved."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from crmlib.absent import Lacking, needs
from crmlib.errors import CrmError
from crmlib.strategy.actions import Task
from crmlib.words.sentences.actions import steps, success

MEASURED = ("problem", "unit", "value", "threshold", "direction", "holds")
"""Columns of the table of problems that are read."""


@cache
def packaged_countermeasures() -> dict[str, Task]:
    """The packaged countermeasures, by problem."""
    text = Path(__file__).with_name("countermeasures.yaml").read_text(encoding="utf-8")
    return {key: Task.model_validate(value) for key, value in yaml.safe_load(text).items()}


@needs()
def countermeasure_table(problems: pd.DataFrame) -> pd.DataFrame:
    """One countermeasure for each problem, its success measured by the problem's own statistic.

    Parameters
    ----------
    problems : DataFrame
        As chapter 4 hands it over: ``problem``, ``unit`` (share or correlation), ``value``, ``threshold``,
        ``direction`` (``at most`` or ``at least``: no problem on that side), ``holds`` (whether it is a problem).

    Returns
    -------
    DataFrame
        One row a problem, those that hold first and otherwise in the order given: the columns above, owner and days.

    Raises
    ------
    CrmError
        If a problem has no countermeasure (names it).
    """
    known = packaged_countermeasures()
    if lost := [key for key in problems["problem"] if key not in known]:
        raise CrmError(f"every problem needs a countermeasure: {', '.join(lost)} have none. Known: {', '.join(known)}.")
    if problems.empty:
        raise Lacking("strategy.no_problem_measured")
    tasks = [known[key] for key in problems["problem"]]
    table = problems[list(MEASURED)].reset_index(drop=True)
    table = table.assign(owner=[task.owner for task in tasks], days=[task.days for task in tasks])
    return table.sort_values("holds", ascending=False, kind="stable", ignore_index=True)


@needs()
def explained_countermeasures(table: pd.DataFrame, as_of: pd.Timestamp, labels: Mapping[str, str]) -> pd.DataFrame:
    """Countermeasures for people: problem, holds, answer, steps, owner, deadline, success."""
    known, lowest = packaged_countermeasures(), labels["low_low"]
    told = table.assign(
        answer=table["problem"],
        steps=[steps(known[key].steps, lowest) for key in table["problem"]],
        deadline=as_of + pd.to_timedelta(table["days"], unit="D"),
        success=[success(row) for row in table.to_dict("records")],
    )
    return told[["problem", "holds", "answer", "steps", "owner", "deadline", "success"]]


@needs()
def weight_without_problem(table: pd.DataFrame, weights: pd.DataFrame, indicators: pd.DataFrame) -> float:
    """Weight of the value model that answers problems which do not show."""
    used, quiet = weights[weights["code"].isin(indicators.columns)], table.loc[~table["holds"], "problem"]
    return float(used.loc[used["answers"].isin(quiet), "weight"].sum())
