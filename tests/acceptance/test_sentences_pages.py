"""What notebooks and site say under four settings: kernels, runner and pages add nothing that is not whole."""

import html
import re
import shutil

import nbformat
import pytest

from crmlib.study import PROJECT

pytestmark = pytest.mark.slow

SETTINGS = {
    "negative EVA": {"profit": {"hourly_cost": 10_000.0}},
    "own labels in Chinese": {
        "language": "zh",
        "matrix": {"labels": {"high_high": "甲类", "high_low": "乙类", "low_high": "丙类", "low_low": "丁类"}},
    },
    "groups in 亿元": {"unit": "group", "report": {"money_unit": "亿元"}},
    "nothing is known of rates": None,
}
PROSE = re.compile(r"<(p|li|h\d|caption|th)\b[^>]*>(.*?)</\1>", re.DOTALL)
APART = ("api.html", "settings.html", "data_card.html", "assumptions.html", "tables_and_figures.html")
"""Pages about code and data, which name settings, columns and files as they are."""


@pytest.fixture(params=SETTINGS)
def made(request, tmp_path, small_study, tables_study, command):
    """A published run of a small study."""
    settings = SETTINGS[request.param]
    small_study(tables_study(("rates",)) if settings is None else settings)
    shutil.copytree(PROJECT / "notebooks", tmp_path / "notebooks")
    for verb in ("run", "report"):
        done = command(tmp_path, verb, "tiny")
        assert done.returncode == 0, done.stderr
    return tmp_path / "reports" / "tiny"


def test_notebooks_and_pages_say_what_is_whole(made, faults):
    told = {path.stem: list(_shown(path)) for path in sorted((made / "notebooks").glob("*.ipynb"))}
    pages = [path for path in sorted((made / "site").glob("*.html")) if path.name not in APART]
    told |= {path.name: list(_prose(path)) for path in pages}
    assert len(told) > 15 and all(told.values())
    assert faults(told) == []


def _shown(path):
    """What a notebook shows beside its figures and key numbers."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "display_data":
                yield from _texts(output.data.get("text/html", ""))


def _prose(path):
    yield from _texts(path.read_text(encoding="utf-8").partition("<body")[2])


def _texts(page):
    """Paragraphs, heads and captions as a reader sees them."""
    for _, text in PROSE.findall(re.sub(r"<(script|style|pre|code|math)\b.*?</\1>", "X", page, flags=re.DOTALL)):
        yield " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())
