"""The summary sheet: what each class holds is what the run's tables hold."""

import openpyxl
import pytest


@pytest.fixture
def rows(filled):
    sheet = openpyxl.load_workbook(filled[1], data_only=True).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def held(rows, filled):
    """Rows of the classes under the head that names what they hold."""
    top = next(place for place, row in enumerate(rows) if "Customers" in row)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 : top + 5]]


def test_sums_of_the_classes_are_those_of_their_customers(held, filled):
    digest, _ = filled
    sums = digest.customers.groupby("class")[["mean_deposits", "hours"]].sum()
    for row, card in zip(held, digest.cards, strict=True):
        own = sums.loc[card.name]
        assert row["Customers"] == (digest.customers["class"] == card.name).sum()
        assert row["EVA, 万元"] == pytest.approx(card.held["eva"].amount / 1e4)
        assert row["Deposits, 万元"] == pytest.approx(own["mean_deposits"] / 1e4)


def test_shares_of_a_measure_sum_to_the_whole(held):
    shares = [name for name in held[0] if name and name.endswith(", share")]
    assert len(shares) == 6
    for name in shares:
        told = [row[name] for row in held if isinstance(row[name], float)]
        assert len(told) in (0, 4) and (not told or sum(told) == pytest.approx(1)), name


def test_cells_of_class_and_stage_hold_every_customer_once(rows, filled):
    top = next(place for place, row in enumerate(rows) if "exploration" in row)
    counts = [value for row in rows[top + 1 : top + 5] for value in row if isinstance(value, int)]
    assert sum(counts) == len(filled[0].customers)


def test_findings_and_charts_are_there(rows, filled):
    assert any(isinstance(cell, str) and cell.startswith("• ") for row in rows for cell in row)
    assert len(openpyxl.load_workbook(filled[1]).worksheets[0]._charts) == 3
