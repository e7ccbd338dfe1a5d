import pytest
from rich.console import Console

from crmlib.report.card import card
from crmlib.report.explain import explain


@pytest.fixture(scope="module")
def found(jd_run):
    customer = jd_run.table("classes")["customer_id"].iloc[0]
    return explain(jd_run, customer)


def printed(found, width=120):
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(card(found))
    return capture.get()


def test_a_card_holds_every_indicator_the_cuts_and_what_would_move_the_class(found):
    text = printed(found)
    for step in found.steps:
        assert step.name in text and f"{step.contribution:.2f}" in text
    assert f"the cut of {found.sides[0].cut:.1f}" in text and found.sides[1].other in text
    assert found.act.owner in text and found.stage in text
    assert "no lever" in text and "no lever" not in printed(found.model_copy(update={"headroom": None}))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_card_is_never_wider_than_the_terminal(found, width):
    assert max(map(len, printed(found, width).splitlines())) <= width


def test_a_name_with_marks_is_shown_as_it_is(found):
    odd = found.model_copy(update={"name": "[bold]Co[/bold] $x_1"})
    assert "[bold]Co[/bold] $x_1" in printed(odd)


def test_no_data_steer_the_terminal(found):
    steers = "\x1b]0;owned\x07\x1b[2J\x9b31m\n"
    steps = [step.model_copy(update={"name": steers, "now": steers}) for step in found.steps]
    odd = {"name": steers, "steps": steps, "customer_id": steers, "stage_reason": steers, "headroom": steers}
    shown = printed(found.model_copy(update=odd | {"act": found.act.model_copy(update={"reason": steers})}))
    assert "owned" in shown and not {"\x1b", "\x07", "\x9b"} & set(shown)
