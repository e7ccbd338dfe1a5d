"""One chapter's notebook, run by papermill and checked: every cell must have run, without an error."""

import logging
import math
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import nbformat
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from nbformat import NotebookNode
from traitlets import default

from crmlib.errors import DiedError, FileError, RunError, TimeLimitError
from crmlib.words.messages import say
from crmlib.words.prose import prose
from crmlib.words.said import ABSENT, ABSENT_LOOK, Said
from crmlib.words.voice import Voice

ENGLISH = Voice()
KERNEL = "python3"
# The history of a run is in its notebooks, and two kernels would wait for each other's history file. What a kernel
# logs of itself (that it talks in plain text on this machine) is nothing that a user of the case can act on.
KERNEL_ARGUMENTS = ("--HistoryManager.enabled=False", "--log-level=CRITICAL")
LONGEST = 90
"""Characters of a folder in which sockets have room: macOS allows their whole path 103, Linux 107."""
INJECTED = "injected-parameters"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
TRACEBACK_LINES = 15
HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)


class SocketKernelManager(AsyncKernelManager):
    """Talks to a kernel through files where it can: a port is free only until another run takes it first."""

    @default("transport")
    def _transport(self) -> str:
        return "ipc" if os.name == "posix" and len(jupyter_runtime_dir()) <= LONGEST else "tcp"

    def _ip_default(self) -> str:
        return str(Path(jupyter_runtime_dir()) / uuid4().hex[:8]) if self.transport == "ipc" else super()._ip_default()


def execute(path: Path, parameters: dict[str, str], voice: Voice = ENGLISH, minutes: float = 60) -> bytes:
    """Run a notebook and return it with its outputs, without times and paths.

    Parameters
    ----------
    path : Path
        The notebook; it is only read.
    parameters : dict
        Values for its parameters cell. Only checked ones: papermill checks nothing.
    voice : Voice
        Language of its fixed text, and what that is about.
    minutes : float
        How long it may take.

    Raises
    ------
    RunError
        If a cell fails (names it, with the error's text alone where a user can act on it) or was not run, if it takes
        too long (TimeLimitError), or the kernel died (DiedError).
    FileError
        If a cell cannot write.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError

    # What it logs is told here, in words of the case.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    end = time.monotonic() + 60 * minutes
    notebook = worded(nbformat.read(path, as_version=4), path.stem, voice)
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
            start_timeout=math.ceil(60 * minutes),
            # No time at all would mean no limit.
            timeout_func=lambda cell: max(end - time.monotonic(), 0.1),
        )
    except papermill.PapermillExecutionError as error:
        text = error_text(error.ename, error.evalue, error.traceback)
        kind = FileError if error.ename == FileError.__name__ else RunError
        raise kind(f"{path.stem}, cell {error.cell_index}: {text}") from None
    except (CellTimeoutError, RuntimeError):
        # The kernel did not answer in time, or is dead: while it ran a cell, or before it was ready for one.
        if time.monotonic() >= end:
            limit = f"the {minutes:g} minutes that a chapter may"
            raise TimeLimitError(f"{path.stem} takes longer than {limit}. For more: --set time_limit=MINUTES") from None
        raise DiedError(f"{path.stem}: its kernel died. If memory ran out, run fewer side by side: --jobs 1.") from None
    require_all_run(path.stem, done)
    return nbformat.writes(without_absent_parts(without_times(done), voice)).encode()


def worded(notebook: NotebookNode, name: str, voice: Voice) -> NotebookNode:
    """The notebook with its fixed text in the language of a voice, about what is appraised."""
    texts = prose(name, voice.language)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = voice.worded(texts.get(cell.get("id"), cell.source))
    return notebook


def without_absent_parts(notebook: NotebookNode, voice: Voice) -> NotebookNode:
    """The notebook with one line in place of each part, a heading and its cells, that shows only why it is absent."""
    kept: list[NotebookNode] = []
    for head, cells in _parts(notebook.cells):
        outputs = [each for cell in cells for each in cell.get("outputs", ()) if each.output_type == "display_data"]
        why = [each.metadata[ABSENT] for each in outputs if ABSENT in each.metadata]
        if head and why and len(why) == len(outputs):
            cells = [cell for cell in cells if cell.cell_type == "code"]
            for cell in cells:
                # What it prints, as the check of key numbers does, belongs to no part.
                cell.outputs = [each for each in cell.outputs if each.output_type != "display_data"]
            said = Said([say("common.part_not_shown", head=head, why=why[0])], voice, ABSENT_LOOK)
            shown = {"text/html": said._repr_html_(), "text/plain": repr(said)}
            cells[0].outputs.insert(0, nbformat.v4.new_output("display_data", shown))
        kept += cells
    notebook.cells = kept
    return notebook


def _parts(cells: list[NotebookNode]) -> Iterator[tuple[str, list[NotebookNode]]]:
    """Headings below the title with the cells from each to the next; first, without one, what comes before any."""
    head, part = "", []
    for cell in cells:
        found = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            yield head, part
            head, part = found[1], []
        part.append(cell)
    yield head, part


def require_all_run(name: str, notebook: NotebookNode) -> None:
    """Raise RunError unless every code cell has run without an error, as after ``sys.exit(0)``."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [output.ename for output in cell.outputs if output.output_type == "error"]
        if cell.execution_count is None or errors:
            raise RunError(f"{name}, cell {number}: {[*errors, 'not run'][0]}: every cell must run to its end.")


def error_text(kind: str, value: str, traceback: list[str]) -> str:
    """An error as a user reads it: its text alone, or the end of the traceback where nobody foresaw it."""
    lines = ANSI.sub("", "\n".join(traceback)).splitlines() if len(traceback) > 1 else []
    return "\n".join([f"{kind}: {value}", *(f"  {line}" for line in lines[-TRACEBACK_LINES:])])


def without_times(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs from run to run though nothing changed."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if INJECTED in cell.metadata.get("tags", ()):
            cell.id = INJECTED
    return notebook
