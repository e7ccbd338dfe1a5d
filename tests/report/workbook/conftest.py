from pathlib import Path

import pytest

from crmlib.report.digest import Digest
from crmlib.report.workbook.make import workbook
from crmlib.runs import Run


@pytest.fixture(scope="session")
def filled(jd_run, tmp_path_factory) -> tuple[Digest, Path]:
    """The digest of a run and its workbook, as written: nothing has recalculated a formula."""
    path = tmp_path_factory.mktemp("workbook") / "customers.xlsx"
    workbook(Run(jd_run.path), path)
    return Digest(Run(jd_run.path)), path
