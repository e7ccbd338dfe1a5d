"""The rules in JavaScript (``assets/rule.js``) beside Python's, on models and scores of every kind."""

import json
import shutil
import subprocess
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from crmlib.cut import COMPARED, Cut
from crmlib.matrix.classes import Cuts, fit_cut
from crmlib.report.site.make import ASSETS
from crmlib.tree import Tree
from crmlib.value.model import ValueModel
from crmlib.value.scaling import Scaling

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine: apt-get install nodejs")


def in_javascript(expression: str, data: object) -> object:
    """Value of an expression of ``crmRule`` and ``data`` in node."""
    program = f'require({json.dumps(str(ASSETS / "rule.js"))}); const data = JSON.parse(require("fs").readFileSync(0));'
    program += f"process.stdout.write(JSON.stringify({expression}));"
    done = subprocess.run([NODE, "-e", program], input=json.dumps(data), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("rule", [*COMPARED, "p1", "p99", "top1", "top99"])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 129, 1186])
def test_cuts_are_pythons(rule, count):
    rng = np.random.default_rng(count)
    for scores in (rng.random(count) * 100, rng.integers(0, 9, count).astype(float), np.full(count, 41.123456789)):
        scores = scores.round(9)
        data = {"scores": scores.tolist(), "rule": asdict(Cut.read(rule))}
        assert in_javascript("crmRule.fitCut(data.scores, data.rule)", data) == fit_cut(pd.Series(scores), rule)


def model(branches: tuple[int, int], rng: np.random.Generator) -> ValueModel:
    """A model whose leaves are in points already, with so many groups on each axis and one to nine leaves in each."""
    nodes = [{"code": "A", "name": "a"}, {"code": "B", "name": "b"}]
    for axis, groups in zip("AB", branches, strict=True):
        for group in range(groups):
            nodes.append({"code": f"{axis}{group}", "name": "group", "parent": axis})
            leaves = int(rng.integers(1, 10))
            nodes += [
                {"code": f"{axis}{group}_{leaf}", "name": "leaf", "parent": f"{axis}{group}", "measure": "m"}
                for leaf in range(leaves)
            ]
    tree = Tree(nodes=nodes)
    weights = pd.Series(rng.random(len(tree.leaves)), list(tree.leaves))
    return ValueModel(tree, weights / weights.sum(), {leaf: Scaling("linear", 0.0, 100.0) for leaf in tree.leaves})


@pytest.mark.parametrize("branches", [(1, 1), (4, 3), (9, 2)])
def test_scores_and_classes_are_pythons_with_missing_values_too(branches):
    rng = np.random.default_rng(sum(branches))
    made = model(branches, rng)
    points = pd.DataFrame(rng.random((300, len(made.tree.leaves))) * 100, columns=list(made.tree.leaves))
    points = points.mask(rng.random(points.shape) < 0.2)
    points.iloc[:, 0] = points.iloc[:, 0].fillna(50.0)
    points.iloc[:, -1] = points.iloc[:, -1].fillna(50.0)
    expected = made.score(points)
    cuts = Cuts.fit(expected, ("p70", "median"))
    data = {
        "tree": [{"code": node.code, "parent": node.parent} for node in made.tree.nodes],
        "points": {leaf: [None if np.isnan(x) else x for x in made.scaled(points)[leaf]] for leaf in points},
        "local": made.local.to_dict(),
        "cuts": dict(zip(("current", "potential"), cuts, strict=True)),
    }
    found = in_javascript("crmRule.scores(data, data.local)", data)
    assert pd.DataFrame(found).equals(expected)
    classes = in_javascript("crmRule.classify(crmRule.scores(data, data.local), data.cuts)", data)
    names = cuts.classify(expected)
    assert [("platinum", "gold", "iron", "lead")[place] for place in classes] == names.tolist()


def test_a_score_on_a_cut_is_high():
    scores = {"current": [50.0, 49.999999999], "potential": [40.0, 40.0]}
    data = {"scores": scores, "cuts": {"current": 50.0000000001, "potential": 40.0}}
    assert in_javascript("crmRule.classify(data.scores, data.cuts)", data) == [0, 2]


def test_weights_of_siblings_sum_to_one_and_are_equal_where_all_are_zero():
    assert in_javascript("crmRule.shares([3, 1])", None) == [0.75, 0.25]
    assert in_javascript("crmRule.shares([0, 0])", None) == [0.5, 0.5]
