"""Digest: what a finished run comes to, made once; front page, brief, workbook and terminal only lay it out.

Everything is a value: codes, numbers and messages, which each surface says in its own voice. What a run does not have
is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from crmlib.absent import Absent, is_known
from crmlib.evidence.others import bands, counted
from crmlib.matrix.stages import STAGES
from crmlib.profit import at, risk_unknown
from crmlib.runs import ACTIONS_FILE, Run, notebook_name
from crmlib.stats.intervals import Estimate
from crmlib.stats.shares import Part
from crmlib.strategy.actions import UNSTAGED, action_table
from crmlib.strategy.plan import ActionPlan
from crmlib.words.messages import Message, from_json, say
from crmlib.words.numbers import known
from crmlib.words.sentences import fill, method, without
from crmlib.words.table import named
from crmlib.words.texts import has
from crmlib.words.voice import Voice

MEASURES = ("customers", "eva", "hours", "mean_deposits", "mean_loan", "headroom")
"""What the classes hold, in the order shown."""
FINDINGS = (
    ("structure", "finding"), ("problems", "finding"), ("scores", "finding"), ("matrix", "finding"),
    ("strategy", "finding"), ("evidence", "weightings"),
)  # fmt: skip
"""What the branch should know first: chapter and name of what it said."""
SURENESS = (
    ("evidence", "out_of_time"), ("evidence", "criterion"), ("evidence", "choices"), ("matrix", "matrix"),
    ("evidence", "clusters"), ("evidence", "outcome"),
)  # fmt: skip
"""How sure all of it is, the weakest points included."""

HEADLINES = {
    "book.eva": "money", "book.eva_realised": "money", "structure.deposits_top_share": "percent",
    "structure.eva_negative": "whole", "problems.product_penetration": "percent",
    "problems.underpriced_loans": "percent", "problems.raroc": "percent", "scores.middle_share": "percent",
    "model.headroom": "money", "evidence.best_class_share_of_eva": "percent", "evidence.tau_b": "fixed",
    "evidence.middle_gain": "money", "strategy.lifetime_value": "money", "strategy.may_leave": "money",
}  # fmt: skip
"""Key numbers that the first screen rests on, and how they are shown; those of money are kept in 万元."""


class ClassCard(NamedTuple):
    """A class: its place among the quadrants, its name, and what it holds by measure."""

    place: int
    name: str
    held: dict[str, Part]

    @property
    def customers(self) -> int:
        """Number of its customers."""
        return int(self.held["customers"].amount)


class CallList(NamedTuple):
    """Customers to call first: kind (save, grow), the key of a note, the column of the amount, and who."""

    kind: str
    note: str
    amount: str
    customers: pd.DataFrame


class Cell(NamedTuple):
    """Standard action of a class and stage, and how many customers are there."""

    action: str
    owner: str
    days: int
    stake: str
    customers: int


class Indicator(NamedTuple):
    """An indicator: code, name, axis (its name), weight in the total, unit, direction, key of its definition."""

    code: str
    name: str
    axis: str
    weight: float
    unit: str
    direction: str
    definition: str


class Quote(NamedTuple):
    """What a chapter said at a place: its messages, and the notebook and name of that place."""

    messages: list[Message]
    notebook: str
    name: str


@dataclass(frozen=True)
class Digest:
    """What a finished run comes to.

    Attributes
    ----------
    run : Run
    """

    run: Run

    @cached_property
    def voice(self) -> Voice:
        """Language and unit of money of the report, as plain text."""
        return self.run.study.voice

    @property
    def title(self) -> str:
        """Title of the study."""
        return self.voice.name("title", self.run.study.title)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Every graded customer, in codes and numbers; see :func:`people`."""
        return people(self.run)

    @cached_property
    def told(self) -> pd.DataFrame:
        """The same customers with names in place of codes, and what success of the action is."""
        measure = self.customers.get("measure", self.customers.get("action"))
        customers = self.customers.assign(measure=measure).dropna(axis="columns", how="all")
        return named(customers, self.voice, measure="name measure")

    @cached_property
    def cards(self) -> list[ClassCard]:
        """The four classes, the best first."""
        rows = self.run.table("profile").groupby("class", sort=False)
        held = {name: {row.measure: Part(row.total, row.share) for row in own.itertuples()} for name, own in rows}
        return [ClassCard(place, name, held[name]) for place, name in enumerate(self.run.classes)]

    @property
    def measures(self) -> list[str]:
        """Those of :data:`MEASURES` that the run knows."""
        return [measure for measure in MEASURES if measure in self.cards[0].held]

    def held(self, card: ClassCard, measure: str) -> str:
        """What a class holds of a measure, as a share or in money; a dash where no class holds any."""
        anything = any(each.held[measure].amount for each in self.cards)
        return self.voice.say("common.held" if anything else None, part=card.held[measure])

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of relationships; none where the run knows none."""
        return STAGES if "stage" in self.customers else ()

    @cached_property
    def actions(self) -> ActionPlan:
        """The plan of actions that the run was made with."""
        return ActionPlan.load(self.run.path / ACTIONS_FILE)

    def plan(self) -> dict[str, list[Cell]]:
        """The standard action of every class, by stage, with its customers."""
        stage = self.customers["stage"] if self.stages else pd.Series(UNSTAGED, self.customers.index)
        counts = self.customers.groupby(["class", stage]).size()
        table = action_table(self.run.labels, self.actions).set_index(["class", "stage"])
        standard = table[["action", "owner", "days", "stake"]]
        stages = self.stages or (UNSTAGED,)
        return {
            name: [Cell(*standard.loc[name, each], int(counts.get((name, each), 0))) for each in stages]
            for name in self.run.classes
        }

    @property
    def overrides(self) -> int:
        """Customers whose own facts replace the standard action."""
        acted = self.customers
        return int((acted["standard"] != acted["action"]).sum()) if "action" in acted else 0

    def call_first(self) -> Iterator[CallList]:
        """Whom to call first, the most at stake first; nobody where no amount at stake is known."""
        if "value_at_stake" not in self.customers:
            return
        ordered = self.customers.sort_values("value_at_stake", ascending=False, kind="stable")
        saves, keep = self.run.rows("save_list"), ordered[ordered["stake"] == "keep"]
        falling = keep[keep["stage"] == "decline"] if self.stages else keep.iloc[:0]
        if len(saves):
            chance = saves.set_index("customer_id")[["loss", "would_go"]]
            yield CallList("save", "brief.leave_note", "would_go", chance.join(self.customers))
        else:
            note, who = ("brief.save_note", falling) if len(falling) else ("brief.keep_note", keep)
            yield CallList("save", note, "value_at_stake", who)
        yield CallList("grow", "brief.grow_note", "value_at_stake", ordered[ordered["stake"] == "grow"])

    def rows(self, table: str) -> list[tuple]:
        """Rows of a table of the run, such as ``countermeasures`` or ``claims``; none where it is absent."""
        return list(self.run.rows(table).itertuples(index=False))

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators of the value model, by axis in the order of the tree."""
        tree, weights = self.run.scorer.model.tree, self.run.table("weights").set_index("code")["weight"]
        return [
            Indicator(code, tree[code].name, tree[axis].name, weights[code], tree[code].unit, tree[code].direction,
                      _definition(tree[code].formula))
            for axis in tree.axes
            for code in tree.leaves_of(axis)
        ]  # fmt: skip

    @property
    def findings(self) -> list[Quote]:
        """What was found, in the words of the chapters."""
        return self._said(FINDINGS)

    @property
    def sureness(self) -> list[Quote]:
        """How sure it is, in the words of the chapters."""
        return self._said(SURENESS)

    def method(self) -> list[tuple[str, Message]]:
        """How the run came to its results: key of a heading, and a message."""
        return list(method.steps(self))

    @property
    def notes(self) -> list[Message]:
        """What a reader must know first: simulated customers, what the book lacks, what does not count."""
        absent = list(self.run.study.book.absent)
        notes = [say("brief.simulated")] * self.run.book.simulated + [say("brief.absent", what=absent)] * bool(absent)
        unknown = without(risk_unknown(at(self.run.table("profit"), pd.Timestamp(self.run.study.as_of))))
        return [*notes, *unknown, *self.run.uncounted]

    @cached_property
    def bands(self) -> pd.DataFrame | Absent:
        """Between which values headline numbers lie on other books; see :func:`crmlib.evidence.others.bands`."""
        return bands(self.run.table("other_books"))

    def beside_others(self) -> Iterator[tuple[str, Message]]:
        """The headline numbers, each with the bounds within which it lies on other books; none beside a real book."""
        for name, how in HEADLINES.items():
            if is_known(self.bands) and name in self.bands.index and known(own := self.number(name)):
                value = Estimate(float(own), *self.bands.loc[name, ["low", "high"]])
                yield name, say(f"brief.as_{how}", value=[1e4 * each for each in value] if how == "money" else value)

    @cached_property
    def counts(self) -> dict[str, Message]:
        """On how many other books each claim is supported, by claim; empty beside a real book."""
        rows = counted(self.run.table("other_books"), self.run.table("claims"))
        each = rows.itertuples() if is_known(rows) else ()
        return {row.claim: fill("evidence.on_others", row) for row in each}

    def number(self, name: str) -> object:
        """A key number by ``chapter.name``; None where the run does not have it."""
        return self.run.numbers.get(name, {}).get("value")

    def _said(self, places: tuple[tuple[str, str], ...]) -> list[Quote]:
        kept = ((self.run.results(chapter).get("said", {}).get(name), chapter, name) for chapter, name in places)
        return [Quote(from_json(said), notebook_name(chapter), name) for said, chapter, name in kept if said]


def _definition(formula: str | None) -> str:
    """Key of the definition of a built-in formula; a study's own indicator has none."""
    key = f"names.definition.{formula}"
    return key if has(key) else ""


def people(run: Run) -> pd.DataFrame:
    """Every graded customer.

    Parameters
    ----------
    run : Run
        A finished run.

    Returns
    -------
    DataFrame, index customer_id
        name, rm_id, size, class, class_last_year, stage, current, potential, total, action and standard (codes), owner,
        due, stake, value_at_stake, reason_class, reason_stage, reason_action, reason, eva, clv, mean_deposits,
        mean_loan, hours, headroom (CNY and hours a year) and sure (share of weightings that keep the class); those that
        the run knows.
    """
    classes = run.table("classes").set_index("customer_id")
    actions = (
        "action standard owner due stake measure value_at_stake reason_class reason_stage reason_action reason eva clv"
    )
    sure = _columns(run.rows("acceptability"), "experts").rename(columns={"experts": "sure"})
    parts = [
        run.book.customers.set_index("customer_id").reindex(columns=["name", "rm_id", "size"]),
        _columns(run.rows("actions"), actions),
        _columns(_now(run.rows("profit")), "mean_deposits mean_loan hours eva"),
        _headroom(run),
        sure,
    ]
    for part in parts:
        classes = classes.join(part[part.columns.difference(classes.columns, sort=False)])
    return classes.dropna(axis="columns", how="all")


def _columns(table: pd.DataFrame, columns: str) -> pd.DataFrame:
    """Some columns of a table by customer; none where there is no table."""
    return table.set_index("customer_id").reindex(columns=columns.split()) if "customer_id" in table else pd.DataFrame()


def _now(profit: pd.DataFrame) -> pd.DataFrame:
    """The last window of the profit table."""
    return profit[profit["as_of"] == profit["as_of"].max()] if "as_of" in profit else profit


def _headroom(run: Run) -> pd.DataFrame:
    """Wallet headroom among the indicators, where the tree has it."""
    leaf = run.scorer.model.tree.leaf_with("wallet_headroom")
    return run.indicators()[[leaf]].set_axis(["headroom"], axis="columns") if leaf else pd.DataFrame()
