from typing import NamedTuple

import pandas as pd

from crmlib.words.messages import say
from crmlib.words.sentences import fill, rows, sentences


class Moves(NamedTuple):
    over: int
    under: int
    unused: object = object()


def test_a_text_is_filled_from_items_fields_and_values():
    expected = [say("problems.tiers", over=1, under=2, agreement=0.5)]
    assert sentences("problems", "tiers", {"over": 1, "under": 2, "more": 3}, agreement=0.5) == expected
    assert sentences("problems", "tiers", Moves(1, 2), agreement=0.5) == expected


def test_where_something_is_to_be_decided_a_function_decides():
    assert sentences("problems", "not_measured", {}) == []
    assert sentences("problems", "not_measured", {"tier_agreement": []}) == [
        [say("problems.no_case", problem="tier_agreement", what=[])]
    ]


def test_rows_of_a_table_fill_a_text_each_and_values_come_before_them():
    table = pd.DataFrame({"over": [1, 3], "under": [2, 4], "more": [5, 6]})
    expected = [
        say("problems.tiers", over=1, under=0, agreement=0.5),
        say("problems.tiers", over=3, under=0, agreement=0.5),
    ]
    assert rows("problems.tiers", table, under=0, agreement=0.5) == expected
    assert fill("problems.tiers", table.iloc[0]) == say("problems.tiers", over=1, under=2)
