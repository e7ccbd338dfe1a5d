"""What a run tells: a line a chapter, and at the end what it found. Plain text unless a person is watching."""

import re
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from crmlib.run.folder import RunFolder
from crmlib.run.graph import notebook_name

FIRST_SCREEN = ("structure", "problems", "scores", "matrix", "strategy")
STYLES = {"ran": "green", "kept": "dim", "failed": "red", "left out": "yellow"}
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


class Progress:
    """Prints as chapters begin and end; made once a run."""

    def __init__(self) -> None:
        # Without a terminal nothing but text is written, whatever the environment says.
        watched = sys.stdout.isatty()
        self.console = Console(force_terminal=watched, no_color=not watched, highlight=False, soft_wrap=True)
        self._status = self.console.status("") if watched else None

    def running(self, sections: Iterable[str]) -> None:
        """Show which chapters run now, to a person who is watching."""
        names = ", ".join(map(notebook_name, sections))
        if self._status and names:
            self._status.update(f"running {names}")
            self._status.start()
        elif self._status:
            self._status.stop()

    def ended(self, section: str, state: str, seconds: float | None = None, finding: str = "") -> None:
        """One line: chapter, state, seconds, first finding."""
        name, clock = notebook_name(section), "" if seconds is None else f"{seconds:5.1f} s"
        found = textwrap.shorten(plain_text(finding), 100, placeholder=" …")
        line = Text.assemble(f"{name:<14}", (f"{state:<9}", STYLES.get(state, "")), f"{clock}  {found}")
        line.rstrip()
        self.console.print(line)

    def finish(self, folder: RunFolder) -> None:
        """The path of the report, and the first-screen findings of the chapters that hold them."""
        self.say(f"\nReport: {shown(folder.path)}")
        for section in FIRST_SCREEN:
            for finding in folder.results(section).get("findings", [])[:1]:
                self.say(f"  {notebook_name(section)}: {plain_text(finding)}")

    def say(self, text: str) -> None:
        """A line of plain text."""
        self.console.print(Text(text))


def plain_text(markdown: str) -> str:
    """A finding without the marks of Markdown: links by their text, no asterisks and backticks."""
    return re.sub(r"[*`]|\\(?=[$_])", "", LINK.sub(r"\1", markdown)).replace("\n", " ")


def shown(path: Path) -> str:
    """A path as short as it can be told from the working folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
