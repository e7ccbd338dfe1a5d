import pytest

from crmlib.errors import RunError, SettingsError
from crmlib.run.graph import (
    GRAPH,
    ReadStudy,
    chapter_named,
    notebook_name,
    sections_read,
    settings_read,
    up_to,
    upstream,
)
from crmlib.study import CHAPTERS


def test_every_chapter_comes_after_chapters_before_it():
    assert list(GRAPH) == list(CHAPTERS)
    for section in CHAPTERS:
        before = CHAPTERS[: CHAPTERS.index(section)]
        assert set(upstream(section)) <= set(before)
        assert set(upstream(section)) == set().union(GRAPH[section], *map(upstream, GRAPH[section]))


def test_every_chapter_but_the_introduction_reads_the_book():
    assert not upstream("introduction") and not upstream("book")
    assert all("book" in upstream(section) for section in CHAPTERS[2:])


def test_a_run_up_to_a_chapter_leaves_out_what_it_does_not_need():
    assert up_to(None) == list(CHAPTERS)
    assert up_to("matrix") == ["book", "model", "scores", "matrix"]


def test_a_chapter_hangs_on_its_own_section_and_the_shared_settings(jd):
    names = settings_read("structure", jd)
    assert {"as_of", "seed", "profit.tax", "report.money_unit", "structure.top"} <= set(names)
    assert not [name for name in names if name.startswith(("model.", "matrix."))]
    assert "title" not in names


def test_a_section_that_the_graph_does_not_name_cannot_be_read():
    study = ReadStudy.load("jd").for_chapter("structure")
    assert study.structure.top == 0.2
    assert study.as_of.year == 2015
    with pytest.raises(
        RunError, match=r"(?s)structure reads settings of matrix.*Add matrix to what structure may also read"
    ):
        _ = study.matrix


def test_the_sections_that_the_graph_names_can_be_read():
    for section in CHAPTERS:
        study = ReadStudy.load("jd").for_chapter(section)
        for name in set(CHAPTERS) & set(sections_read(section)):
            assert getattr(study, name) is not None


@pytest.mark.parametrize("text", ["matrix", "07_matrix", "07", "7"])
def test_a_chapter_by_any_of_its_names(text):
    assert chapter_named(text) == "matrix"
    assert (chapter_named("0"), chapter_named("10")) == ("introduction", "conclusion")
    assert notebook_name("matrix") == "07_matrix"


def test_an_unknown_chapter_names_the_nearest():
    with pytest.raises(
        SettingsError, match=r"(?s)'matrx' is no chapter. Did you mean matrix\?.*00_introduction, 01_book"
    ):
        chapter_named("matrx")
