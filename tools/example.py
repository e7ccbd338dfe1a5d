"""Refresh what the project shows of its own run: the example, the pictures, the stored outputs of the notebooks.

Runs the default study afresh in a temporary folder, so that nothing of an earlier run is shown.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = "jd"
CHECK = "# NBVAL_CHECK_OUTPUT"
EXAMPLE = ("results.json", "classes.csv", "brief.pdf")
PICTURES = {"figures/matrix.png": "matrix.png", "front.png": "front.png"}
SCREEN = 1280, 1600
"""Width and height of the front page's picture, in CSS pixels."""


def main() -> None:
    """Run the study and put its results where the project keeps them."""
    with tempfile.TemporaryDirectory() as folder:
        crm = Path(sys.executable).with_name("crm")
        for verb in ("run", "report"):
            subprocess.run([crm, verb, STUDY], cwd=ROOT, env=os.environ | {"CRM_REPORTS": folder}, check=True)
        run = Path(folder) / STUDY
        photograph(run / "site" / "index.html", run / "front.png")
        copy(run, {name: ROOT / "reports" / "example" / name for name in EXAMPLE})
        copy(run, {name: ROOT / "docs" / "images" / picture for name, picture in PICTURES.items()})
        for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
            refresh(notebook, run / "notebooks" / notebook.name)


def copy(run: Path, places: dict[str, Path]) -> None:
    """Copy files of a run to places in the project."""
    for name, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run / name, place)


def photograph(page: Path, picture: Path) -> None:
    """Take a picture of the top of a page as a reader sees it, by Chromium."""
    width, height = SCREEN
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}")
    command = ["chromium", *flags, f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def refresh(notebook: Path, executed: Path) -> None:
    """Store the outputs of a notebook's check cells, as executed; every other cell keeps none."""
    document, run = (json.loads(path.read_text(encoding="utf-8")) for path in (notebook, executed))
    outputs = {cell["id"]: cell for cell in run["cells"]}
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            checked = "".join(cell["source"]).startswith(CHECK)
            made = outputs[cell["id"]]
            cell["outputs"] = made["outputs"] if checked else []
            cell["execution_count"] = made["execution_count"] if checked else None
            cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key in ("tags", "jupyter")}
    notebook.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
