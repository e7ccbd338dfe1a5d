"""Rules of cuts: read in one place, written as they were read."""

import pytest

from crmlib.cut import COMPARED, Cut, CutError
from crmlib.study import Study


@pytest.mark.parametrize("rule", [*COMPARED, "p1", "p99", "top1", "top99"])
def test_a_rule_is_written_as_it_was_read_and_allowed_in_the_settings(rule):
    assert str(Cut.read(rule)) == rule
    assert Cut.read(Cut.read(rule)) == Cut.read(rule)
    assert Study.load("jd", **{"matrix.cut_current": rule}).matrix.cut_current == rule


def test_a_rule_is_its_kind_and_number():
    assert Cut.read("top20") == Cut("top", 20)
    assert Cut.read("kmeans") == Cut("kmeans")
    assert [Cut.read(rule).quantile for rule in ("median", "p70", "top20", "mean")] == [0.5, 0.7, None, None]


@pytest.mark.parametrize("rule", ["p0", "p100", "top0", "p07", "p", "median1", " p70"])
def test_what_is_no_rule_is_refused_with_the_rules_that_there_are(rule):
    with pytest.raises(CutError, match=rf"^{rule} is not a rule for cuts.* Rules: median, mean, p1 to p99, top1 to"):
        Cut.read(rule)
