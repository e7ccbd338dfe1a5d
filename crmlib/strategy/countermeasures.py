"""Countermeasures: for each problem of today's management, what is done, by whom, and when it counts as solved."""

from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from crmlib.errors import CrmError
from crmlib.strategy.actions import Task

MEASURED = ("problem", "title", "statistic", "unit", "value", "threshold", "direction", "holds")
"""Columns of the table of problems that are read."""


@cache
def packaged_countermeasures() -> dict[str, Task]:
    """The packaged countermeasures, by problem."""
    text = Path(__file__).with_name("countermeasures.yaml").read_text(encoding="utf-8")
    return {key: Task.model_validate(value) for key, value in yaml.safe_load(text).items()}


def countermeasure_table(problems: pd.DataFrame) -> pd.DataFrame:
    """One countermeasure for each problem, its success measured by the problem's own statistic.

    Parameters
    ----------
    problems : DataFrame
        As chapter 4 hands it over: ``problem`` (key), ``title``, ``statistic`` (in words), ``unit`` (share or
        correlation), ``value``, ``threshold``, ``direction`` (``at most`` or ``at least``: no problem on that side),
        ``holds`` (whether it is a problem).

    Returns
    -------
    DataFrame
        One row a problem, those that hold first and otherwise in the order given: the columns above, then headline,
        steps, owner, days, and success (the statistic and the threshold that it must reach, in words).

    Raises
    ------
    CrmError
        If a problem has no countermeasure (names it).
    """
    known = packaged_countermeasures()
    if lost := [key for key in problems["problem"] if key not in known]:
        raise CrmError(f"every problem needs a countermeasure: {', '.join(lost)} have none. Known: {', '.join(known)}.")
    answered = [known[key] for key in problems["problem"]]
    rows = pd.DataFrame([{**each.model_dump(), "steps": "; ".join(each.steps)} for each in answered])
    kept = problems[list(MEASURED)].reset_index(drop=True)
    table = kept.join(rows.reindex(columns=["headline", "steps", "owner", "days"]))
    table["success"] = [_success(row) for row in kept.to_dict("records")]
    return table.sort_values("holds", ascending=False, kind="stable", ignore_index=True)


def _success(problem: dict) -> str:
    share = problem["unit"] == "share"
    target = f"{problem['threshold'] * 100:.0f} %" if share else f"{problem['threshold']:.2f}"
    return f"{problem['statistic']}: {problem['direction']} {target}"
