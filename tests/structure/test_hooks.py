"""A hook ships with a documented signature, a test, a caller and a real user."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.structure import tree

HOOKSPECS = Path("core/kernel/hookspecs.py")
PAGE = Path("docs/plugins/hooks.md")
KINDS = ("register", "choose", "check", "on", "give")

WITHOUT_USER: dict[str, str] = {
    "check_upload": "a virus scanner is chosen by whoever runs the product; the sample plugin shows how one answers",
}
"""Hook -> why no module of ours answers it yet."""
WITHOUT_CALLER: dict[str, str] = {
    "give_outcomes": "pay reviews, training and careers will ask it; tests/hooks asks as they would",
}
"""Hook -> why no module of ours asks it yet."""


@cache
def hooks() -> dict[str, str]:
    """Name of every hook, in the order of the file -> its signature as it is written there."""
    found = {}
    for node in tree.tree(HOOKSPECS).body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(decorator).startswith("hookspec") for decorator in node.decorator_list
        ):
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            found[node.name] = f"{node.name}({ast.unparse(node.args)}){returns}"
    return found


def test_names_tell_the_kind() -> None:
    """The first word fixes what a failing implementation does."""
    assert hooks()
    tree.judge([name for name in hooks() if name.split("_")[0] not in KINDS], {})


def test_every_hook_is_documented() -> None:
    """The page has one heading per hook, with the exact signature, in the order of the code."""
    headings = re.findall(r"^### `(.+)`$", tree.text(PAGE), re.MULTILINE)
    assert headings == list(hooks().values())


def test_every_hook_is_described() -> None:
    """Below each heading stands when it is called, what it returns and an example or a reference to one."""
    sections = re.split(r"^### `(?:.+)`$", tree.text(PAGE), flags=re.MULTILINE)[1:]
    bodies = [re.split(r"^## ", section, flags=re.MULTILINE)[0].strip() for section in sections]
    thin = [name for name, body in zip(hooks(), bodies, strict=True) if len(body.split()) < 12]
    tree.judge(thin, {})


def test_every_hook_is_tested() -> None:
    """`test_hook_<name>` exists for each hook and for nothing else."""
    tested = {
        node.name.removeprefix("test_hook_")
        for path in tree.files()
        if path.parts[0] == "tests" and path.name.startswith("test_") and path.suffix == ".py"
        for node in tree.functions(path)
        if node.name.startswith("test_hook_")
    }
    assert tested == set(hooks())


def test_every_hook_has_a_caller() -> None:
    """Its name stands as a string where it is asked; of what is registered, somebody reads the kind."""
    named = {
        value
        for path in tree.product_files()
        if path != HOOKSPECS
        for value, _ in tree.strings(path)
        if re.fullmatch(r"[a-z_]+", value)
    }
    tree.judge([name for name in hooks() if name.removeprefix("register_") not in named], WITHOUT_CALLER)


def test_every_hook_has_a_user() -> None:
    """One of our modules or plugins answers it; the sample does not count, it uses every hook there is."""
    answered = {
        node.name
        for path in tree.product_files()
        if "sample" not in path.parts
        for node in tree.functions(path)
        if any("hookimpl" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    tree.judge([name for name in hooks() if name not in answered], WITHOUT_USER)
