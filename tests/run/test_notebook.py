"""Notebooks run by papermill with forks of the warmed process, as in a run."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from crmlib.errors import RunError
from crmlib.run.notebook import (
    LONGEST,
    SocketKernelManager,
    error_text,
    execute,
    require_all_run,
    without_absent_parts,
    without_times,
    worded,
)
from crmlib.run.server import ready
from crmlib.words.voice import Voice


@pytest.fixture(scope="module", autouse=True)
def kernels():
    with ready():
        yield


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of code cells; the first holds its parameters."""

    def write(*sources):
        tags = [{"tags": ["parameters"]}, *({} for _ in sources[1:])]
        cells = [
            new_code_cell(source, metadata=metadata, id=f"cell{number}")
            for number, (source, metadata) in enumerate(zip(sources, tags, strict=True))
        ]
        nbformat.write(new_notebook(cells=cells), tmp_path / "07_matrix.ipynb")
        return tmp_path / "07_matrix.ipynb"

    return write


def test_a_notebook_runs_with_its_parameters_and_comes_back_without_times(notebook, capfd):
    path = notebook('study = "jd"', "print(study, study == '007')")
    before = path.read_bytes()
    content = execute(path, {"study": "007"})
    done = nbformat.reads(content.decode(), as_version=4)
    assert done.cells[-1].outputs[0].text == "007 True\n"
    assert execute(path, {"study": "007"}) == content
    assert b'"papermill"' not in content
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_an_error_names_notebook_and_cell_and_shows_where_it_happened(notebook):
    with pytest.raises(RunError, match=r"(?s)^07_matrix, cell 2: ValueError: no class\n.*raise ValueError"):
        execute(notebook('study = "jd"', "raise ValueError('no class')"), {"study": "jd"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"study": "jdd"}, "jdd is not a study. Did you mean jd?"),
        ({"cut_curent": "mean"}, "cut_curent is not a parameter of this chapter. Did you mean cut_current?"),
    ],
)
def test_an_error_that_a_user_can_act_on_is_its_text_alone(notebook, given, said, parameters_cell):
    begin = "from crmlib.run.chapter import Chapter\nChapter.begin('matrix', globals())"
    with pytest.raises(RunError) as error:
        execute(notebook(parameters_cell("matrix"), begin), given)
    assert str(error.value).startswith(f"07_matrix, cell 2: SettingsError: {said}")
    assert "Traceback" not in str(error.value)
    assert 'File "' not in str(error.value)


def test_a_notebook_that_ends_early_has_not_run(notebook):
    with pytest.raises(RunError, match="every cell must run to its end"):
        execute(notebook('study = "jd"', "import sys\nsys.exit(0)", "print(study)"), {"study": "jd"})


def test_a_kernel_that_dies_is_told(notebook):
    with pytest.raises(RunError, match=r"^07_matrix: its kernel died. If memory ran out, .*--jobs 1"):
        execute(notebook('study = "jd"', "import os\nos.kill(os.getpid(), 9)"), {"study": "jd"})


def cell(count=1, outputs=()):
    return new_notebook(cells=[new_code_cell("1", execution_count=count, outputs=list(outputs), id="a")])


def test_every_cell_must_have_run_without_an_error():
    require_all_run("07_matrix", cell())
    with pytest.raises(RunError, match="07_matrix, cell 0: not run: every cell must run"):
        require_all_run("07_matrix", cell(count=None))
    error = new_output("error", ename="KeyError", evalue="x", traceback=[])
    with pytest.raises(RunError, match="07_matrix, cell 0: KeyError: every cell must run"):
        require_all_run("07_matrix", cell(outputs=[error]))


def test_empty_cells_need_not_run():
    require_all_run("07_matrix", new_notebook(cells=[new_code_cell("  \n", id="a")]))


def test_a_traceback_is_shown_by_its_end_without_colours():
    traceback = ["\x1b[31mTraceback\x1b[0m", *(f"line {number}" for number in range(40))]
    text = error_text("KeyError", "x", traceback)
    assert text.splitlines()[:2] == ["KeyError: x", "  line 25"]
    assert text.splitlines()[-1] == "  line 39"
    assert error_text("SettingsError", "unknown", ["unknown"]) == "SettingsError: unknown"


def test_times_are_taken_out_and_tags_stay():
    notebook = cell()
    notebook.metadata["papermill"] = {"duration": 1.0}
    notebook.cells[0].metadata |= {"tags": ["parameters"], "papermill": {"start_time": "now"}, "execution": {"a": "b"}}
    done = without_times(notebook)
    assert "papermill" not in done.metadata
    assert done.cells[0].metadata == {"tags": ["parameters"]}


def shown(text, **metadata):
    return nbformat.v4.new_output("display_data", {"text/plain": text}, metadata=metadata)


@pytest.fixture
def parts():
    """A title, and two parts of a heading with prose and two cells of code."""
    cells = [nbformat.v4.new_markdown_cell("# 3 · Title", id="title")]
    for part in ("first", "second"):
        cells.append(nbformat.v4.new_markdown_cell(f"({part})=\n## The {part}\n\nProse.", id=f"{part}-text"))
        cells += [nbformat.v4.new_code_cell("1", id=f"{part}-{number}") for number in (1, 2)]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_part_that_shows_only_why_it_is_absent_is_one_line(parts):
    for cell in parts.cells[2:4]:
        cell.outputs = [shown("Not shown: no <loans>.", crm_absent="no <loans>")]
    parts.cells[3].outputs.append(printed := new_output("stream", name="stdout", text="key: 1"))
    parts.cells[5].outputs = [shown("A table."), shown("Not shown.", crm_absent="why")]
    done = without_absent_parts(parts, Voice())
    assert [cell.id for cell in done.cells] == ["title", "first-1", "first-2", "second-text", "second-1", "second-2"]
    (line,), rest = done.cells[1].outputs, done.cells[2].outputs
    assert line.data["text/plain"] == "The first – not shown: no <loans>."
    assert "no &lt;loans&gt;" in line.data["text/html"] and rest == [printed]
    assert len(done.cells[4].outputs) == 2


def test_a_notebook_says_its_fixed_text_in_the_language_of_the_study(parts, monkeypatch):
    monkeypatch.setattr("crmlib.run.notebook.prose", lambda name, language: {"first-text": "(first)=\n## 其一"})
    done = worded(parts, "03_structure", Voice("zh"))
    assert [cell.source for cell in done.cells[:2]] == ["# 3 · Title", "(first)=\n## 其一"]


def test_a_notebook_is_about_groups_where_these_are_appraised(parts):
    parts.cells[1].source = "Each customer counts."
    assert worded(parts, "none", Voice(appraised="group")).cells[1].source == "Each group counts."


@pytest.mark.parametrize(("length", "transport"), [(LONGEST, "ipc"), (LONGEST + 1, "tcp")])
def test_kernels_are_talked_to_through_files_where_their_paths_are_short_enough(monkeypatch, length, transport):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/" + "r" * (length - 1))
    manager = SocketKernelManager()
    assert manager.transport == transport
    assert manager.ip.startswith("/") == (transport == "ipc")
    assert len(f"{manager.ip}-5") <= 103
