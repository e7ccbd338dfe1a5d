import json
import os

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from crmlib.errors import RunError
from crmlib.run import fingerprint
from crmlib.run.fingerprint import (
    code_digest,
    data_digests,
    file_digest,
    handed_over,
    inputs,
    notebook_digest,
    notebook_of,
    versions,
)
from crmlib.study import Study


def notebook(path, source="1 + 1", tags=(), outputs=(), count=None):
    cell = new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs), execution_count=count, id="a")
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Title", id="t"), cell]), path)
    return notebook_digest(path)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "data" / "ours"
    folder.mkdir(parents=True)
    settings = {"title": "Ours", "like": "jd", "as_of": "2015-12-31", "book": {"raw": str(tmp_path / "raw")}}
    (folder / "study.yaml").write_text(yaml.safe_dump(settings))
    (folder / "tables").mkdir()
    (folder / "tables" / "customers.csv").write_text("customer_id\n1\n")
    (tmp_path / "raw" / "in").mkdir(parents=True)
    (tmp_path / "raw" / "in" / "invoices.csv").write_text("a\n")
    (tmp_path / "raw" / ".hidden").write_text("x")
    return Study.load(folder)


def test_outputs_and_counts_of_a_notebook_do_not_matter(tmp_path):
    outputs = [new_output("stream", text="2\n")]
    assert notebook(tmp_path / "a.ipynb") == notebook(tmp_path / "b.ipynb", outputs=outputs, count=3)


@pytest.mark.parametrize("change", [{"source": "1 + 2"}, {"tags": ["parameters"]}])
def test_source_and_tags_of_a_notebook_matter(tmp_path, change):
    assert notebook(tmp_path / "a.ipynb") != notebook(tmp_path / "b.ipynb", **change)


def test_source_as_one_text_or_as_lines_is_the_same(tmp_path):
    before = notebook(tmp_path / "a.ipynb", source="a = 1\nb = 2")
    content = json.loads((tmp_path / "a.ipynb").read_text())
    content["cells"][1]["source"] = ["a = 1\n", "b = 2"]
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    assert notebook_digest(tmp_path / "a.ipynb") == before


def test_a_file_by_its_content_and_a_large_one_by_size_and_time(tmp_path, monkeypatch):
    path = tmp_path / "extract.csv"
    path.write_text("content")
    before = file_digest(path)
    os.utime(path, (1, 1))
    assert file_digest(path) == before
    monkeypatch.setattr(fingerprint, "LARGE", 5)
    assert file_digest(path) == "7@1000000000"


def test_the_data_of_a_study_are_its_own_files_and_those_of_raw(study):
    assert sorted(data_digests(study)) == ["data/ours/tables/customers.csv", "raw/in/invoices.csv"]


def test_only_the_first_chapter_hangs_on_the_data(study):
    first = inputs("book", study, {})
    later = inputs("structure", study, {"book": {"files": {"tables/a.csv": "1"}}})
    assert {"raw/in/invoices.csv", "notebooks/01_book.ipynb", "crmlib", "packages", "tree"} <= set(first["file"])
    assert "book.gamma" in first["setting"] and "problems.lost_months" not in later["setting"]
    assert "raw/in/invoices.csv" not in later["file"]
    assert (list(first["chapter"]), list(later["chapter"])) == ([], ["01_book"])


def test_a_missing_notebook_is_named(tiny):
    (tiny.root / "notebooks" / "07_matrix.ipynb").unlink()
    with pytest.raises(RunError, match=r"^notebooks/07_matrix\.ipynb: no such notebook. Every chapter has one"):
        notebook_of("matrix")


def test_settings_are_compared_as_they_come_back_from_the_file(study):
    setting = inputs("scores", study, {})["setting"]
    assert setting == json.loads(json.dumps(setting))


def test_figures_numbers_and_notebooks_are_not_handed_over():
    tables = {"tables/a.parquet": "1", "model_now.json": "2"}
    shown = {"figures/a.png": "3", "results/book.json": "4", "notebooks/01_book.ipynb": "5"}
    assert handed_over({"files": tables | shown}) == handed_over({"files": tables})
    assert handed_over({"files": tables}) != handed_over({"files": tables | {"model_now.json": "6"}})


def test_the_package_is_fingerprinted_with_its_data_files(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path)
    fresh = code_digest.__wrapped__
    (tmp_path / "a.py").write_text("a = 1")
    before = fresh()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert fresh() == before
    (tmp_path / "actions.yaml").write_text("a: 1")
    assert fresh() != before


def test_versions_of_what_results_depend_on():
    assert {"python", "crmlib", "numpy", "pandas", "scipy"} <= set(versions())
