from crmlib.report.site.api import ROOMS, api


def test_every_room_and_public_function_is_described_without_marks():
    page = "\n".join(api())
    assert [line for line in page.splitlines() if line.startswith("## ")] == [f"## {room}" for room in ROOMS]
    assert "<b>fit_cut</b>" in page and "Halfway" not in page.partition("<b>fit_cut</b>")[0]
    assert ":meth:" not in page and "<b>_cut</b>" not in page
