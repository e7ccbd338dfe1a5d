"""Countermeasures: for each problem of today's management, what is done, by whom, and when it counts as solved."""

from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml
from pydantic import Field

from crmlib.errors import CrmError
from crmlib.strategy.actions import Step


class Countermeasure(Step):
    """What answers one problem."""

    better: Literal["lower", "higher"] = Field(description="On which side of the threshold the branch must come.")


@cache
def answers() -> dict[str, Countermeasure]:
    """The packaged countermeasures, by problem."""
    text = Path(__file__).with_name("countermeasures.yaml").read_text(encoding="utf-8")
    return {key: Countermeasure.model_validate(value) for key, value in yaml.safe_load(text).items()}


def countermeasures(problems: pd.DataFrame) -> pd.DataFrame:
    """One countermeasure for each problem, its success measured by the problem's own statistic.

    Parameters
    ----------
    problems : DataFrame
        As chapter 4 hands it over: ``problem`` (key), ``title``, ``statistic`` (in words), ``value``, ``threshold``,
        ``holds`` (whether it is a problem).

    Returns
    -------
    DataFrame
        One row a problem, those that hold first and otherwise in the order given: the columns above, then headline,
        steps, owner, days, target (the threshold), better (lower or higher) and gap (value less target).

    Raises
    ------
    CrmError
        If a problem has no countermeasure (names it).
    """
    known = answers()
    if lost := [key for key in problems["problem"] if key not in known]:
        raise CrmError(f"every problem needs a countermeasure: {', '.join(lost)} have none. Known: {', '.join(known)}.")
    answered = [known[key] for key in problems["problem"]]
    rows = pd.DataFrame([{**each.model_dump(), "steps": "; ".join(each.steps)} for each in answered])
    kept = problems[["problem", "title", "statistic", "value", "threshold", "holds"]].reset_index(drop=True)
    table = kept.join(rows.reindex(columns=["headline", "steps", "owner", "days", "better"]))
    table = table.assign(target=table["threshold"], gap=table["value"] - table["threshold"])
    return table.sort_values("holds", ascending=False, kind="stable", ignore_index=True)
