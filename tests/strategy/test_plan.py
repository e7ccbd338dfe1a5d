"""The plan of actions: a study's own file, its faults, and success that a book can tell."""

import pytest

from crmlib.book import Book
from crmlib.errors import SettingsError
from crmlib.strategy.plan import ActionPlan, action_plan
from crmlib.study import Study
from crmlib.words.sentences.actions import steps
from crmlib.words.voice import Voice

OWN = """
cells:
  high_high:
    stable:
      key: Invite to the preview
      steps: [send the catalogue, offer_two_products]
      owner: shop
      days: 30
      stake: keep
      measure: orders again within a year
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.yaml").write_text("title: A shop\nlike: jd\nas_of: 2015-12-31\n")

    def study(text):
        (tmp_path / "actions.yaml").write_text(text)
        return Study.load(tmp_path)

    return study


def test_a_study_writes_only_what_differs(study):
    plan = action_plan(study(OWN))
    assert plan.cells["high_high"]["stable"].key == "Invite to the preview"
    assert plan.cells["high_high"]["decline"] == action_plan().cells["high_high"]["decline"]
    assert plan.countermeasures == action_plan().countermeasures
    assert action_plan(study("")) == action_plan()


def test_its_texts_are_shown_as_written_beside_those_that_have_words(study):
    action = action_plan(study(OWN)).cells["high_high"]["stable"]
    assert Voice().say(steps(action.steps, "lead")).startswith("send the catalogue; ")
    assert Voice("zh").name("action", action.key) == "Invite to the preview"


def test_success_names_only_what_the_book_can_tell(study):
    bare = Book({}, simulated=False, absent=frozenset({"holdings", "activity.rm_hours"}))
    success = action_plan(study(OWN)).success(bare)
    assert success["Invite to the preview"] == "orders again within a year"
    assert success["trial_products"] == success["online_only"] == "done"
    assert success["save"] == "save"
    assert action_plan().success()["trial_products"] == "trial_products"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cels: {}", r"line 1: cels is unknown. Did you mean cells\? Allowed: cells, instead, countermeasures."),
        ("cells: {high_high: {stabel: {}}}", r"cells.high_high.stabel is unknown. Did you mean stable\?"),
        (OWN.replace("owner", "ownr"), r"line 7: cells.high_high.stable.ownr is unknown. Did you mean owner\?"),
        (OWN.replace("30", "soon"), r"line 8: Input should be a valid integer.*found 'soon'"),
        (OWN.replace("keep", "kep"), r"String should match pattern .*found 'kep'"),
        ("- a", "the file must hold some of cells, instead, countermeasures"),
        ("instead: 3", "instead must hold some of risk_desk"),
    ],
)
def test_what_the_file_cannot_say_is_told_with_its_line(study, text, said):
    with pytest.raises(SettingsError, match=said):
        action_plan(study(text))


def test_a_run_keeps_the_plan_it_was_made_with(study, tmp_path):
    plan = action_plan(study(OWN))
    plan.save(tmp_path / "actions.json")
    assert ActionPlan.load(tmp_path / "actions.json") == plan
    assert ActionPlan.load(tmp_path / "none.json") == action_plan()
