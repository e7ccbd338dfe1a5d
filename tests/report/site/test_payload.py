import json
import re

import numpy as np
import pandas as pd
import pytest

from crmlib.report.digest import Digest
from crmlib.report.explain import explain
from crmlib.report.site.make import ASSETS
from crmlib.report.site.payload import payload, script
from crmlib.runs import Run


@pytest.fixture(scope="module")
def data(site_run):
    return payload(Digest(Run(site_run)))


def test_points_keep_every_bit(site_run, data):
    run = Run(site_run)
    model = run.scorer.model
    indicators = run.indicators().loc[data["customers"]["id"]]
    stored = json.loads(script(data).removeprefix("globalThis.crmData = ").removesuffix(";\n"))["points"]
    expected = model.scaled(indicators)
    assert expected.equals(pd.DataFrame(stored, index=expected.index).astype(float))


def test_weights_keep_every_bit(site_run, data):
    run = Run(site_run)
    model = run.scorer.model
    assert {node["code"]: node["local"] for node in data["tree"]} == {
        code: model.local[code] for code in model.local.index
    }


def test_columns_are_equally_long_and_words_are_pointed_to(data):
    lengths = {name: len(values) for name, values in data["customers"].items()}
    assert set(lengths.values()) == {lengths["id"]}
    for name, words in data["words"].items():
        places = [place for place in data["customers"][name] if place is not None]
        assert (min(places), max(places)) == (0, len(words) - 1)


def test_classes_are_those_of_the_run(site_run, data):
    classes = Run(site_run).table("classes").set_index("customer_id")["class"]
    told = [data["classes"][place] for place in data["customers"]["class"]]
    assert told == classes.loc[data["customers"]["id"]].tolist()


def test_every_action_has_its_steps(data):
    assert set(data["actions"]) == set(data["words"]["action"])
    assert all(action["steps"] and action["measure"] for action in data["actions"].values())


def test_nothing_is_a_number_that_json_does_not_know(data):
    assert "NaN" not in script(data)
    assert np.isfinite([value for value in data["customers"]["value_at_stake"] if value is not None]).all()


def test_moves_of_everybody_are_those_of_the_explanation_of_one(site_run, data):
    for place in (0, 100, 500):
        one = explain(Run(site_run), data["customers"]["id"][place])
        for step in one.steps:
            assert said(data, data["moves"]["alone"][step.code][place]) == (step.alone and step.alone.words)
            assert said(data, data["raw"][step.code][place]) == step.now
        for side in one.sides:
            words = side.pair and [change.words for change in side.pair]
            pair = data["moves"]["pairs"][side.axis][place]
            assert (pair and [said(data, each) for each in pair]) == words


def test_rules_of_cuts_are_told_as_kind_and_number_and_in_words(data):
    assert data["cuts"]["rules"]["current"] == {"kind": "p", "number": 70}
    assert data["cuts"]["said"] == {"current": "the 70th percentile", "potential": "the median"}


def test_the_scripts_ask_for_texts_that_there_are(data):
    for path in ASSETS.glob("*.js"):
        asked = set(re.findall(r'\bsay\("(\w+)"', path.read_text(encoding="utf-8")))
        assert asked <= set(data["text"]), path.name


def test_reasons_are_those_of_the_run_and_every_sentence_is_stored_once(site_run, data):
    told = Digest(Run(site_run)).told.loc[data["customers"]["id"]]
    for name in ("reason_stage", "reason_action"):
        places = data["customers"][name]
        assert [said(data, place) for place in places] == told[name].astype(object).where(
            told[name].notna(), None
        ).tolist()
    assert len(set(data["sentences"])) == len(data["sentences"])


def said(data, place):
    return None if place is None else data["sentences"][place]
