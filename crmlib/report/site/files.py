"""What readers take along: files of the run, copied into the site so that it is whole by itself."""

import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from PIL import Image

from crmlib.report.dark import turned

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
        both_faces(path, site / "figures")
    with ZipFile(site / TABLES, "w") as file:
        for path in sorted((run / "tables").glob("*.csv")):
            # A fixed date: the same run gives the same bytes.
            file.writestr(ZipInfo(path.name), path.read_bytes(), ZIP_DEFLATED)


def both_faces(source: Path, folder: Path) -> None:
    """A picture with a palette, in a third of the bytes; and ``…-dark.png`` beside it, for pages on dark paper."""
    with Image.open(source) as image:
        picture = image.convert("RGB").quantize(SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.save(folder / source.name)
    picture.putpalette(turned(np.reshape(picture.getpalette(), (-1, 3))).tobytes())
    picture.save(folder / f"{source.stem}-dark.png")
