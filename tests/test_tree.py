import pandas as pd
import pytest
import yaml

from crmlib.errors import SettingsError
from crmlib.tree import Tree

NODES = [
    {"code": "A", "name": "current"},
    {"code": "B", "name": "potential"},
    {"code": "A1", "parent": "A", "name": "margin", "formula": "deposit_margin", "weight": 3},
    {"code": "A2", "parent": "A", "name": "fees", "formula": "fee_income", "weight": 1},
    {"code": "B1", "parent": "B", "name": "growth", "measure": "growth"},
]


def tree_of(nodes):
    return Tree.model_validate({"nodes": nodes})


def test_axes_leaves_and_groups_in_the_order_of_the_file():
    tree = tree_of(NODES)
    assert tree.axes == ("A", "B")
    assert tree.leaves == ("A1", "A2", "B1")
    assert tree.groups == ("value", "A", "B")
    assert tree.leaves_of("A") == ("A1", "A2")
    assert tree["B1"].measure == "growth"


def test_leaf_weights_multiply_from_the_root_down_and_sum_to_one():
    tree = tree_of(NODES)
    weights = tree.leaf_weights(tree.reference_weights())
    assert weights.to_dict() == {"A1": 0.375, "A2": 0.125, "B1": 0.5}


def test_a_group_goes_with_its_last_leaf():
    nodes = [
        *NODES,
        {"code": "B2", "parent": "B", "name": "group"},
        {"code": "B21", "parent": "B2", "name": "x", "measure": "x"},
    ]
    assert tree_of(nodes).without({"B21"}).leaves == ("A1", "A2", "B1")


def test_the_tree_of_the_study_has_fifteen_indicators_and_each_answers_a_problem(jd):
    leaves = [jd.tree[leaf] for leaf in jd.tree.leaves]
    assert len(leaves) == 15
    assert all(leaf.answers for leaf in leaves)


def test_reference_weights_of_siblings_sum_to_one(jd):
    weights = jd.tree.reference_weights()
    for group in jd.tree.groups:
        assert weights[list(jd.tree.children(group))].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"code": "A1", "name": "twice", "parent": "B", "measure": "x"},
            "codes must be unique: A1 stand more than once",
        ),
        ({"code": "C1", "name": "lost", "parent": "C", "measure": "x"}, "parents must be nodes of the tree: C are not"),
        (
            {"code": "C", "name": "third axis", "measure": "x"},
            r"two axes must stand below `value`.*found \['A', 'B', 'C'\]",
        ),
        ({"code": "B2", "name": "empty", "parent": "B"}, "B2: a leaf needs a formula or a measure, a group neither"),
        ({"code": "B2", "name": "typo", "parent": "B", "mesure": "x"}, "mesure: Extra inputs are not permitted"),
    ],
)
def test_faults_of_a_tree_are_named(tmp_path, change, message):
    path = tmp_path / "tree.yaml"
    path.write_text(yaml.safe_dump([*NODES, change]))
    with pytest.raises(SettingsError, match=message):
        Tree.load(path)


@pytest.mark.parametrize(("weights", "found"), [((3, 1), "A1 3.0, A2 1.0"), ((0.6, 0.3), "A1 0.6, A2 0.3"),
                                                ((1, None), "A1 1.0, A2 none")])  # fmt: skip
def test_weights_of_siblings_must_sum_to_one(tmp_path, weights, found):
    own = dict(zip(("A1", "A2"), weights, strict=True))
    path = tmp_path / "tree.yaml"
    path.write_text(yaml.safe_dump([{**node, "weight": own.get(node["code"])} for node in NODES]))
    with pytest.raises(SettingsError, match=f"children of A must sum to 1, each having one or none: found {found}"):
        Tree.load(path)


def test_a_circle_does_not_hang_below_the_root():
    circle = [{"code": "X", "parent": "Y", "name": "x"}, {"code": "Y", "parent": "X", "name": "y"}]
    with pytest.raises(ValueError, match="every node must hang below `value`: X, Y do not"):
        tree_of([*NODES, *circle])


def test_a_missing_tree_says_what_a_study_needs(tmp_path):
    with pytest.raises(SettingsError, match=r"no such file. A study needs an indicator tree"):
        Tree.load(tmp_path / "tree.yaml")


@pytest.mark.parametrize("text", ["", "hello", "a: 1"])
def test_a_file_that_holds_no_list_says_what_a_tree_is(tmp_path, text):
    path = tmp_path / "tree.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match="a tree is a list of nodes, as"):
        Tree.load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        Tree.load(path)


def test_equal_weights_where_none_is_written():
    local = tree_of(NODES).reference_weights()
    pd.testing.assert_series_equal(local[["A", "B"]], pd.Series({"A": 0.5, "B": 0.5}, name="weight"))
