import pytest

from crmlib.report.explain import explain
from crmlib.report.site.moves import moves
from crmlib.run.folder import RunFolder
from crmlib.runs import Run


@pytest.fixture(scope="module")
def told(site_run):
    run = Run(site_run)
    model = run.scorer.model
    indicators = run.table("indicators").set_index("customer_id")[list(model.tree.leaves)].sort_index()
    return indicators.index, moves(run, model, indicators)


def test_moves_of_everybody_are_those_of_the_explanation_of_one(site_run, told):
    customers, found = told
    for place in (0, 100, 500):
        one = explain(RunFolder(site_run), customers[place])
        for step in one.steps:
            words = step.alone and step.alone.words.removeprefix(f"{step.name} ")
            assert found["alone"][step.code][place] == words
        for side in one.sides:
            pair = side.pair and [side.pair[0].code, side.pair[1].code]
            shown = found["pairs"][side.axis][place]
            assert (shown and shown[::2]) == pair
