from typing import NamedTuple

from crmlib.words.messages import say
from crmlib.words.sentences import sentences


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
