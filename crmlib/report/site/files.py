"""What readers take along: files of the run, copied into the site so that it is whole by itself."""

import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FILES = ("brief.pdf", "customers.xlsx", "results.json", "classes.csv", "model.json", "run.json")
"""Files that the front page offers."""
TABLES = "tables.zip"
"""Every table of the run as CSV."""
SHADES = 256


def take_along(run: Path, site: Path) -> None:
    """Copy the run's files into its site: key numbers and classes, figures with their data, all tables in one file."""
    for name in FILES:
        if (run / name).is_file():
            shutil.copyfile(run / name, site / name)
    (site / "figures").mkdir()
    for path in (run / "figures").glob("*.csv"):
        shutil.copyfile(path, site / "figures" / path.name)
    for path in (run / "figures").glob("*.png"):
        _small(path, site / "figures" / path.name)
    with ZipFile(site / TABLES, "w") as file:
        for path in sorted((run / "tables").glob("*.csv")):
            # A fixed date: the same run gives the same bytes.
            file.writestr(ZipInfo(path.name), path.read_bytes(), ZIP_DEFLATED)


def _small(source: Path, target: Path) -> None:
    """A picture with a palette, in a third of the bytes."""
    from PIL import Image

    with Image.open(source) as image:
        flat = image.convert("RGB")
    flat.quantize(SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(target)
