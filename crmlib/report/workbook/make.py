"""The workbook of a finished run, ``customers.xlsx``: what a branch works with when the report is read.

Summary, customer card, all customers, a list for each relationship manager, the pilot, contributions, settings and
definitions.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from crmlib.reference import flow, settings_reference
from crmlib.report.digest import Digest
from crmlib.report.workbook.card import Card
from crmlib.report.workbook.paper import Paper
from crmlib.report.workbook.summary import summary
from crmlib.runs import Run
from crmlib.strategy.actions import named_lists
from crmlib.study import flatten
from crmlib.words.table import named
from crmlib.words.texts import LANGUAGES, texts

_A3 = 8
"""Number of the paper size in the file format."""
CUSTOMERS = (
    "customer_id", "name", "rm_id", "size", "total", "current", "potential", "class", "class_last_year", "stage",
    "sure", "action", "owner", "due", "stake", "value_at_stake", "eva", "clv", "mean_deposits", "mean_loan", "headroom",
    "hours", "measure", "reason",
)  # fmt: skip
"""Columns of all customers; on paper the last two, of sentences, would make all others too small to read."""
LIST = (
    "rank", "customer_id", "name", "class", "stage", "action", "owner", "due", "stake", "value_at_stake", "measure",
    "reason",
)  # fmt: skip
"""Columns of the list of a relationship manager."""
LISTED = ("rm_id", "customer_id", "name", "class", "arm", "hours_now", "extra_hours")
"""Columns of the pilot."""
_DEFINED = (("names", ("class", "stage", "stake_of")), ("terms", ("",)))
"""Files of texts, and groups in them, whose names are shown in the other language too, with their source."""
_WAYS = {"benefit": "benefit", "cost": "cost_direction"}


def workbook(run: Run, target: Path) -> None:
    """Write the workbook; the same run gives the same bytes.

    Parameters
    ----------
    run : Run
        A finished run; what it does not have, such as managers or money, leaves its sheets and columns out.
    target : Path
        The file.
    """
    digest = Digest(run)
    created = dt.datetime.fromisoformat(str(run.study.as_of))
    paper = Paper(target, digest.voice, {"title": digest.title, "created": created})
    table = digest.told.rename_axis("customer_id").reset_index()
    table = table.sort_values("total", ascending=False, kind="stable")
    summary(paper, digest)
    sheet = paper.sheet(paper.word("workbook.card"))
    places = customers_sheet(paper, table)
    manager_sheets(paper, table)
    pilot_sheet(paper, run, table)
    contributions = run.table("contributions")
    card = Card(paper, sheet, places, table.merge(contributions, on="customer_id").iloc[0], digest)
    card.write(points_sheet(paper, contributions, digest))
    settings_sheet(paper, digest)
    definitions_sheet(paper, digest)
    paper.book.close()


def customers_sheet(paper: Paper, table: pd.DataFrame) -> dict[str, str]:
    """All graded customers; returns the range of each column for formulas."""
    table = table[[column for column in CUSTOMERS if column in table]]
    sheet = paper.sheet(paper.word("workbook.customers"))
    sheet.set_paper(_A3)
    sentences = {column: (paper.head(column), "text") for column in ("measure", "reason") if column in table}
    sheet.print_area(0, 0, len(table), table.shape[1] - len(sentences) - 1)
    return paper.table(sheet, 0, table, sentences, still=2)


def manager_sheets(paper: Paper, table: pd.DataFrame) -> None:
    """A sheet for each relationship manager, the most at stake first."""
    if not {"rm_id", "action", "value_at_stake"} <= set(table):
        return
    for manager, own in named_lists(table.set_index("customer_id")).groupby("rm_id"):
        sheet = paper.sheet(str(manager))
        paper.put(sheet, 0, 0, paper.word("workbook.rm_title", rm=manager, n=len(own)), "title")
        paper.put(sheet, 1, 0, paper.word("workbook.rm_note"), "note")
        paper.table(sheet, 3, own[[column for column in LIST if column in own]], still=3)


def pilot_sheet(paper: Paper, run: Run, table: pd.DataFrame) -> None:
    """Who takes part in the pilot of hours, and in which arm; none where the run has no pilot."""
    listed, study = run.rows("pilot"), run.study
    if listed.empty or "rm_id" not in table:
        return
    listed = named(listed, paper.voice)
    names = table.reindex(columns=["customer_id", "name"])
    end = pd.Timestamp(study.as_of) + pd.offsets.MonthEnd(study.strategy.pilot_months)
    sheet = paper.sheet(paper.word("workbook.pilot"))
    paper.put(sheet, 0, 0, paper.word("workbook.pilot_note", seed=str(study.seed), end=end), "note")
    listed = listed.merge(names, how="left", on="customer_id").sort_values(["rm_id", "customer_id"])
    paper.table(sheet, 2, listed[list(LISTED)].dropna(axis="columns", how="all"), still=3)


def points_sheet(paper: Paper, contributions: pd.DataFrame, digest: Digest) -> dict[str, str]:
    """What each indicator adds to the total of each customer; returns the range of each column for formulas."""
    own = {each.code: (f"{each.code} {paper.voice.name('node', each.name)}", "points") for each in digest.indicators}
    sheet = paper.sheet(paper.word("workbook.points"))
    return paper.table(sheet, 0, contributions[["customer_id", *own]], own, still=2)


def settings_sheet(paper: Paper, digest: Digest) -> None:
    """Every setting of the run with its meaning."""
    values = dict(flatten(digest.run.study.settings()))
    rows = [(name, flow(values[name]), meaning) for name, _, _, meaning in settings_reference() if name in values]
    sheet = paper.sheet(paper.word("workbook.settings"))
    paper.put(sheet, 0, 0, paper.word("workbook.settings_note"), "note")
    paper.table(sheet, 2, pd.DataFrame(rows, columns=["setting", "value", "meaning"]), still=1)


def definitions_sheet(paper: Paper, digest: Digest) -> None:
    """Indicators with unit, direction, weight and definition, then classes, stages and terms with their source."""
    voice, sheet = paper.voice, paper.sheet(paper.word("workbook.definitions"))
    indicators = pd.DataFrame({
        "indicator": [f"{each.code} {voice.name('node', each.name)}" for each in digest.indicators],
        "unit": [voice.currency if each.unit == "CNY" else voice.name("unit", each.unit) for each in digest.indicators],
        "direction": [paper.word(f"terms.{_WAYS[each.direction]}") for each in digest.indicators],
        "weight": [each.weight for each in digest.indicators],
        "meaning": [voice.say(each.definition) if each.definition else "" for each in digest.indicators],
    })  # fmt: skip
    paper.table(sheet, 0, indicators, still=1)
    columns = [*sorted(LANGUAGES, key=lambda language: language != voice.language), "source"]
    terms = [
        [each.get(column) for column in columns]
        for file, groups in _DEFINED
        for key, each in texts(file).items()
        if key.startswith(groups) and ("source" in each or key.startswith("stake_of."))
    ]
    heads = [(paper.word(f"workbook.{key}"), "text") for key in ("term", "other", "source")]
    paper.table(
        sheet, len(indicators) + 2, pd.DataFrame(terms, columns=columns), dict(zip(columns, heads, strict=True))
    )
