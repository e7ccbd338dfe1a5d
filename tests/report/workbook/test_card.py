"""The customer card as a reader sees it who does not recalculate."""

import openpyxl
import pytest

from crmlib.report.workbook.card import PICK


@pytest.fixture
def shown(filled):
    """Customer that is picked, everything the run knows of it, and the values that stand on the card."""
    digest, path = filled
    card = openpyxl.load_workbook(path, data_only=True).worksheets[1]
    picked = card.cell(PICK[0] + 1, PICK[1] + 1).value
    return picked, digest.told.loc[picked], [cell.value for row in card.iter_rows(max_col=5) for cell in row]


def test_every_formula_carries_the_result_for_the_customer_that_is_picked_first(shown):
    picked, customer, values = shown
    numbers = [value for value in values if isinstance(value, float | int)]
    for name in ("total", "current", "potential"):
        assert any(number == pytest.approx(customer[name]) for number in numbers), name
    for name in ("class", "stage", "action", "owner", "rm_id"):
        assert customer[name] in values, name
    assert picked in values


def test_contributions_sum_to_the_total(shown, filled):
    _, customer, values = shown
    codes = [each.code for each in filled[0].indicators]
    rows = [place for place, value in enumerate(values) if isinstance(value, str) and value.split(" ")[0] in set(codes)]
    # A row of the card has five cells: the indicator first, what it adds in the fourth.
    assert len(rows) == len(codes)
    assert sum(values[place + 3] for place in rows) == pytest.approx(customer["total"])


def test_the_card_is_made_of_formulas_but_for_the_cell_to_pick_in(filled):
    card = openpyxl.load_workbook(filled[1]).worksheets[1]
    formulas = [cell.value for row in card.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 2 * len(filled[0].indicators)
    assert card.cell(PICK[0] + 1, PICK[1] + 1).data_type == "s"


def test_what_is_not_known_is_a_dash_and_never_nought(filled):
    """A formula that looks a blank cell up gives 0, so that no cell of the customers is blank."""
    customers = openpyxl.load_workbook(filled[1])["Customers"]
    cells = [cell.value for row in customers.iter_rows() for cell in row]
    assert None not in cells
