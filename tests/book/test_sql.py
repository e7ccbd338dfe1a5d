import pytest

from crmlib.book.sql import Raw
from crmlib.errors import SettingsError


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "sales.csv").write_text("company,amount\n01,2.5\n01,3\n", encoding="utf-8")
    (folder / "names.csv").write_bytes("company,name\n01,京东\n".encode("gb18030"))
    return folder


@pytest.fixture
def ask(raw, tmp_path):
    views = Raw(raw)

    def query(text):
        path = tmp_path / "customers.sql"
        path.write_text(text, encoding="utf-8")
        return views.query(path, "tables/customers.sql")

    return query


def test_a_query_reads_files_as_views_with_text_as_it_is_written(ask):
    source = ask("SELECT company, sum(amount::double) AS amount FROM sales JOIN names USING (company) GROUP BY company")
    assert source.data.to_pylist() == [{"company": "01", "amount": 5.5}] and source.form == "SQL"


def test_a_file_in_another_encoding_is_a_view_too(ask):
    assert ask("SELECT name FROM names").data["name"].to_pylist() == ["京东"]


def test_a_query_that_fails_is_a_fault_with_the_reason(ask):
    rule = ask("SELECT amnt FROM sales").faults[0].allowed
    assert rule.startswith("a query that runs: ") and "amnt" in rule


def test_what_is_no_select_is_a_fault(ask):
    for text in ("", "DROP VIEW sales", "SELECT 1; SELECT 2"):
        assert ask(text).faults[0].allowed == "one SELECT, in UTF-8"


def test_a_query_reads_no_other_file_and_changes_no_setting(ask, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    assert ask(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')").faults[0].allowed.startswith("a query that runs: ")
    assert ask("SET enable_external_access = true").faults[0].allowed == "one SELECT, in UTF-8"


def test_where_there_is_nothing_to_read(tmp_path, raw):
    with pytest.raises(SettingsError, match=r"book\.raw is not set, and a table is given as SQL"):
        Raw(None)
    with pytest.raises(SettingsError, match=r"holds no \.csv, .* file\."):
        Raw(tmp_path / "none")
    (raw / "sales.parquet").write_bytes(b"")
    with pytest.raises(SettingsError, match=r"sales.csv and sales.parquet in .* would be one table"):
        Raw(raw)
