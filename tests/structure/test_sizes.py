"""Files, functions and templates stay small enough to be read in one go."""

from __future__ import annotations

import ast

from tests.structure import tree

FILE_LINES = 400
FUNCTION_LINES = 60
TEMPLATE_LINES = 200

REFUSED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc"}
"""Names that say nothing about what is inside."""

LONG_FILES: dict[str, str] = {
    "core/migrations/versions/core_0001_foundation.py": "the first state of the tables is one step, written out once",
}
LONG_FUNCTIONS: dict[str, str] = {}
LONG_TEMPLATES: dict[str, str] = {}


def test_files_are_short() -> None:
    """No Python file of the product, its tests or its tools grows past one screenful of scrolling."""
    found = {
        str(path): f"has {tree.text(path).count(chr(10))} lines"
        for path in tree.files()
        if path.suffix == ".py" and tree.text(path).count("\n") > FILE_LINES
    }
    tree.judge(found, LONG_FILES)


def test_functions_are_short() -> None:
    """No function is longer than a screen; its docstring is not counted."""
    found = {}
    for path in tree.files():
        if path.suffix != ".py" or "versions" in path.parts or "scaffold" in path.parts:
            continue
        for node in tree.functions(path):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            if length > FUNCTION_LINES:
                found[f"{path}:{node.name}"] = f"has {length} lines"
    tree.judge(found, LONG_FUNCTIONS)


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1


def test_templates_are_short() -> None:
    """A page that needs more is made of fragments and macros."""
    found = {
        str(path): f"has {tree.text(path).count(chr(10))} lines"
        for path in tree.templates()
        if tree.text(path).count("\n") > TEMPLATE_LINES
    }
    tree.judge(found, LONG_TEMPLATES)


def test_names_say_what_is_inside() -> None:
    """A file or folder called after nothing becomes a place for everything."""
    found = [
        str(path)
        for path in tree.files()
        if REFUSED_NAMES & {path.stem, *path.parent.parts} and "node_modules" not in path.parts
    ]
    tree.judge(found, {})
