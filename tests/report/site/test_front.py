import shutil

import pytest
import yaml

from crmlib.evidence.claims import ledger
from crmlib.report.site.front import front, sentences, tiles
from crmlib.report.terms import term
from crmlib.run.folder import RunFolder, parquet_bytes
from crmlib.runs import Run
from crmlib.words.voice import Voice


@pytest.fixture
def run(site_run):
    return Run(site_run)


def whole(run):
    return "\n\n".join(front(run))


def test_findings_have_their_numbers_linked_to_cells(run):
    page = whole(run)
    assert 'hold <a class="crm-made" href="03_structure.html#concentration">86.8 %</a> of deposits' in page
    assert page.count("<ol><li>") == 1 and page.count("<li>") > 8


def test_the_matrix_lists_claims_and_downloads_are_there(run):
    page = whole(run)
    for words in ("brief.found", "brief.matrix", "brief.save", "brief.grow", "brief.sure", "site.downloads"):
        assert term(words) in page
    assert page.count("<svg") == 1
    assert 'href="brief.pdf"' in page and 'href="results.json"' in page
    assert page.count('href="claims.html#c') == 8


def test_tiles_stand_as_the_classes_lie_in_the_matrix(run):
    order = [run.labels[quadrant] for quadrant in ("low_high", "high_high", "low_low", "high_low")]
    page = tiles(run, "en")
    assert sorted(order, key=page.index) == order


def test_in_chinese_headings_classes_and_actions_are_chinese(site_run, tmp_path):
    folder = shutil.copytree(site_run, tmp_path / "jd", ignore=shutil.ignore_patterns("site"))
    settings = yaml.safe_load((folder / "settings.yaml").read_text(encoding="utf-8")) | {"language": "zh"}
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    RunFolder(folder).write("tables/claims.parquet", parquet_bytes(ledger({}, Voice("zh"))))
    page = whole(Run(folder))
    for key in ("brief.found", "class.platinum", "stage.decline", "site.first"):
        assert term(key, "zh") in page or key == "stage.decline"
    assert "platinum" not in page.replace("customers.html", "")


def test_a_sentence_without_numbers_is_left_out(run):
    def silent(_teller):
        return iter(())

    assert sentences(run, "en", ((silent, "07_matrix", "matrix"),)) == []
