"""Only ``crmlib.words`` turns a number into text that people read."""

import ast

import pytest

from crmlib.study import PROJECT

PACKAGE = PROJECT / "crmlib"
MODULES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py")) if "words" not in path.parts]
EXCEPTIONS = {
    "book/columns.py": "a list of tables and columns, which stay English as their names do",
    "book/excel.py": "values of cells as text, before they are read",
    "book/fault_table.py": "faults, which are errors",
    "book/new.py": "files of a new study, for who fills them in",
    "book/plausible.py": "values in notes as they were found",
    "book/rules.py": "values in faults, which are errors",
    "book/parsing.py": "values of cells as text, before they are read",
    "book/schema.py": "rules in faults, which are errors",
    "book/simulate.py": "ids of customers and managers",
    "book/typed.py": "values in faults, which are errors",
    "book/values.py": "code points in faults, which are errors",
    "report/site/api.py": "markup",
    "report/site/extension.py": "markup",
    "report/site/markup.py": "markup",
    "report/site/pages.py": "markup",
    "report/site/payload.py": "dates in JSON",
    "run/check.py": "counts of faults, which are errors",
    "runs.py": "names of notebooks",
    "structure/cohorts.py": "codes of cohorts in tables",
    "structure/effects.py": "codes of cells that are compared",
    "value/references.py": "a date in JSON",
}
"""Modules that format a value for no reader of the report: what they format."""


def formats(tree: ast.AST) -> list[str]:
    """Code that formats a value: by a format specification, ``format``, ``%``, ``strftime``, or round in a text."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr()):
                found.append(node)
            case ast.FormattedValue(value=ast.Call(func=ast.Name(id="round"))):
                found.append(node)
            case ast.Call(func=ast.Attribute(attr="format" | "format_map" | "strftime")):
                found.append(node)
            case ast.Call(func=ast.Name(id="format")):
                found.append(node)
            case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Mod()):
                found.append(node)
    return [ast.unparse(node) for node in found]


class WithoutErrors(ast.NodeTransformer):
    """A module without what is said in errors, which stay English where they are raised."""

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return ast.Pass()

    def visit_If(self, node: ast.If) -> ast.AST:
        """What stands before a raise in the same branch is said by it."""
        if isinstance(node.body[-1], ast.Raise):
            node.body = [ast.Pass()]
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        raised = any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)
        return ast.Pass() if raised else self.generic_visit(node)


def said_in(source: str) -> list[str]:
    return formats(WithoutErrors().visit(ast.parse(source)))


@pytest.mark.parametrize("module", MODULES)
def test_no_module_formats_a_number_but_words(module):
    found = said_in((PACKAGE / module).read_text(encoding="utf-8"))
    if module in EXCEPTIONS:
        assert found, f"{module} formats nothing any more: take it off the list"
    else:
        assert found == []


def test_lists_name_modules_that_there_are():
    assert set(EXCEPTIONS) <= set(MODULES)


@pytest.mark.parametrize(
    "code",
    ['f"{x:.1f}"', 'f"{round(x, 1)}"', '"{}".format(x)', '"%.1f" % x', 'format(x, ".1f")', 'day.strftime("%Y")'],
)
def test_every_way_to_format_is_found(code):
    assert len(said_in(code)) == 1
    assert said_in(f"raise ValueError({code})") == []
    assert said_in(f"if bad:\n    found = {code}\n    raise ValueError(found)") == []
    assert said_in(f"class BookError(CrmError):\n    def __str__(self):\n        return {code}") == []


@pytest.mark.parametrize("code", ['f"{x}"', "x % 2", "round(x, 1)"])
def test_what_formats_no_number_is_let_be(code):
    assert said_in(code) == []
