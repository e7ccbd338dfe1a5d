import pandas as pd
import pytest

from crmlib.absent import Absent
from crmlib.strategy.retention import Hazard
from crmlib.strategy.signs import SIGNS, beside_literature
from crmlib.words.bibliography import cited
from crmlib.words.messages import say


def hazard(**effects):
    table = pd.DataFrame(effects, index=["effect", "low", "high"]).T.rename_axis("covariate")
    return Hazard(table.assign(mean=0.0, spread=1.0), -4.0, 1000, 90)


@pytest.mark.parametrize(
    ("volume", "found"),
    [((-0.5, -0.7, -0.3), "same"), ((0.5, 0.3, 0.7), "opposite"), ((-0.1, -0.3, 0.1), "unclear")],
)
def test_a_sign_is_as_elsewhere_where_its_interval_is_on_that_side(volume, found):
    table = beside_literature(hazard(volume=volume, tenure=(0.2, 0.1, 0.3))).set_index("leaves_sooner")
    assert table.loc["small", "as_elsewhere"] == found and table.loc["small", "effect"] == volume
    assert table.loc["mature", "as_elsewhere"] == "same"


def test_what_the_hazard_does_not_read_is_said():
    table = beside_literature(hazard(volume=(-0.5, -0.7, -0.3)))
    assert table["leaves_sooner"].tolist() == list(SIGNS)
    assert table["as_elsewhere"].tolist() == ["same", *["not_read"] * 4]
    assert all(len(cited(source)) == 1 for source in table["source"])


def test_without_a_hazard_there_is_nothing_to_set_beside():
    none = Absent(say("strategy.not_followed"))
    assert beside_literature(none) == none
