import zipfile

import numpy as np
import pandas as pd
from PIL import Image

from crmlib.report.palette import DARK
from crmlib.report.site.files import FILES, TABLES, take_along


def test_files_figures_and_tables_are_taken_along(site_run, tmp_path):
    take_along(site_run, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {*FILES, TABLES} - {"brief.pdf", "customers.xlsx"}
    assert (tmp_path / "figures" / "matrix.csv").is_file()
    with zipfile.ZipFile(tmp_path / TABLES) as file:
        taken = pd.read_csv(file.open("classes.csv"), dtype={"customer_id": str})
    assert taken["customer_id"].equals(pd.read_parquet(site_run / "tables" / "classes.parquet")["customer_id"])


def test_a_picture_has_another_on_dark_paper(site_run, tmp_path):
    take_along(site_run, tmp_path)
    with Image.open(tmp_path / "figures" / "matrix-dark.png") as image:
        corner = image.convert("RGB").getpixel((0, 0))
    paper = [int(DARK["paper"][at : at + 2], 16) for at in (1, 3, 5)]
    assert np.abs(np.array(corner) - paper).max() < 12


def test_a_picture_is_smaller_and_looks_the_same(site_run, tmp_path):
    take_along(site_run, tmp_path)
    before, after = site_run / "figures" / "matrix.png", tmp_path / "figures" / "matrix.png"
    assert after.stat().st_size < before.stat().st_size / 2
    pixels = [np.asarray(Image.open(path).convert("RGB"), dtype=int) for path in (before, after)]
    assert np.abs(pixels[0] - pixels[1]).max() < 32
