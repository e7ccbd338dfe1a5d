"""The library's public functions, read from its source without importing it: what each does, and how it is called."""

import ast
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

import crmlib
from crmlib.report.digest import Digest
from crmlib.report.site.markup import tag

Member = ast.FunctionDef | ast.ClassDef


def api(digest: Digest) -> Iterator[str]:
    """The parts of the page: rooms, their modules, functions and classes.

    Read, not imported: Sphinx' autodoc loads every module, and takes longer than all other pages together.
    """
    root = Path(crmlib.__file__).parent
    yield digest.voice.say("site.api_note")
    paths = (path.relative_to(root).with_suffix("") for path in sorted(root.rglob("[!_]*.py")))
    for room, modules in groupby(paths, lambda path: path.parts[0]):
        yield f"## {room}"
        for path in modules:
            module = ast.parse((root / path).with_suffix(".py").read_text(encoding="utf-8"))
            if members := _public(module):
                yield f"### {'.'.join(('crmlib', *path.parts))}"
                yield _docstring(module).split("\n\n")[0].replace("\n", " ")
                yield Markup("\n").join(map(_told, members))


def _told(member: Member) -> Markup:
    """A function or class: how it is called, its first sentence, and folded away the rest of what is written on it."""
    rest = _docstring(member).partition("\n")[2]
    if isinstance(member, ast.ClassDef):
        methods = (each for each in _public(member) if isinstance(each, ast.FunctionDef))
        rest += "".join(f"\n{each.name}({ast.unparse(each.args)})\n    {_summary(each)}" for each in methods)
    head = Markup("{}<span>{}</span>").format(tag("code", _called(member)), _summary(member))
    if not rest.strip():
        return tag("div", head, "crm-member")
    return tag("details", tag("summary", head) + tag("pre", rest.strip()), "crm-member")


def _called(member: Member) -> Markup:
    if isinstance(member, ast.ClassDef):
        return Markup("class <b>{}</b>").format(member.name)
    return Markup("<b>{}</b>({})").format(member.name, ast.unparse(member.args))


def _summary(member: Member) -> str:
    return _docstring(member).partition("\n")[0]


def _docstring(node: ast.Module | Member) -> str:
    """A docstring without the marks of reStructuredText: roles and literals by their text."""
    return re.sub(r":\w+:`~?([^`]*)`", r"\1", ast.get_docstring(node) or "").replace("``", "")


def _public(node: ast.Module | ast.ClassDef) -> list[Member]:
    return [each for each in node.body if isinstance(each, Member) and not each.name.startswith("_")]
