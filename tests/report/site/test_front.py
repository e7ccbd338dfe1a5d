import json
import re
import shutil

import pytest
import yaml

from crmlib.report.digest import Digest
from crmlib.report.site.front import front
from crmlib.runs import Run
from crmlib.words.messages import as_json, say
from crmlib.words.texts import text


@pytest.fixture(scope="module")
def page(site_run):
    return "\n\n".join(front(Digest(Run(site_run))))


def test_findings_have_their_numbers_linked_to_the_cells_and_places_that_made_them(page):
    assert re.search(r'hold <a class="crm-made" href="03_structure.html#[\w-]+">[\d.]+ %', page)
    assert re.search(r'\(<a class="crm-made" href="08_strategy.html#plan">[\d.]+ %</a>\)', page)
    assert 'href="04_problems' not in page and "<data" not in page


def test_the_matrix_lists_claims_and_downloads_are_there(page):
    for key in ("brief.found", "brief.matrix", "brief.save", "brief.grow", "brief.sure", "site.downloads"):
        assert text(key, "en") in page
    assert page.count("<figure") == 1
    assert 'href="brief.pdf"' in page and 'href="results.json"' in page
    assert page.count('href="claims.html#c') == 9


def test_tiles_stand_as_the_classes_lie_in_the_matrix(page):
    places = [page.index(f"crm-edge{place}") for place in (2, 0, 3, 1)]
    assert places == sorted(places)


def test_in_chinese_headings_classes_and_actions_are_chinese(site_run, tmp_path):
    folder = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    settings = yaml.safe_load((folder / "settings.yaml").read_text(encoding="utf-8")) | {"language": "zh"}
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    page = "\n\n".join(front(Digest(Run(folder))))
    for key in ("brief.found", "names.class.platinum", "site.first"):
        assert text(key, "zh") in page
    tiles = page.partition("crm-tiles")[2].partition("</ul>")[0]
    assert text("names.class.platinum", "zh") in tiles and "platinum" not in tiles


def test_what_does_not_count_stands_before_the_findings(site_run, tmp_path):
    folder = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    model = folder / "results" / "model.json"
    results = json.loads(model.read_text(encoding="utf-8"))
    flat = as_json([say("model.flat", code="A41", name="cost ratio")])
    results.setdefault("said", {})["notes"] = [flat]
    model.write_text(json.dumps(results), encoding="utf-8")
    page = "\n\n".join(front(Digest(Run(folder))))
    note = page.index("A41 (cost ratio) drops out: it tells no customers apart.")
    assert note < page.index(text("brief.found", "en"))
