import pandas as pd
import pytest

from crmlib.book import load_book
from crmlib.book.fault_table import BookError
from crmlib.book.reading import faults
from crmlib.errors import SettingsError
from crmlib.study import Study

ABSENT = ("contacts", "truth")


@pytest.fixture
def delivered(tmp_path, jd, jd_book):
    """A study of tables: those of the simulated book as CSV files."""
    folder = tmp_path / "bank"
    (folder / "tables").mkdir(parents=True)
    (folder / "study.yaml").write_text("title: A bank\nlike: jd\nas_of: 2015-12-31\nbook: {source: tables}\n")
    (tmp_path / "jd").mkdir()
    for name in ("study.yaml", "tree.yaml"):
        (tmp_path / "jd" / name).write_text((jd.folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    few = set(jd_book.customers["customer_id"].iloc[:40])
    for name, table in jd_book.tables.items():
        if name not in ABSENT:
            own = table[table["customer_id"].isin(few)] if "customer_id" in table else table
            own.to_csv(folder / "tables" / f"{name}.csv", index=False)
    return folder


def edit(folder, change, name="customers"):
    path = folder / "tables" / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")


def test_tables_come_back_as_they_were_delivered(delivered, jd_book):
    book = load_book(Study.load(delivered))
    assert not book.simulated and set(ABSENT) <= book.absent
    for name, table in book.tables.items():
        stored = jd_book.tables[name]
        if "customer_id" in table:
            stored = stored[stored["customer_id"].isin(book.customers["customer_id"])]
        key = [column for column in ("customer_id", "month", "year", "product", "opened", "expert", "node", "left",
                                     "right", "industry") if column in table]  # fmt: skip
        expected = stored.sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(table.sort_values(key, ignore_index=True), expected, check_index_type=False)


def test_all_faults_of_all_tables_come_at_once_with_file_row_column_and_value(delivered):
    def break_customers(lines):
        head = lines[0].split(",")
        row = lines[2].split(",")
        row[head.index("size")], row[head.index("opened")] = "huge", "31.03.2015"
        return [*lines[:2], ",".join(row), *lines[3:]]

    edit(delivered, break_customers)
    edit(delivered, lambda lines: [lines[0].replace("ftp_loan", "ftp_laon"), *lines[1:]], "rates")
    found = faults(Study.load(delivered))
    customers = found[found["file"] == "tables/customers.csv"].set_index("column")
    assert customers.loc["size", ["row", "value"]].tolist() == [3, "huge"]
    assert customers.loc["opened", ["row", "value"]].tolist() == [3, "31.03.2015"]
    (rule,) = found.loc[found["file"] == "tables/rates.csv", "allowed"]
    assert "Did you mean ftp_loan?" in rule
    with pytest.raises(BookError, match="faults in the tables of the book"):
        load_book(Study.load(delivered))


def test_tables_without_rows_have_faults_like_any_other(delivered):
    for name in ("customers", "activity", "judgements"):
        edit(delivered, lambda lines: lines[:1], name)
    found = faults(Study.load(delivered))
    assert found["fault"].tolist() == ["no_rows"] * 3
    assert found["file"].tolist() == ["tables/activity.csv", "tables/customers.csv", "tables/judgements.csv"]


def test_a_missing_table_is_named_and_how_to_say_that_it_is_absent(delivered):
    (delivered / "tables" / "holdings.csv").unlink()
    found = faults(Study.load(delivered))
    rule = found.loc[found["file"] == "tables/holdings.*", "message"].iloc[0]
    assert rule == "table missing: given, or holdings named in book.absent; give it, or name it in book.absent."


def test_a_table_given_twice_and_a_file_of_no_table_are_faults(delivered):
    (delivered / "tables" / "rates.parquet").write_bytes(b"")
    (delivered / "tables" / "custmers.csv").write_text("a\n")
    found = faults(Study.load(delivered)).set_index("file")
    rules = found["allowed"]
    assert found.loc["tables/rates.csv", ["fault", "value"]].tolist() == ["given_twice", "rates.csv, rates.parquet"]
    assert "Did you mean customers?" in rules["tables/custmers.csv"]


def test_what_every_book_needs_cannot_be_absent(delivered):
    for name, said in (
        ("customers", "customers cannot be absent"),
        ("customers.rm_di", "is no table or column. Did you mean customers.rm_id?"),
    ):
        with pytest.raises(SettingsError) as error:
            load_book(Study.load(delivered, **{"book.absent": [name]}))
        assert said in str(error.value)
