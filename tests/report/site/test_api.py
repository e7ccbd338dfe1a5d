from pathlib import Path

import crmlib
from crmlib.report.site.api import api
from crmlib.words.voice import Voice


def test_every_room_and_public_function_is_described_without_marks():
    page = "\n".join(api(Voice()))
    rooms = {path.stem for path in Path(crmlib.__file__).parent.iterdir() if not path.name.startswith("_")}
    assert {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")} == rooms
    assert "<b>fit_cut</b>" in page and "Halfway" not in page.partition("<b>fit_cut</b>")[0]
    assert ":meth:" not in page and "<b>_cut</b>" not in page
