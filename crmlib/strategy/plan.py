"""The plan of actions: what is done by class and stage, what replaces it, and what is done about each problem.

A study's ``actions.yaml`` holds it; what it does not name is as in the packaged plan, that of a bank's branch. Names
and steps that ``words`` does not know are shown as the study writes them.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crmlib.book import Book
from crmlib.errors import did_you_mean
from crmlib.strict_yaml import read_yaml, refusal
from crmlib.study import ACTIONS, Label, Study
from crmlib.words.texts import has

DONE = "done"
"""Measure of success where the book cannot tell the action's own: that it was done in time."""
PACKAGED = Path(__file__).with_name(ACTIONS)


class Task(BaseModel):
    """Something to be done: its steps, its owner and its deadline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Label, ...] = Field(min_length=1, description="What is done, in order: texts of words, or as written.")
    owner: Label = Field(description="Who is answerable.")
    days: int = Field(gt=0, description="Days from the as-of date until it is done.")


class Action(Task):
    """One cell of the table of actions."""

    key: Label = Field(description="Its name: a text of words, or as written.")
    stake: str = Field(pattern="^(keep|grow|cut|risk)$", description="What is at stake, see `value_at_stake`.")
    measure: Label | None = Field(None, description="How success is measured; by default the text of the key.")
    needs: tuple[str, ...] = Field((), description="Tables and columns without which the book cannot tell that.")


class ActionPlan(BaseModel):
    """Every action: the standard by quadrant and stage, what may replace it, and what answers each problem."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cells: dict[str, dict[str, Action]]
    instead: dict[str, Action]
    countermeasures: dict[str, Task]

    def all(self) -> dict[str, Action]:
        """Actions by key."""
        standard = (action for row in self.cells.values() for action in row.values())
        return {action.key: action for action in (*standard, *self.instead.values())}

    def success(self, book: Book | None = None) -> dict[str, str]:
        """How the success of each action is measured, by key; that it was done where a book cannot tell more."""
        return {
            key: action.measure or (key if has(f"names.measure.{key}") else DONE)
            if book is None or not book.lacks(*action.needs) else DONE
            for key, action in self.all().items()
        }  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Write it as JSON, as a run keeps it."""
        Path(path).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> "ActionPlan":
        """What :meth:`save` wrote; the packaged plan where a run has none."""
        return ActionPlan.model_validate_json(path.read_bytes()) if path.is_file() else ActionPlan(**_packaged())


def action_plan(study: Study | None = None) -> ActionPlan:
    """The plan of a study; the packaged one where it has none.

    Raises
    ------
    SettingsError
        For every name that is unknown, with the nearest right one, and every value that is not allowed.
    """
    path = study.actions_file if study else None
    given = (read_yaml(path) or {}) if path else {}
    faults = [*_unknown(given, _allowed())]
    if not faults:
        try:
            return ActionPlan(**_merged(_packaged(), given))
        except ValidationError as error:
            faults = [(item["loc"], f"{item['msg']}, found {item['input']!r}.") for item in error.errors()]
    raise refusal(path, faults)


@cache
def _packaged() -> dict[str, Any]:
    return yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))


def _allowed() -> dict[str, Any]:
    """Names that a file may hold: those of the packaged plan, and in each task the fields of its kind."""
    plan = _packaged()
    action, task = dict.fromkeys(Action.model_fields), dict.fromkeys(Task.model_fields)
    return {
        "cells": {quadrant: dict.fromkeys(row, action) for quadrant, row in plan["cells"].items()},
        "instead": dict.fromkeys(plan["instead"], action),
        "countermeasures": dict.fromkeys(plan["countermeasures"], task),
    }


def _unknown(given: Any, allowed: Mapping[str, Any], above: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Places under names that there are not, and what stands where names must."""
    if not isinstance(given, Mapping):
        yield above, f"{'.'.join(above) or 'the file'} must hold some of {', '.join(allowed)}."
        return
    for key, value in given.items():
        where = (*above, key)
        if key not in allowed:
            near = did_you_mean(str(key), allowed)
            yield where, f"{'.'.join(map(str, where))} is unknown.{near} Allowed: {', '.join(allowed)}."
        elif allowed[key]:
            yield from _unknown(value, allowed[key], where)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A plan with what another says in its place; a task is replaced whole."""
    return {
        key: _merged(own, over[key]) if key in over and "steps" not in own else over.get(key, own)
        for key, own in base.items()
    }
