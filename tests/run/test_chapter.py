import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.errors import CrmError, RunError, SettingsError
from crmlib.run.chapter import Chapter
from crmlib.words.messages import say
from crmlib.words.said import ABSENT

CUSTOMERS = pd.DataFrame({"customer_id": ["0001", "0002"], "eva": [1.5, float("nan")]}, index=[7, 8])


@pytest.fixture
def begin(tiny):
    """Begin a chapter in a run of the tiny study whose book is made."""

    def begin(section, **names):
        return Chapter.begin(section, {"study": "tiny", "run": None, **names})

    begin("book")
    return begin


@pytest.fixture
def chapter(begin):
    return begin("structure")


def finish(chapter):
    chapter.folder.write("run.json", b"{}")


def snapshot(chapter):
    return {path: path.read_bytes() for path in chapter.folder.path.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Figures that were drawn: the chapter's Lorenz curves are a line."""
    figures = []

    def lorenz(data, style):
        figures.append(plt.figure(figsize=(1, 1)))
        figures[-1].add_subplot().plot([0, 1])
        plt.close(figures[-1])
        return figures[-1]

    monkeypatch.setattr("crmlib.report.figures.structure.lorenz", lorenz)
    return figures


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, with its metadata."""
    outputs = []
    monkeypatch.setattr("crmlib.run.chapter.display", lambda output, **more: outputs.append((output, more)))
    return outputs


FINDING = say("common.study", name="two customers")


def close(chapter):
    chapter.finding(FINDING)
    chapter.close()


def test_the_first_chapter_makes_the_book_and_records_the_settings(begin):
    chapter = begin("book")
    assert (chapter.folder.path / "book" / "customers.parquet").is_file()
    assert chapter.folder.settings["study"] == "tiny"
    assert chapter.folder.settings["book"]["customers"] == 60
    assert chapter.book.simulated


def test_later_chapters_read_the_book_that_the_first_one_made(chapter, begin):
    assert chapter.book.customers.equals(begin("book").book.customers)
    assert chapter.settings.top == 0.2
    assert chapter.notebook == "03_structure"


def test_without_a_run_it_says_how_to_make_one(tiny):
    with pytest.raises(RunError, match=r"^no finished run of tiny: make report$"):
        Chapter.begin("structure", {"study": "tiny"})


def test_a_parameter_that_is_given_is_recorded_for_later_chapters(begin):
    begin("matrix", cut_current="mean")
    assert begin("strategy").study.matrix.cut_current == "mean"


def test_a_chapter_cannot_read_settings_that_the_graph_does_not_name(chapter):
    with pytest.raises(RunError, match="structure reads settings of matrix"):
        _ = chapter.study.matrix


def test_a_table_is_handed_over_without_its_index_as_parquet_and_csv(chapter, begin):
    chapter.write("customers_now", CUSTOMERS)
    read = begin("strategy").table("customers_now")
    pd.testing.assert_frame_equal(read, CUSTOMERS.reset_index(drop=True), check_dtype=False)
    text = (chapter.folder.path / "tables" / "customers_now.csv").read_text()
    assert text == "customer_id,eva\n0001,1.5\n0002,\n"


def test_a_table_that_is_read_is_a_copy_and_one_written_again_is_read_anew(chapter):
    chapter.write("customers_now", CUSTOMERS)
    table = chapter.table("customers_now")
    table["eva"] = 0.0
    assert chapter.table("customers_now")["eva"].iloc[0] == 1.5
    chapter.write("customers_now", CUSTOMERS.assign(eva=2.5))
    assert chapter.table("customers_now")["eva"].iloc[0] == 2.5


@pytest.mark.parametrize("name", ["", "Upper", "a b", "../a", "a/b", "1a"])
def test_names_of_what_is_made_are_never_paths(chapter, name):
    for make in (chapter.write, chapter.figure):
        with pytest.raises(CrmError, match="cannot name a"):
            make(name, CUSTOMERS)
    with pytest.raises(CrmError, match="cannot name a number"):
        chapter.keep("count", **{name: 1})


def test_a_figure_is_saved_three_ways_and_let_go_of(chapter, drawn, shown):
    chapter.figure("lorenz", CUSTOMERS)
    files = {path.name for path in (chapter.folder.path / "figures").iterdir()}
    assert files == {"lorenz.svg", "lorenz.png", "lorenz.csv"}
    assert drawn[0].axes == []
    assert shown[0][0].alt.startswith("Lorenz curves")


def test_equal_figures_are_equal_bytes(chapter):
    chapter.figure("lorenz", CUSTOMERS)
    before = snapshot(chapter)
    chapter.figure("lorenz", CUSTOMERS)
    assert snapshot(chapter) == before


def test_results_are_numbers_findings_and_files(chapter, capsys):
    chapter.write("customers_now", CUSTOMERS)
    chapter.finding(FINDING)
    chapter.finding(FINDING)
    chapter.keep("count", "customers", customers=np.int64(2))
    chapter.keep("count", share=0.123456, unknown=math.nan, absent=Absent(FINDING))
    capsys.readouterr()
    chapter.close()
    assert capsys.readouterr().out == "customers: 2 customers\nshare: 0.1235\nunknown: –\n"
    results = json.loads((chapter.folder.path / "results" / "structure.json").read_text())
    assert results["findings"] == ["study two customers"]
    assert results["said"] == {"common.study": [{"message": "common.study", "name": "two customers"}]}
    assert results["files"] == ["tables/customers_now.csv", "tables/customers_now.parquet"]
    assert results["numbers"]["customers"] == {
        "value": 2, "unit": "customers", "notebook": "03_structure", "cell": "count",
    }  # fmt: skip
    assert results["numbers"]["unknown"]["value"] is None


def test_a_chapter_states_at_least_one_finding(chapter):
    with pytest.raises(RunError, match="Chapter structure has no finding"):
        chapter.close()


def test_on_a_finished_run_nothing_is_written(begin, capsys):
    for section in ("book", "structure"):
        chapter = begin(section)
        chapter.write("customers_now", CUSTOMERS)
        chapter.keep("share", share=0.5)
        close(chapter)
    chapter.figure("lorenz", CUSTOMERS)
    finish(chapter)
    before = snapshot(chapter)
    again = begin("structure", top=0.5)
    assert again.settings.top == 0.5
    again.write("customers_now", CUSTOMERS.assign(eva=9.0))
    again.write("extra", CUSTOMERS)
    again.save("model_now.json", lambda path: path.write_text("{}"))
    again.figure("lorenz", CUSTOMERS.assign(eva=9.0))
    again.keep("share", share=0.7)
    capsys.readouterr()
    close(again)
    begin("book", gamma=0.5)
    assert snapshot(chapter) == before
    assert capsys.readouterr().out.splitlines()[:2] == ["study two customers", "share: 0.7"]


def test_on_a_finished_run_what_differs_is_told(chapter, begin, capsys):
    chapter.write("customers_now", CUSTOMERS)
    chapter.figure("lorenz", CUSTOMERS)
    chapter.keep("share", share=0.5)
    close(chapter)
    finish(chapter)
    again = begin("structure")
    again.write("customers_now", CUSTOMERS.assign(eva=[9.0, np.nan]))
    again.figure("lorenz", CUSTOMERS.head(1))
    again.keep("share", share=0.7)
    capsys.readouterr()
    close(again)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Differs")]
    assert told == [
        "Differs from run tiny: table customers_now: eva in 1 of 2 rows",
        "Differs from run tiny: figure lorenz: drawn from other data",
        "Differs from run tiny: number share: is 0.7, was 0.5",
    ]


def test_on_a_finished_run_a_difference_that_was_mended_is_not_told(chapter, begin, capsys):
    chapter.keep("share", share=0.5)
    close(chapter)
    finish(chapter)
    again = begin("structure")
    again.keep("share", share=0.7)
    again.keep("share", share=0.5)
    capsys.readouterr()
    close(again)
    assert "Differs" not in capsys.readouterr().out


def test_a_table_that_no_chapter_wrote_is_absent_with_the_reason(chapter, begin):
    assert chapter.table("classes") == Absent(say("common.not_in_run", what=["classes"]))
    chapter.write("concentration", Absent(FINDING))
    close(chapter)
    assert begin("evidence").table("concentration") == Absent(FINDING)
    with pytest.raises(RunError, match=r"clases is no table of the case. Did you mean classes\?"):
        chapter.table("clases")


def test_what_is_absent_is_shown_by_its_reason_alone(chapter, shown):
    absent = Absent(FINDING)
    chapter.finding("finding", absent)
    chapter.tell("finding", CUSTOMERS, n=absent)
    chapter.figure("lorenz", CUSTOMERS, absent)
    chapter.show("largest", absent)
    assert [repr(output) for output, _ in shown] == ["Not shown: study two customers."] * 4
    assert {more["metadata"][ABSENT] for _, more in shown} == {"study two customers"}
    assert not (chapter.folder.path / "figures").exists()


def test_files_of_the_run_by_name(chapter):
    chapter.save("cuts.json", lambda path: path.write_text("[55, 50]"))
    assert chapter.path("cuts.json").read_text() == "[55, 50]"
    with pytest.raises(RunError, match=r"Run tiny has no model_now\.json: make report"):
        chapter.path("model_now.json")


def test_a_table_has_its_caption_by_name(begin, shown):
    begin("problems").show("hours", pd.DataFrame({"size": ["large"], "hours": [1.0]}))
    assert repr(shown[0][0]).startswith("Relationship managers' hours by size class\n")


def test_a_chapter_shows_its_settings_and_where_they_come_from(begin):
    chapter = begin("structure", top=0.5)
    caption, heads, first = repr(chapter).splitlines()[:3]
    assert caption == "03_structure of run tiny, study tiny"
    assert heads.split() == ["setting", "value", "source"]
    assert first.split() == ["top", "0.5", "given", "here", "(study.yaml:", "0.2)"]
    assert "given here (study.yaml: 0.2)" in chapter._repr_html_()


def test_a_mistyped_parameter_stops_the_chapter(begin):
    with pytest.raises(SettingsError, match=r"tpo is not a parameter of this chapter. Did you mean top\?"):
        begin("structure", tpo=0.5)


def test_a_chapter_without_settings_shows_its_name_alone(begin):
    assert repr(begin("conclusion")) == "10_conclusion of run tiny, study tiny"
    assert "<table" not in begin("conclusion")._repr_html_()
