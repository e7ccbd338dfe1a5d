"""Weights of the whole indicator tree: every node by the group of experts, with how consistent each of them was."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from crmlib.absent import Lacking, needs
from crmlib.study import ModelSettings
from crmlib.tree import ROOT, Tree
from crmlib.value.weights.ahp import Priorities, ahp
from crmlib.value.weights.circles import strongest_circle
from crmlib.value.weights.group import Aggregate, GroupPriorities, group_ahp
from crmlib.value.weights.judgements import Matrices, matrices, strongest
from crmlib.value.weights.objective import equal
from crmlib.value.weights.repair import COLUMNS, repaired, suggestions
from crmlib.words.messages import Message, say

WITHOUT_EXPERTS = {"equal": "equal_by_settings", "tree": "as_in_tree", "ahp": "equal_without_judgements"}
"""What is said of the weights where no expert was asked, by the setting ``weights``."""


@dataclass(frozen=True)
class TreeWeights:
    """Local weights of a whole tree and what they rest on.

    Attributes
    ----------
    local : Series, shape (nodes,)
        Weight of each node among its siblings, by code; siblings sum to 1.
    nodes : dict of str to GroupPriorities
        Group priorities of each judged node.
    consistency : DataFrame
        One row per node and expert, and one per node for the group (expert "all"): node, expert, n, missing (pairs
        filled in), lambda_max, consistency_index, random_index, consistency_ratio (missing for n <= 2), method,
        circle and breaks (messages: three elements judged in a circle, and the judgement that would break it),
        consistent, name (of the node).
    repairs : DataFrame
        Of every inconsistent expert and node the judgements that could be changed, or were: node, expert, ratio_before,
        the columns of :func:`crmlib.value.weights.suggestions`, applied (bool). Empty where nobody is inconsistent or
        ``repair`` is none.
    notes : tuple of Message
        What a reader must know: nodes that nobody judged, judgements filled in or changed, experts over the limit.
    """

    local: pd.Series
    nodes: dict[str, GroupPriorities]
    consistency: pd.DataFrame
    repairs: pd.DataFrame
    notes: tuple[Message, ...]


def tree_weights(
    judgements: pd.DataFrame, tree: Tree, settings: ModelSettings, aggregate: Aggregate = "judgements"
) -> TreeWeights:
    """Local weights of every node of the tree: by the experts' judgements, the tree's own, or equal.

    Parameters
    ----------
    judgements : DataFrame
        Table ``judgements`` of the book; may be empty.
    tree : Tree
    settings : ModelSettings
        ``weights``, ``method``, ``consistency_limit`` and ``repair``.
    aggregate : {"judgements", "priorities"}
        As for :func:`crmlib.value.weights.group_ahp`.

    Returns
    -------
    TreeWeights

    Raises
    ------
    WeightsError
        If a judgement cannot be used; names expert, node and pair.
    """
    asked = settings.weights == "ahp" and not judgements.empty
    by_expert, repairs = _repaired(matrices(judgements, tree) if asked else {}, settings)
    nodes = {node: group_ahp(found, aggregate, settings.method) for node, found in by_expert.items()}
    local = tree.reference_weights() if settings.weights == "tree" else _local(nodes, tree)
    consistency = _consistency(nodes, settings.consistency_limit, tree)
    notes = tuple(_notes(nodes, consistency, repairs, settings.consistency_limit, tree))
    if not asked:
        notes = (say(f"model.{WITHOUT_EXPERTS[settings.weights]}"),)
    return TreeWeights(local, nodes, consistency, repairs, notes)


def local_weights(
    found: Matrices, tree: Tree, settings: ModelSettings, aggregate: Aggregate = "judgements"
) -> pd.Series:
    """The experts' ``local`` of :func:`tree_weights` alone, from their matrices as of :func:`matrices`."""
    used = _repaired(found, settings)[0] if settings.repair == "apply" else found
    nodes = {node: group_ahp(experts, aggregate, settings.method) for node, experts in used.items()}
    return _local(nodes, tree)


def _local(nodes: dict[str, GroupPriorities], tree: Tree) -> pd.Series:
    """Weights among siblings in the order of the tree, equal where nobody judged."""
    parts = [nodes[node].weights if node in nodes else equal(tree.children(node)) for node in tree.groups]
    return pd.concat(parts).rename("weight")[[node.code for node in tree.nodes]]


def unused_weights(tree: Tree, settings: ModelSettings, simulated: bool) -> list[Message]:
    """That the weights written in the tree do not count, where they do not; simulated experts scatter around them."""
    written = sum(node.weight is not None for node in tree.nodes)
    used = settings.weights == "tree" or (simulated and settings.weights == "ahp")
    return [] if used or not written else [say("model.weights_not_used", written=written, weights=settings.weights)]


@needs()
def experts_asked(weights: TreeWeights) -> TreeWeights:
    """The weights if experts were asked for them; absent where they are equal because nobody was."""
    if not weights.nodes:
        raise Lacking("model.nobody_asked")
    return weights


@needs()
def consistency_ratios(weights: TreeWeights) -> pd.DataFrame:
    """The rows of ``consistency`` of nodes that compare three elements or more: elsewhere nothing can contradict.

    Nodes have their names there, and ``missing`` is called ``pairs_open``.
    """
    known = weights.consistency.dropna(subset="consistency_ratio").assign(node=lambda table: table["name"])
    if known.empty:
        raise Lacking("model.nothing_can_contradict")
    return known.drop(columns="name").rename(columns={"missing": "pairs_open"}).reset_index(drop=True)


@needs()
def opinions_by_expert(weights: TreeWeights, tree: Tree) -> pd.DataFrame:
    """Local weights by each expert and by all together.

    Returns
    -------
    DataFrame
        One row per compared node and expert (``all`` for the group), nodes in the order of the tree: code, name,
        expert, weight.
    """
    rows = [
        (code, tree[code].name, expert, float(found.weights[code]))
        for node, group in weights.nodes.items()
        for expert, found in [*group.experts.items(), ("all", group)]
        for code in tree.children(node)
    ]
    table = pd.DataFrame(rows, columns=["code", "name", "expert", "weight"])
    return table.sort_values("code", key=lambda codes: codes.map(list(weights.local.index).index), kind="stable")


@needs()
def opinion_spread(opinions: pd.DataFrame) -> pd.DataFrame:
    """How far the experts lie apart on each node, those on which they are closest first.

    Returns
    -------
    DataFrame
        ``code``, ``node`` (its name), ``weight`` (of all together), ``lowest``, ``highest`` and ``apart``, which is
        their difference.
    """
    alone = opinions[opinions["expert"] != "all"].groupby("code", sort=False)["weight"]
    together = opinions[opinions["expert"] == "all"].set_index("code")[["name", "weight"]]
    table = together.assign(lowest=alone.min(), highest=alone.max())
    table["apart"] = table["highest"] - table["lowest"]
    return table.sort_values("apart", kind="stable").reset_index().rename(columns={"name": "node"})


@needs()
def contradictions(weights: TreeWeights) -> pd.DataFrame:
    """The judgements that could be changed, or were (``repairs``); absent where there are none."""
    if weights.repairs.empty:
        over = weights.consistency.query("expert != 'all' and not consistent")
        raise Lacking("model.no_repair_asked_for" if len(over) else "model.nobody_contradicts")
    return weights.repairs


@needs()
def repairs_to_read(repairs: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Repairs by the names of nodes: ``expert``, ``node``, ``judgement``, ``said``, ``mends``, and what each does."""
    pairs = zip(repairs["left"].map(tree.name), repairs["right"].map(tree.name), strict=True)
    return pd.DataFrame({
        "expert": repairs["expert"], "node": repairs["node"].map(tree.name),
        "judgement": [say("model.judgement", left=left, right=right) for left, right in pairs],
        "said": repairs["value"], "mends": repairs["suggested"], "adds": repairs["adds"],
        "ratio_before": repairs["ratio_before"], "ratio_after": repairs["ratio_after"],
        "applied": repairs["applied"].astype(bool),
    })  # fmt: skip


@needs()
def firmest(weights: TreeWeights, judgements: pd.DataFrame, tree: Tree, of: str) -> pd.DataFrame:
    """The :func:`strongest` judgements of the experts, if they were asked."""
    return strongest(judgements, tree, of)


@needs()
def consistency_numbers(weights: TreeWeights) -> dict[str, float]:
    """How many ``experts`` were asked, how many are ``inconsistent`` somewhere, and the ``largest`` ratio of one."""
    alone = weights.consistency.query("expert != 'all'")
    over = alone.loc[~alone["consistent"], "expert"].nunique()
    return {"experts": alone["expert"].nunique(), "inconsistent": over, "largest": alone["consistency_ratio"].max()}


def _repaired(found: Matrices, settings: ModelSettings) -> tuple[Matrices, pd.DataFrame]:
    """The matrices, with what the settings let be repaired, and what was or could be."""
    limit, method, rows = settings.consistency_limit, settings.method, []
    used = {node: dict(experts) for node, experts in found.items()}
    for node, experts in found.items() if settings.repair != "none" else ():
        for expert, matrix in experts.items():
            ratio = ahp(matrix, method).consistency_ratio
            if ratio is None or ratio <= limit:
                continue
            if settings.repair == "apply":
                used[node][expert], changes = repaired(matrix, limit, method)
                before = [ratio, *changes["ratio_after"][:-1]]
            else:
                changes, before = suggestions(matrix, limit, method), ratio
            who = {"node": node, "expert": expert}
            rows.append(changes.assign(**who, ratio_before=before, applied=settings.repair == "apply"))
    columns = ["node", "expert", "ratio_before", *COLUMNS, "applied"]
    return used, pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _consistency(nodes: dict[str, GroupPriorities], limit: float, tree: Tree) -> pd.DataFrame:
    rows = [
        {"node": node, "expert": expert, "n": len(found.weights), **vars(found), **_in_circle(found, tree)}
        for node, group in nodes.items()
        for expert, found in [*group.experts.items(), ("all", group.group)]
        if found
    ]
    columns = ["node", "expert", "n", "missing", "lambda_max", "consistency_index", "random_index",
               "consistency_ratio", "method", "circle", "breaks"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).astype({"random_index": float, "consistency_ratio": float})
    return table.assign(consistent=~(table["consistency_ratio"] > limit), name=table["node"].map(tree.name))


def _in_circle(found: Priorities, tree: Tree) -> dict[str, Message | None]:
    circle = strongest_circle(found)
    if circle is None:
        return {"circle": None, "breaks": None}
    pair = say("model.judgement", left=tree.name(circle.left), right=tree.name(circle.right))
    return {
        "circle": say("model.circle", around=[tree.name(code) for code in (*circle.around, circle.around[0])]),
        "breaks": say("model.breaks", judgement=pair, said=circle.value, mends=circle.mends),
    }


def _notes(
    nodes: dict[str, GroupPriorities], consistency: pd.DataFrame, repairs: pd.DataFrame, limit: float, tree: Tree
) -> Iterator[Message]:
    """What a reader must know of judged weights."""
    for node in tree.groups:
        children = len(tree.children(node))
        if node not in nodes and children > 1:
            yield say("model.not_judged", node=_named(node, tree), children=children)
    for row in consistency[consistency["missing"] > 0].itertuples():
        pairs = row.n * (row.n - 1) // 2
        yield say("model.left_open", expert=row.expert, open=row.missing, node=_named(row.node, tree), pairs=pairs)
    for row in repairs[repairs["applied"].astype(bool)].itertuples():
        yield say(
            "model.changed", expert=row.expert, node=_named(row.node, tree), left=tree.name(row.left),
            right=tree.name(row.right), said=row.value, used=row.suggested, before=row.ratio_before,
            after=row.ratio_after,
        )  # fmt: skip
    for row in consistency.query("expert != 'all' and not consistent").itertuples():
        yield say(
            "model.over_limit", expert=row.expert, node=_named(row.node, tree), ratio=row.consistency_ratio,
            limit=limit, n=row.n, index=row.random_index, method=row.method,
        )  # fmt: skip


def _named(node: str, tree: Tree) -> Message:
    return say("model.root") if node == ROOT else say("model.node", code=node, name=tree.name(node))
