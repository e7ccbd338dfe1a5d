"""What a run tells: a line a chapter, and at the end what it found. Plain text unless a person is watching."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.cells import set_cell_size
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from crmlib.run.folder import RunFolder
from crmlib.run.graph import notebook_name
from crmlib.run.state import RunPlan
from crmlib.words.voice import Voice, printable

if TYPE_CHECKING:
    from crmlib.words.table import Table

FIRST_SCREEN = ("structure", "problems", "scores", "matrix", "strategy")
"""Chapters whose findings the end of a run tells."""
STYLES = {"ran": "green", "kept": "dim", "failed": "red", "left_out": "yellow"}
NAME, STATE, CLOCK, FINDING = 16, 9, 7, 100
"""Columns of a terminal that each part of a chapter's line takes; a finding takes them at most."""


class Progress:
    """Prints what a command does, in a language, as chapters begin and end."""

    def __init__(self, voice: Voice | None = None) -> None:
        self.voice = voice or Voice()
        # Without a terminal nothing but text is written, whatever the environment says.
        self.watched = sys.stdout.isatty()
        self.console = Console(force_terminal=self.watched, no_color=not self.watched, highlight=False, soft_wrap=True)
        self._status = self.console.status("")
        self._running: dict[str, None] = {}

    def began(self, section: str) -> None:
        """A chapter runs from now on."""
        self._running[notebook_name(section)] = None
        self._show_running()

    def ended(self, section: str, state: str, seconds: float | None = None, finding: str = "") -> None:
        """One line: chapter, state, seconds, first finding."""
        clock = "" if seconds is None else self.voice.say("run.seconds", seconds=seconds).rjust(CLOCK)
        found = Text(finding)
        found.truncate(FINDING, overflow="ellipsis")
        self._chapter(section, state, f"{clock}  {found}")
        self._running.pop(notebook_name(section), None)
        self._show_running()

    def planned(self, plan: RunPlan) -> None:
        """What would run, a line a chapter, and why."""
        for section, reasons in plan.reasons.items():
            self._chapter(section, "run" if reasons else "keep", "; ".join(map(self.voice.say, reasons)))
        for reason in plan.rest:
            self.line(self.voice.say(reason))

    def pause(self) -> None:
        """No longer show what runs."""
        self._status.stop()

    def finish(self, folder: RunFolder) -> None:
        """The path of the report, the first-screen findings of the chapters that hold them, and what does not count."""
        self.line("")
        self.say("run.report", path=folder.path)
        for section in FIRST_SCREEN:
            if finding := folder.finding(section):
                self.line(f"  {notebook_name(section)}  {finding}")
        for note in folder.uncounted:
            self.line(f"  {self.voice.say(note)}")

    def say(self, key: str, **values: object) -> None:
        """The message with a key and values on a line; paths among them are told as short as they can be."""
        self.line(self.voice.say(key, **{name: shown(value) for name, value in values.items()}))

    def line(self, text: str) -> None:
        """A line of plain text."""
        self.console.print(Text(printable(text)))

    def table(self, table: "Table") -> None:
        """A table under its caption, folded to the width of the terminal."""
        if table.caption:
            self.line(self.voice.say(table.caption))
        texts = table.texts()
        grid = Grid(*texts.columns, box=SIMPLE)
        for row in texts.itertuples(index=False):
            grid.add_row(*map(Text, row))
        self.console.print(grid, soft_wrap=False)

    def _chapter(self, section: str, state: str, told: str) -> None:
        line = Text(set_cell_size(notebook_name(section), NAME))
        line.append(set_cell_size(self.voice.name("chapter_state", state), STATE), STYLES.get(state, ""))
        line.append(told)
        line.rstrip()
        self.console.print(line)

    def _show_running(self) -> None:
        if self.watched and self._running:
            self._status.update(self.voice.say("run.running", names=list(self._running)))
            self._status.start()
        else:
            self._status.stop()


def shown(value: object) -> object:
    """A path as it is told from the working folder, where it is below; any other value as it is."""
    below = isinstance(value, Path) and value.is_relative_to(Path.cwd())
    return value.relative_to(Path.cwd()) if below else value
