"""The list of every table and figure with the notebook, the cell and the function that makes it.

``python tools/tables_and_figures.py`` writes docs/tables-and-figures.md from the notebooks; a test says when it is
stale.
"""

from pathlib import Path

from crmlib.report.site.listing import Made, listed
from crmlib.words.voice import Voice

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "tables-and-figures.md"
HEAD = """# Tables and figures

Every figure (`figures/<name>.svg`, `.png`, and its data as `.csv`) and every table (`tables/<name>.parquet`, `.csv`)
of a run, with the notebook and the cell that make it. Made by `python tools/tables_and_figures.py`.
"""


def document(rows: list[Made]) -> str:
    """The list as Markdown: figures first, then tables."""
    figures = [
        f"| {m.name} | {m.notebook} | {m.cell} | `{m.function}` | {Voice().say(m.alt)} |"
        for m in rows
        if m.kind == "figure"
    ]
    tables = [f"| {m.name} | {m.notebook} | {m.cell} |" for m in rows if m.kind == "write"]
    parts = [
        HEAD,
        "## Figures\n\n| figure | notebook | cell | function in `crmlib.report.figures` | shows |",
        "|---|---|---|---|---|",
        *figures,
        "\n## Tables\n\n| table | notebook | cell |",
        "|---|---|---|",
        *tables,
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(listed(ROOT / "notebooks")), encoding="utf-8")
