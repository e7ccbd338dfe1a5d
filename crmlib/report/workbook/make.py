"""The workbook of a finished run, ``customers.xlsx``: what a branch works with when the report is read.

Summary, customer card, all customers, a list for each relationship manager, contributions, settings and definitions.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from crmlib.report.findings import findings
from crmlib.report.people import people, told
from crmlib.report.terms import say
from crmlib.report.workbook.card import Card
from crmlib.report.workbook.customers import customers_sheet, manager_sheets
from crmlib.report.workbook.paper import Paper
from crmlib.report.workbook.reference import definitions_sheet, points_sheet, settings_sheet
from crmlib.report.workbook.summary import summary
from crmlib.runs import Run


def workbook(run: Run, target: Path) -> None:
    """Write the workbook; the same run gives the same bytes.

    Parameters
    ----------
    run : Run
        A finished run; what it does not have, such as managers or money, leaves its sheets and columns out.
    target : Path
        The file.
    """
    study, language, as_of = run.study, run.study.language, f"{run.study.as_of}"
    title, created = say(study.title, language), dt.datetime.fromisoformat(as_of)
    paper = Paper(target, language, run.money_unit, {"title": title, "created": created})
    known = people(run).rename_axis("customer_id").reset_index().sort_values("total", ascending=False, kind="stable")
    table = told(known, language)
    notes = [f"{paper.word('term.as_of')} {as_of}", paper.word("workbook.money_note", unit=run.money_unit)]
    notes += [paper.word("finding.simulated")] if run.book.simulated else []
    classes = list(run.classes)
    summary(paper, title, notes, findings(run, language), known, classes)
    sheet = paper.sheet(paper.word("workbook.card"))
    _, places = customers_sheet(paper, table)
    manager_sheets(paper, table)
    points, contributions = _points(run, paper)
    first = table.merge(contributions, on="customer_id").iloc[0]
    names = dict(zip(points["code"], points["name"], strict=True))
    card = Card(paper, sheet, places, first, run.cuts)
    card.write(points, points_sheet(paper, contributions, names))
    settings_sheet(paper, study.flat())
    definitions_sheet(paper, run.rows("weights"), _formulas(run))
    paper.book.close()


def _points(run: Run, paper: Paper) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The indicators with their axis and weight, and what each adds to the total of each customer."""
    weights = run.rows("weights").set_index("code")
    contributions = run.rows("contributions")
    codes = list(contributions.columns[1:])
    rows = []
    for code in codes:
        axis = code
        while weights["parent"].get(axis, "value") != "value":
            axis = weights["parent"][axis]
        name, weight = paper.say(weights["name"][code]), weights["weight"][code]
        rows.append((code, name, paper.say(weights["name"][axis]), weight))
    return pd.DataFrame(rows, columns=["code", "name", "axis", "weight"]), contributions


def _formulas(run: Run) -> dict[str, str]:
    """Formula of each indicator of the run's tree, where it is a built-in one."""
    return {node.code: node.formula for node in run.scorer.model.tree.nodes}
