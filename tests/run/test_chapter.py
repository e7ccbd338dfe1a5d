import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError, RunError, SettingsError
from crmlib.run.chapter import Chapter, brief

CUSTOMERS = pd.DataFrame({"customer_id": ["0001", "0002"], "eva": [1.5, float("nan")]}, index=[7, 8])


@pytest.fixture
def begin(tiny):
    """Begin a chapter in a run of the tiny study whose book is made."""

    def begin(section, **names):
        return Chapter.begin(section, {"study": "tiny", "run": None, **names})

    begin("book").finding("A book.")
    return begin


@pytest.fixture
def chapter(begin):
    return begin("structure")


def finish(chapter):
    chapter.folder.write("run.json", b"{}")


def snapshot(chapter):
    return {path: path.read_bytes() for path in chapter.folder.path.rglob("*") if path.is_file()}


def figure(value=1.0):
    figure = plt.figure(figsize=(1, 1))
    figure.add_subplot().plot([0, value])
    plt.close(figure)
    return figure


def close(chapter):
    chapter.finding("A finding.")
    chapter.close()


def test_the_first_chapter_makes_the_book_and_records_the_settings(begin):
    chapter = begin("book")
    assert (chapter.folder.path / "book" / "customers.parquet").is_file()
    assert chapter.folder.settings["study"] == "tiny"
    assert chapter.folder.settings["book"]["customers"] == 60
    assert chapter.simulated


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
    for make in (chapter.write, lambda name, frame: chapter.figure(name, figure(), frame)):
        with pytest.raises(CrmError, match="cannot name a"):
            make(name, CUSTOMERS)
    with pytest.raises(CrmError, match="cannot name a number"):
        chapter.number(name, 1)


def test_a_figure_is_saved_three_ways_and_let_go_of(chapter, capsys):
    drawn = figure()
    chapter.figure("lorenz", drawn, CUSTOMERS)
    files = {path.name for path in (chapter.folder.path / "figures").iterdir()}
    assert files == {"lorenz.svg", "lorenz.png", "lorenz.csv"}
    assert drawn.axes == []


def test_equal_figures_are_equal_bytes(chapter):
    chapter.figure("lorenz", figure(), CUSTOMERS)
    before = snapshot(chapter)
    chapter.figure("lorenz", figure(), CUSTOMERS)
    assert snapshot(chapter) == before


def test_results_are_numbers_findings_and_files(chapter, capsys):
    chapter.write("customers_now", CUSTOMERS)
    chapter.finding("Two customers.")
    chapter.finding("Two customers.")
    chapter.number("customers", np.int64(2), "customers", cell="count")
    chapter.number("share", 0.123456)
    chapter.number("unknown", math.nan)
    capsys.readouterr()
    chapter.close()
    assert capsys.readouterr().out == "customers: 2 customers\nshare: 0.1235\nunknown: –\n"
    results = json.loads((chapter.folder.path / "results" / "structure.json").read_text())
    assert results["findings"] == ["Two customers."]
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
        chapter.figure("lorenz", figure(), CUSTOMERS)
        chapter.number("share", 0.5)
        close(chapter)
    finish(chapter)
    before = snapshot(chapter)
    again = begin("structure", top=0.5)
    assert again.settings.top == 0.5
    again.write("customers_now", CUSTOMERS.assign(eva=9.0))
    again.write("extra", CUSTOMERS)
    again.save("model_now.json", lambda path: path.write_text("{}"))
    again.figure("lorenz", figure(), CUSTOMERS.assign(eva=9.0))
    again.number("share", 0.7)
    capsys.readouterr()
    close(again)
    begin("book", gamma=0.5)
    assert snapshot(chapter) == before
    assert capsys.readouterr().out.splitlines()[:2] == ["<IPython.core.display.Markdown object>", "share: 0.7"]


def test_on_a_finished_run_what_differs_is_told(chapter, begin, capsys):
    chapter.write("customers_now", CUSTOMERS)
    chapter.figure("lorenz", figure(), CUSTOMERS)
    chapter.number("share", 0.5)
    close(chapter)
    finish(chapter)
    again = begin("structure")
    again.write("customers_now", CUSTOMERS.assign(eva=[9.0, np.nan]))
    again.figure("lorenz", figure(), CUSTOMERS.head(1))
    again.number("share", 0.7)
    capsys.readouterr()
    close(again)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Differs")]
    assert told == [
        "Differs from run tiny: table customers_now: eva in 1 of 2 rows",
        "Differs from run tiny: figure lorenz: drawn from other data",
        "Differs from run tiny: number share: is 0.7, was 0.5",
    ]


def test_on_a_finished_run_a_difference_that_was_mended_is_not_told(chapter, begin, capsys):
    chapter.number("share", 0.5)
    close(chapter)
    finish(chapter)
    again = begin("structure")
    again.number("share", 0.7)
    again.number("share", 0.5)
    capsys.readouterr()
    close(again)
    assert "Differs" not in capsys.readouterr().out


def test_what_the_book_or_the_run_lacks_is_said_once(chapter, capsys, monkeypatch):
    said = []
    monkeypatch.setattr(chapter, "say", said.append)
    chapter.book.__dict__["absent"] = frozenset({"contacts", "customers.rm_id"})
    assert chapter.has("customers.size")
    assert not chapter.has("contacts", "customers.rm_id", "table:classes")
    assert not chapter.has("contacts")
    assert said == [
        "Not shown: this run has no table `classes`.",
        "Not shown: this book has no `contacts`.",
        "Not shown: this book has no `customers.rm_id`.",
    ]
    chapter.write("classes", CUSTOMERS)
    assert chapter.has("table:classes")


def test_files_of_the_run_by_name(chapter):
    chapter.save("cuts.json", lambda path: path.write_text("[55, 50]"))
    assert chapter.path("cuts.json").read_text() == "[55, 50]"
    with pytest.raises(RunError, match=r"Run tiny has no model_now\.json: make report"):
        chapter.path("model_now.json")


def test_long_tables_are_shown_in_part(chapter, monkeypatch):
    shown = []
    monkeypatch.setattr("crmlib.run.chapter.display", shown.append)
    chapter.show(pd.DataFrame({"n": range(100)}), "Numbers")
    chapter.show(pd.DataFrame({"n": range(3)}), "Few")
    long, short = (table._repr_html_() for table in shown)
    assert "Numbers; first 40 of 100 rows" in long
    assert long.count("<tr") == 41
    assert "first" not in short


def test_a_chapter_shows_its_settings_and_where_they_come_from(begin):
    chapter = begin("structure", top=0.5)
    assert repr(chapter).splitlines()[:2] == [
        "03_structure of run tiny, study tiny",
        "  top: 0.5  (given here (study.yaml: 0.2))",
    ]
    assert "given here (study.yaml: 0.2)" in chapter._repr_html_()


def test_a_mistyped_parameter_stops_the_chapter(begin):
    with pytest.raises(SettingsError, match=r"tpo is not a parameter of this chapter. Did you mean top\?"):
        begin("structure", tpo=0.5)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.1235"), (12345.678, "12,346"), (1234, "1,234"), (7, "7"), (0.00001234, "1.234e-05"),
        ("gold", "gold"), (None, "–"), (True, "True"), (-2500.5, "-2,500"),
    ],
)  # fmt: skip
def test_key_numbers_are_printed_to_four_digits_and_whole_from_a_thousand(value, text):
    assert brief(value) == text
