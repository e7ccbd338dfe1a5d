"""YAML as settings are written in it: no key twice, no alias, no tag, and ``no`` is a word.

Aliases can make a small file huge, tags can name code, and of a key that stands twice one value would be lost.
"""

import re
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from crmlib.errors import SettingsError

_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_BOOL = "tag:yaml.org,2002:bool"


class _Strict(yaml.SafeLoader):
    """Refuses what a reader of the file would not see; numbers and truth are those of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[dict[str, list]] = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag not in (_INT, _FLOAT, _BOOL)]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*name) is not allowed", problem_mark=event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem=f"a tag ({event.tag}) is not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is a word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    (_INT, r"[-+]?(0|[1-9][0-9_]*)$", "-+0123456789"),
    (_FLOAT, r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
    (_BOOL, r"(true|True|TRUE|false|False|FALSE)$", "tTfF"),
):
    _Strict.add_implicit_resolver(_tag, re.compile(_pattern), [*_first])


def parse_yaml(text: str) -> Any:
    """Plain data of a text; raises :class:`yaml.YAMLError` where it is not YAML as above."""
    try:
        return yaml.load(text, _Strict)
    except RecursionError:
        raise yaml.YAMLError("nested too deeply") from None


def read_yaml(path: Path) -> Any:
    """Plain data of a file.

    Raises
    ------
    SettingsError
        If it cannot be read, with the line where it stops being YAML as above.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: settings are written in UTF-8; save the file in it.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
        raise SettingsError(f"{path}, line {mark.line + 1 if mark else 1}: not valid YAML ({problem})") from None


def lines_of(path: Path) -> dict[tuple[str | int, ...], int]:
    """Line, counted from 1, of every place in a file that :func:`read_yaml` can read."""
    return dict(_lines(yaml.compose(path.read_text(encoding="utf-8-sig"))))


def refusal(path: Path, faults: Iterable[tuple[tuple[str | int, ...], str]]) -> SettingsError:
    """An error that tells every fault of a file with the line of its place, or of what that stands in."""
    lines = lines_of(path)
    told = []
    for where, text in faults:
        line = next((lines[where[:length]] for length in range(len(where), 0, -1) if where[:length] in lines), 1)
        told.append(f"{path}, line {line}: {text}")
    return SettingsError("\n".join(told))


def _lines(node: yaml.Node | None, above: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        places = [(key.value, key.start_mark, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        places = [(place, value.start_mark, value) for place, value in enumerate(node.value)]
    else:
        return
    for name, mark, value in places:
        yield (*above, name), mark.line + 1
        yield from _lines(value, (*above, name))
