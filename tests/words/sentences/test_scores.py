"""What chapter 6 says."""

import pandas as pd
import pytest

from crmlib.words.sentences import scores
from crmlib.words.voice import Voice

BOUNDS = (20.0, 40.0, 60.0, 80.0)


def said(messages, language="en"):
    return " ".join(Voice(language).say(message) for message in messages)


def middle(own=0.54, others=(0.6, 0.9), ranked=0.54):
    table = pd.DataFrame({"share": [own, *others]}).assign(null_low=0.73)
    table = table.assign(low=table["share"] - 0.03, high=table["share"] + 0.03)
    return table.assign(ranked_mean=ranked, ranked_low=ranked - 0.02, ranked_high=ranked + 0.02)


@pytest.mark.parametrize(
    ("own", "verdict", "in_chinese"),
    [
        (0.1, "fewer than an even fifth", "少于均匀的五分之一"),
        (0.2, "neither clearly more nor fewer than an even fifth", "与均匀的五分之一并无明显差别"),
        (0.54, "more than an even fifth", "多于均匀的五分之一"),
    ],
)
def test_the_share_in_the_middle_stands_beside_an_even_fifth(own, verdict, in_chinese):
    found = middle(own)
    assert f"middle level of value, from 40 to 60 points: {verdict}." in said(scores.finding(found, BOUNDS))
    assert f"即40至60分：{in_chinese}。" in said(scores.finding(found, BOUNDS), "zh")


def test_the_scale_matters_only_where_scalings_lie_far_apart():
    assert said(scores.finding(middle(), BOUNDS)).endswith("more about the scale than about the customers.")
    assert said(scores.finding(middle(others=(0.6, 0.7)), BOUNDS)).endswith("Other scalings give 60.0 to 70.0 %.")
    assert said(scores.finding(middle(others=(0.6, 0.7)), BOUNDS), "zh").endswith("其他量纲为60.0至70.0 %。")


def test_customers_are_pulled_apart_only_where_fewer_are_in_the_middle_than_in_shuffled_books():
    found = said(scores.grades(middle(), 0.0))
    assert "under 2 of 3 scalings fewer" in found and "pulls" in found
    even = said(scores.grades(middle(0.8, (0.8, 0.9)), 0.0))
    assert "under none of 3 scalings" in even and "pulls" not in even
    assert "3种量纲中有2种" in said(scores.grades(middle(), 0.0), "zh")


@pytest.mark.parametrize(("ranked", "words"), [(0.54, "is like them"), (0.5, "has more"), (0.6, "has fewer")])
def test_books_that_keep_the_rank_correlations_stand_beside_this_one(ranked, words):
    assert f"This book {words}" in said(scores.grades(middle(ranked=ranked), 0.0))


def test_correlations_that_cannot_hold_together_are_said_to_be_mended():
    assert "changed by 0.012 at most" in said(scores.grades(middle(), 0.0123))
    assert "at most" not in said(scores.grades(middle(), 1e-6))


def chosen(best, typical):
    return pd.DataFrame({"total": [best, typical]}, index=["best", "typical"])


def test_what_lies_between_the_best_and_the_typical_customer():
    apart = pd.DataFrame({"indicator": ["deposit margin", "fees", "tenure"], "points": [14.1, 12.4, 1.0]})
    told = said(scores.examples(chosen(90.8, 42.8), apart))
    assert told.endswith("lie 48.0 points, of which 14.1 by deposit margin and 12.4 by fees.")
    assert said(scores.examples(chosen(90.8, 42.8), apart), "zh").endswith("其中存款收益占14.1分和fees占12.4分。")


def test_customers_that_are_alike_have_nothing_between_them():
    apart = pd.DataFrame({"indicator": ["fees"], "points": [0.0]})
    assert said(scores.examples(chosen(50.0, 50.0), apart)).endswith("typical customer lie 0.0 points.")


def test_who_has_no_loan_gets_points_for_lending_or_none():
    assert "They get 48 points for lending, not none" in said(scores.without_loan({"share": 0.8, "points": 48.4}))
    assert said(scores.without_loan({"share": 0.8, "points": 0.0})).endswith("They get no points for lending.")
    assert said(scores.without_loan({"share": 0.8, "points": 0.0}), "zh") == "80.0 %的客户没有贷款，其信贷不得分。"
