import json

from crmlib.report.site.listing import Made, listed


def test_what_a_chapter_shows_is_listed_with_its_cell(site_run):
    made = listed(site_run / "notebooks")
    assert Made("figure", "matrix", "07_matrix", "matrix") in made
    assert Made("write", "classes", "07_matrix", "matrix") in made
    assert Made("finding", "finding", "08_strategy", "said") in made


def test_calls_with_other_names_are_none(tmp_path):
    source = 'chapter.figure(name, data)\nother.figure("a", data)\nchapter.figure("b", data)'
    cell = {"cell_type": "code", "id": "x", "source": source}
    (tmp_path / "07_matrix.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert listed(tmp_path) == [Made("figure", "b", "07_matrix", "x")]
