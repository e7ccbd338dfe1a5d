"""Estimated room beside the true one."""

from dataclasses import replace

import pandas as pd
import pytest

from crmlib.book import Book
from crmlib.evidence.room import Room, room_in_truth


@pytest.fixture(scope="module")
def found(jd, jd_book, jd_profit, jd_references, jd_indicators):
    deposits = jd_indicators["A21"].rank(pct=True)
    return room_in_truth(jd_book, jd_profit, pd.cut(deposits, 4, labels=jd.matrix.classes[::-1]), jd, jd_references)


def test_sums_by_class_are_those_of_their_customers_in_the_order_of_the_classes(jd, found):
    table = found.by_class
    assert table["class"].tolist() == list(jd.matrix.classes)
    assert table["n"].sum() == len(found.table)
    pd.testing.assert_series_equal(table[["true_room", "headroom"]].sum(), found.total[["true_room", "headroom"]],
                                   check_names=False)  # fmt: skip
    assert found.total["caught"] == pytest.approx(found.table["headroom"].sum() / found.table["true_room"].sum())


def test_true_room_of_a_depositor_is_the_wallet_less_what_is_held_here(jd_book, found):
    truth, rows = jd_book.truth.set_index("customer_id"), jd_book.activity
    who = truth.index[truth["wallet_loans"] == 0].intersection(found.table.index)
    last = rows[rows["month"] == rows["month"].max()].set_index("customer_id").loc[who]
    held = last["demand_deposit"] + last["time_deposit"]
    pd.testing.assert_series_equal(found.table.loc[who, "true_room"], truth.loc[who, "wallet_deposits"] - held,
                                   check_names=False, atol=0.02)  # fmt: skip


def test_the_estimate_ranks_the_room_far_better_than_chance(found):
    assert found.ranks.index.tolist() == ["headroom", "room_by_sales"]
    assert found.ranks.between(0.6, 0.85).all()


def test_ranks_and_ratios_of_a_perfect_estimate_are_one():
    rooms = pd.Series([1.0, 5.0, 3.0])
    table = pd.DataFrame({"class": "gold", "true_room": rooms, "headroom": rooms, "room_by_sales": 2 * rooms})
    room = Room(table)
    assert room.ranks.tolist() == pytest.approx([1, 1])
    assert room.by_class[["caught", "caught_by_sales", "n"]].iloc[0].tolist() == [1.0, 2.0, 3]


def test_where_nobody_has_room_nothing_is_found_of_it():
    none = pd.DataFrame({"class": ["gold"], "true_room": 0.0, "headroom": 3.0, "room_by_sales": 3.0})
    assert pd.isna(Room(none).total["caught"])


def test_a_book_without_truth_or_wallet_tells_no_room(jd, jd_book, jd_profit, jd_references):
    nobody = pd.Series(dtype=str)
    real = Book(jd_book.tables, simulated=False)
    assert room_in_truth(real, jd_profit, nobody, jd, jd_references).why.key == "common.not_in_book"
    without = replace(jd_references, wallet={})
    assert room_in_truth(jd_book, jd_profit, nobody, jd, without).why.key == "model.no_wallet"
