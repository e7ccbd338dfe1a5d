from types import SimpleNamespace

import pandas as pd

from crmlib.absent import not_in_book
from crmlib.report import pilot
from crmlib.strategy.pilot import Outcome
from crmlib.study import Study
from crmlib.words.messages import as_json, say

DESIGN = say("strategy.pilot_whole_branches")
RUN = SimpleNamespace(
    table=lambda name: pd.DataFrame({"customer_id": ["1"]}), study=Study.load("jd"),
    results=lambda section: {"said": {"pilot": as_json([DESIGN])}},
)  # fmt: skip


def test_until_its_end_the_design_is_told_and_when_that_is(jd_book):
    listed = pd.DataFrame({"customer_id": ["1"], "arm": "more"})
    told = pilot.pilot_told(SimpleNamespace(**{**vars(RUN), "table": lambda name: listed}), jd_book)
    assert [message.key for message in told] == [DESIGN.key, "strategy.pilot_running"]


def test_then_what_came_of_it(monkeypatch):
    monkeypatch.setattr(pilot, "evaluate", lambda *given: Outcome((0.1, 0.02, 0.18), 5, 4))
    assert [message.key for message in pilot.pilot_told(RUN, None)][-1] == "strategy.pilot_effective"


def test_a_run_without_a_pilot_says_why(jd_book):
    none = SimpleNamespace(**{**vars(RUN), "table": lambda name: not_in_book("customers.rm_id")})
    assert pilot.pilot_told(none, jd_book)[-1].key == "common.not_in_book"
