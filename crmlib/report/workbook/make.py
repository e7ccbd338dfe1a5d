"""The workbook of a finished run, ``customers.xlsx``: what a branch works with when the report is read.

Summary, customer card, all customers, a list for each relationship manager, the pilot, contributions, settings and
definitions.
"""

import datetime as dt
from pathlib import Path

from crmlib.report.digest import Digest
from crmlib.report.workbook import sheets
from crmlib.report.workbook.card import Card
from crmlib.report.workbook.paper import Paper
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
    digest = Digest(run)
    created = dt.datetime.fromisoformat(str(run.study.as_of))
    paper = Paper(target, digest.voice, {"title": digest.title, "created": created})
    table = digest.told.rename_axis("customer_id").reset_index()
    table = table.sort_values("total", ascending=False, kind="stable")
    summary(paper, digest)
    sheet = paper.sheet(paper.word("workbook.card"))
    places = sheets.customers_sheet(paper, table)
    sheets.manager_sheets(paper, table)
    sheets.pilot_sheet(paper, run, table)
    contributions = run.table("contributions")
    card = Card(paper, sheet, places, table.merge(contributions, on="customer_id").iloc[0], digest)
    card.write(sheets.points_sheet(paper, contributions, digest))
    sheets.settings_sheet(paper, digest)
    sheets.definitions_sheet(paper, digest)
    paper.book.close()
