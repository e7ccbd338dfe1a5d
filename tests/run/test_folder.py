import errno
import math

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import FileError
from crmlib.run.folder import RunFolder, csv_bytes, json_bytes, parquet_bytes, plain, reports_root
from crmlib.study import PROJECT, flatten


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "ours")


def contents(folder):
    return sorted(path.name for path in folder.path.rglob("*") if path.is_file())


def test_reports_stand_in_the_project_unless_redirected(monkeypatch, tmp_path):
    monkeypatch.delenv("CRM_REPORTS", raising=False)
    monkeypatch.chdir(PROJECT / "notebooks")
    assert reports_root() == PROJECT / "reports"
    monkeypatch.setenv("CRM_REPORTS", str(tmp_path))
    assert reports_root() == tmp_path


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(folder):
    folder.write("figures/matrix.png", b"old")

    def half(path):
        path.write_bytes(b"ha")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FileError, match=r"figures/matrix.png: No space left on device\. Make room on that disk"):
        folder.make("figures/matrix.png", half)
    assert (folder.path / "figures" / "matrix.png").read_bytes() == b"old"
    assert contents(folder) == ["matrix.png"]


def test_equal_tables_give_equal_bytes():
    frame = pd.DataFrame({"customer_id": ["0001", "0002"], "eva": [1.5, float("nan")]})
    assert parquet_bytes(frame) == parquet_bytes(frame.copy())
    assert csv_bytes(frame) == b"customer_id,eva\n0001,1.5\n0002,\n"


def test_what_json_cannot_hold_becomes_null():
    assert json_bytes({"值": [np.float64("nan"), math.inf, np.int64(3), np.True_]}) == (
        '{\n "值": [\n  null,\n  null,\n  3,\n  true\n ]\n}\n'.encode()
    )
    assert plain(pd.Timestamp("2015-12-31")) == "2015-12-31T00:00:00"


def test_settings_by_dotted_name_keep_empty_tables_whole():
    assert flatten({"seed": 1, "book": {"raw": None}, "odd": {}}) == [("seed", 1), ("book.raw", None), ("odd", {})]
