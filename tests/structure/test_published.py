import pandas as pd
import pytest

from crmlib.absent import Absent, is_known
from crmlib.structure.cohorts import Churn
from crmlib.structure.published import FACTS, beside_published
from crmlib.words.bibliography import cited
from crmlib.words.messages import say
from crmlib.words.texts import LANGUAGES
from crmlib.words.voice import Voice

NO = Absent(say("structure.too_short"))
CHURN = Churn(pd.DataFrame(), pd.DataFrame(), rate=0.05, last=0.04, half_gone=9.0, young=1.0)


def amounts(*eva):
    return pd.DataFrame({"deposits": [1.0] * len(eva), "eva": eva})


def test_this_book_stands_beside_others():
    table = beside_published(amounts(6.0, 3.0, 1.0, -1.0, -1.0), CHURN).set_index("fact")
    assert table["share_here"].tolist() == pytest.approx([2 / 5, 2 / 5, 0.05])
    assert table["share_published"].tolist() == [0.2, 0.3, 0.1]


def test_what_is_not_known_here_is_left_out():
    assert beside_published(amounts(1.0, -5.0), NO)["fact"].tolist() == ["below_hurdle"]
    assert beside_published(amounts(2.0).drop(columns="eva"), CHURN)["fact"].tolist() == ["leave_in_a_year"]
    assert not is_known(beside_published(amounts(2.0).drop(columns="eva"), NO))


def test_every_published_fact_has_its_source():
    for _, source in FACTS.values():
        assert all(
            [work.key for work in cited(Voice(language).name("source", source))] == [source] for language in LANGUAGES
        )
