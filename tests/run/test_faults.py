import pytest

from crmlib.book.fault_table import Fault, fault_table
from crmlib.run.faults import MOST, tell_faults
from crmlib.run.progress import Progress


@pytest.fixture
def found(monkeypatch):
    """Let the book have these faults."""

    def have(*faults):
        monkeypatch.setattr("crmlib.book.faults", lambda study: fault_table(faults))

    return have


def test_a_simulated_book_has_no_faults(jd, capsys):
    assert tell_faults(jd, Progress()) == 0
    assert capsys.readouterr().out == "jd: no faults\n"


def test_every_fault_is_a_row_with_its_place_and_rule(jd, found, capsys):
    found(
        Fault("tables/customers.csv", 4, "size", "[bold]huge", "one of large, small"),
        Fault("tables/rates.csv", rule="no such file"),
    )
    assert tell_faults(jd, Progress()) == 2
    out = capsys.readouterr().out
    head, *rows = [line.split() for line in out.splitlines() if line.strip() and "─" not in line]
    assert head == ["file", "row", "column", "value", "rule"]
    assert rows[0] == ["tables/customers.csv", "4", "size", "[bold]huge", "one", "of", "large,", "small"]
    assert rows[1] == ["tables/rates.csv", "no", "such", "file"]
    assert out.endswith("jd: 2 faults\n")


def test_of_many_faults_the_first_are_shown_and_all_are_counted(jd, found, capsys):
    found(*(Fault("tables/activity.csv", row, "loan", "-1", "0 or more") for row in range(2, 1502)))
    assert tell_faults(jd, Progress()) == 1500
    out = capsys.readouterr().out
    assert out.count("tables/activity.csv") == MOST
    assert out.endswith(f"jd: 1,500 faults, the first {MOST} of them above\n")
