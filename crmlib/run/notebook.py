"""One chapter's notebook, run by papermill and checked: every cell must have run, without an error."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

from crmlib.errors import RunError
from crmlib.words.messages import say
from crmlib.words.prose import prose
from crmlib.words.said import ABSENT, ABSENT_LOOK, Said
from crmlib.words.voice import Voice

KERNEL = "python3"
# The history of a run is in its notebooks, and two kernels would wait for each other's history file. What a kernel
# logs of itself (that it talks in plain text on this machine) is nothing that a user of the case can act on.
KERNEL_ARGUMENTS = ("--HistoryManager.enabled=False", "--log-level=CRITICAL")
INJECTED = "injected-parameters"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
TRACEBACK_LINES = 15
HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)


class ChapterError(RunError):
    """A notebook stopped with an error.

    Attributes
    ----------
    notebook : str
        Its name.
    kind : str
        Class of the error.
    """

    def __init__(self, notebook: str, cell: int, kind: str, text: str) -> None:
        super().__init__(f"{notebook}, cell {cell}: {text}")
        self.notebook, self.kind = notebook, kind


def execute(path: Path, parameters: dict[str, str], language: str = "en") -> bytes:
    """Run a notebook and return it with its outputs, without times and paths.

    Parameters
    ----------
    path : Path
        The notebook; it is only read.
    parameters : dict
        Values for its parameters cell. Only checked ones: papermill checks nothing.
    language : str
        Language of its fixed text.

    Raises
    ------
    ChapterError
        If a cell fails (names it, with the error's text alone where a user can act on it) or was not run.
    RunError
        If the kernel died.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    from crmlib.run.kernels import SocketKernelManager

    notebook = in_language(nbformat.read(path, as_version=4), path.stem, language)
    try:
        # No output path: papermill would read braces in it as a format, and write into it on an error.
        done = papermill.execute_notebook(
            notebook,
            None,
            parameters,
            kernel_name=KERNEL,
            language="python",
            extra_arguments=list(KERNEL_ARGUMENTS),
            progress_bar=False,
            shutdown_kernel="immediate",
            kernel_manager_class=SocketKernelManager,
        )
    except papermill.PapermillExecutionError as error:
        text = error_text(error.ename, error.evalue, error.traceback)
        raise ChapterError(path.stem, error.cell_index, error.ename, text) from None
    except DeadKernelError:
        raise RunError(f"{path.stem}: its kernel died. If memory ran out, run fewer side by side: --jobs 1.") from None
    require_all_run(path.stem, done)
    return nbformat.writes(without_absent_parts(without_times(done), Voice(language))).encode()


def in_language(notebook: nbformat.NotebookNode, name: str, language: str) -> nbformat.NotebookNode:
    """The notebook with its fixed text in a language, where it is not in it already."""
    texts = prose(name, language)
    for cell in notebook.cells:
        cell.source = texts.get(cell.get("id"), cell.source)
    return notebook


def without_absent_parts(notebook: nbformat.NotebookNode, voice: Voice) -> nbformat.NotebookNode:
    """The notebook with one line in place of each part, a heading and its cells, that shows only why it is absent."""
    kept: list[nbformat.NotebookNode] = []
    for head, cells in _parts(notebook.cells):
        outputs = [each for cell in cells for each in cell.get("outputs", ()) if each.output_type == "display_data"]
        why = [each.metadata[ABSENT] for each in outputs if ABSENT in each.metadata]
        if head and why and len(why) == len(outputs):
            cells = [cell for cell in cells if cell.cell_type == "code"]
            cells[0].outputs = [_line(Said([say("common.part_not_shown", head=head, why=why[0])], voice, ABSENT_LOOK))]
            for cell in cells[1:]:
                cell.outputs = []
        kept += cells
    notebook.cells = kept
    return notebook


def _parts(cells: list[nbformat.NotebookNode]) -> Iterator[tuple[str, list[nbformat.NotebookNode]]]:
    """Headings below the title with the cells from each to the next; first, without one, what comes before any."""
    head, part = "", []
    for cell in cells:
        found = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            yield head, part
            head, part = found[1], []
        part.append(cell)
    yield head, part


def _line(said: Said) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("display_data", {"text/html": said._repr_html_(), "text/plain": repr(said)})


def require_all_run(name: str, notebook: nbformat.NotebookNode) -> None:
    """Raise ChapterError unless every code cell has run without an error, as after ``sys.exit(0)``."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if cell.execution_count is None or errors:
            what = errors[0].ename if errors else "not run"
            raise ChapterError(name, number, what, f"{what}: every cell must run to its end.")


def error_text(kind: str, value: str, traceback: list[str]) -> str:
    """An error as a user reads it: its text alone, or the end of the traceback where nobody foresaw it."""
    lines = ANSI.sub("", "\n".join(traceback)).splitlines()
    if len(traceback) <= 1:
        return f"{kind}: {value}"
    return "\n".join([f"{kind}: {value}", *(f"  {line}" for line in lines[-TRACEBACK_LINES:])])


def without_times(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without what differs from run to run though nothing changed."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if INJECTED in cell.metadata.get("tags", ()):
            cell.id = INJECTED
    return notebook
