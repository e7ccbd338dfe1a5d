from pathlib import Path

import pytest

from crmlib.report.workbook.make import workbook
from crmlib.runs import Run


@pytest.fixture(scope="session")
def filled(report_run, tmp_path_factory) -> tuple[Run, Path]:
    """A run and its workbook, as written: nothing has recalculated a formula."""
    path = tmp_path_factory.mktemp("workbook") / "customers.xlsx"
    workbook(Run(report_run), path)
    return Run(report_run), path
