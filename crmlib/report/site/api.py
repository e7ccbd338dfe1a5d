"""The library's public functions, read from its source without importing it: what each does, and how it is called."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

import crmlib
from crmlib.report.site.markup import joined, tag
from crmlib.words.voice import Voice


def api(voice: Voice) -> Iterator[str]:
    """The parts of the page: rooms, their modules, functions and classes.

    Read, not imported: Sphinx' autodoc loads every module, and takes longer than all other pages together.
    """
    root = Path(crmlib.__file__).parent
    rooms: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*.py")):
        rooms.setdefault(path.relative_to(root).with_suffix("").parts[0], []).append(path)
    yield voice.say("site.api_note")
    for room, paths in rooms.items():
        modules = [part for path in paths for part in _module(path, root)]
        if modules:
            yield f"## {room}"
            yield from modules


def _module(path: Path, root: Path) -> Iterator[str]:
    """A module with its opening sentence and its public members; nothing where it has none."""
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    members = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and _public(node)]
    if members and path.name != "_make.py":
        yield f"### crmlib.{name}"
        yield _plain(ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
        yield Markup("\n").join(_member(node) for node in members)


def _member(node: ast.FunctionDef | ast.ClassDef) -> Markup:
    summary, _, rest = _plain(ast.get_docstring(node) or "").partition("\n")
    kind, arguments = "", f"({ast.unparse(node.args)})" if isinstance(node, ast.FunctionDef) else ""
    if isinstance(node, ast.ClassDef):
        kind = "class "
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef) and _public(each)]
        rest += "".join(f"\n{each.name}({ast.unparse(each.args)})\n    {_first_line(each)}" for each in methods)
    head = Markup("<code>{}<b>{}</b>{}</code><span>{}</span>").format(kind, node.name, arguments, summary)
    if not rest.strip():
        return tag("div", head, "crm-member")
    return joined("details", (tag("summary", head), tag("pre", rest.strip())), "crm-member")


def _first_line(node: ast.FunctionDef) -> str:
    return _plain(ast.get_docstring(node) or "").partition("\n")[0]


def _plain(text: str) -> str:
    """A docstring without the marks of reStructuredText: roles and literals by their text."""
    return re.sub(r":\w+:`~?([^`]*)`", r"\1", text).replace("``", "")


def _public(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return not node.name.startswith("_")
