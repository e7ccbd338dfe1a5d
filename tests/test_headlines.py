"""Headline numbers of any book are those that the chapters keep of the study's own."""

import pytest

from crmlib.case import Case
from crmlib.headlines import MAKERS, headlines


@pytest.fixture(scope="module")
def found(jd_run):
    return headlines(Case(jd_run.study, jd_run.book))


def test_every_number_is_that_which_the_chapter_keeps(found, jd_run):
    kept = {name: jd_run.numbers[name]["value"] for name in found}
    known = {name: value for name, value in kept.items() if value is not None}
    assert {name: found[name] for name in known} == pytest.approx(known, rel=1e-9, abs=1e-9)
    assert all(found[name] != found[name] for name in set(kept) - set(known))


def test_every_chapter_with_findings_has_some(found):
    assert {name.partition(".")[0] for name in found} == set(MAKERS)
