from pathlib import Path

import crmlib
from crmlib.report.digest import Digest
from crmlib.report.site.api import api
from crmlib.runs import Run


def test_every_room_and_public_function_is_described_without_marks(site_run):
    page = "\n".join(api(Digest(Run(site_run))))
    root = Path(crmlib.__file__).parent
    rooms = {path.relative_to(root).with_suffix("").parts[0] for path in root.rglob("[!_]*.py")}
    assert {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")} == rooms
    assert "<b>fit_cut</b>" in page and "Halfway" not in page.partition("<b>fit_cut</b>")[0]
    assert ":meth:" not in page and "<b>_cut</b>" not in page
