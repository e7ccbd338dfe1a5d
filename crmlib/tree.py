"""The indicator tree: what customer value is made of, from the goal down to single indicators.

A study's ``tree.yaml`` holds it. Inner nodes group; leaves are indicators, each with a formula or a column of the
table ``measures``, a direction, a scale, a policy for missing values and the problem of today's management it answers.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crmlib.errors import SettingsError
from crmlib.strict_yaml import read_yaml

if TYPE_CHECKING:
    # Settings are read by every command: one that finds nothing to do must not wait for pandas.
    import pandas as pd

ROOT = "value"
ROOT_NAME = "customer value"
SUM = 1e-6
"""How far weights of siblings may be from a sum of 1."""
Scale = Literal["asinh", "linear", "minmax", "z", "rank"]
Missing = Literal["renormalise", "median", "worst"]


class Node(BaseModel):
    """One node of the tree; a leaf where it has no children."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", description="Short code, such as A11.")
    name: str = Field(description="Name of the indicator or of the group.")
    parent: str = Field(ROOT, description="Code of the node above; the root is `value`.")
    formula: str | None = Field(None, description="A built-in indicator by name, for a leaf.")
    measure: str | None = Field(None, description="A column of the table `measures`, for a leaf.")
    direction: Literal["benefit", "cost"] = Field("benefit", description="Whether more is better.")
    scale: Scale = Field("linear", description="asinh for money, linear else; minmax, z and rank are alternatives.")
    missing: Missing = Field("renormalise", description="What a missing value does.")
    unit: str = Field("", description="Unit of the raw indicator.")
    weight: float | None = Field(None, gt=0, description="Reference weight among the siblings.")
    answers: str | None = Field(None, description="The key problem of today's management that the node answers.")


class Tree(BaseModel):
    """A checked tree: one root, two axes below it, leaves with a source each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[Node, ...]

    @model_validator(mode="after")
    def _is_a_tree(self) -> "Tree":
        codes = [node.code for node in self.nodes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"codes must be unique: {', '.join(twice)} stand more than once")
        above = {node.parent for node in self.nodes}
        if unknown := sorted(above - set(codes) - {ROOT}):
            raise ValueError(f"parents must be nodes of the tree: {', '.join(unknown)} are not")
        if len(self.axes) != 2:
            raise ValueError(
                f"two axes must stand below `{ROOT}` (current and potential value), found {list(self.axes)}"
            )
        for node in self.nodes:
            if (node.code not in above) != ((node.formula is None) != (node.measure is None)):
                raise ValueError(f"{node.code}: a leaf needs a formula or a measure, a group neither")
        reached = {code for axis in self.axes for code in self._below(axis)}
        if lost := sorted(set(codes) - reached):
            raise ValueError(f"every node must hang below `{ROOT}`: {', '.join(lost)} do not")
        return self

    @classmethod
    def load(cls, path: str | Path) -> "Tree":
        """Read a ``tree.yaml``; raises SettingsError with every fault of the file."""
        try:
            nodes = read_yaml(Path(path))
            if not isinstance(nodes, list):
                raise SettingsError(f"{path}: a tree is a list of nodes, as `- {{code: A, name: …}}`.")
            tree = cls.model_validate({"nodes": nodes})
        except FileNotFoundError:
            raise SettingsError(
                f"{path}: no such file. A study needs an indicator tree beside its study.yaml."
            ) from None
        except ValidationError as error:
            faults = (f"{_place(item['loc'])}{item['msg'].removeprefix('Value error, ')}" for item in error.errors())
            raise SettingsError(f"{path}: " + "; ".join(faults)) from None
        # A tree without some leaves, which is a tree too, need not have weights that sum to 1.
        if unequal := list(tree._weights_that_do_not_sum_to_one()):
            raise SettingsError(f"{path}: " + "; ".join(unequal))
        return tree

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """Codes of the two axes: current value, potential value."""
        return self.children(ROOT)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Codes of the indicators, in the order of the file."""
        above = {node.parent for node in self.nodes}
        return tuple(node.code for node in self.nodes if node.code not in above)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The root and every inner node: the places where experts compare."""
        above = {node.parent for node in self.nodes}
        return (ROOT, *(node.code for node in self.nodes if node.code in above))

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly below a node."""
        return tuple(node.code for node in self.nodes if node.parent == code)

    def leaves_of(self, code: str) -> tuple[str, ...]:
        """Codes of the indicators below a node."""
        return tuple(below for below in self._below(code) if below in self.leaves)

    def leaf_with(self, formula: str) -> str | None:
        """Code of the indicator with a formula; None where the tree has none."""
        return next((leaf for leaf in self.leaves if self[leaf].formula == formula), None)

    def name(self, code: str) -> str:
        """Name of a node, or of the root."""
        return ROOT_NAME if code == ROOT else self[code].name

    def __getitem__(self, code: str) -> Node:
        return next(node for node in self.nodes if node.code == code)

    def leaf_weights(self, local: "pd.Series") -> "pd.Series":
        """Weight of each leaf in the total: the product of local weights from the root down.

        Parameters
        ----------
        local : Series
            Weight among its siblings for every node, indexed by code; siblings sum to 1.

        Returns
        -------
        Series, shape (leaves,)
            Sums to 1.
        """
        import pandas as pd

        own = local.to_dict()
        return pd.Series({leaf: prod(own[code] for code in self._path(leaf)) for leaf in self.leaves}, name="weight")

    def reference_weights(self) -> "pd.Series":
        """The local weights written in the tree; equal among siblings where none is written."""
        return self.among_siblings({node.code: 1.0 if node.weight is None else node.weight for node in self.nodes})

    def among_siblings(self, weights: "Mapping[str, float] | pd.Series") -> "pd.Series":
        """Weights of the nodes, scaled so that siblings sum to 1; equal where all are 0."""
        import pandas as pd

        result = {}
        for group in self.groups:
            siblings = {child: weights[child] for child in self.children(group)}
            total = sum(siblings.values())
            result |= {child: own / total if total > 0 else 1 / len(siblings) for child, own in siblings.items()}
        return pd.Series(result, name="weight")

    def without(self, leaves: set[str]) -> "Tree":
        """The tree without some leaves, and without groups that this empties."""
        nodes = tuple(node for node in self.nodes if node.code not in leaves)
        while empty := {n.code for n in nodes if not (n.formula or n.measure)} - {n.parent for n in nodes}:
            nodes = tuple(node for node in nodes if node.code not in empty)
        return Tree(nodes=nodes)

    def _weights_that_do_not_sum_to_one(self) -> Iterator[str]:
        for group in self.groups:
            own = {child: self[child].weight for child in self.children(group)}
            given = [weight for weight in own.values() if weight is not None]
            if given and (len(given) < len(own) or abs(sum(given) - 1) > SUM):
                found = ", ".join(f"{child} {weight or 'none'}" for child, weight in own.items())
                yield f"weights of the children of {group} must sum to 1, each having one or none: found {found}"

    def _below(self, code: str) -> Iterator[str]:
        yield code
        for child in self.children(code):
            yield from self._below(child)

    def _path(self, code: str) -> Iterator[str]:
        while code != ROOT:
            yield code
            code = self[code].parent


def _place(where: tuple) -> str:
    return f"node {where[1] + 1}, {where[-1]}: " if len(where) > 2 else ""
