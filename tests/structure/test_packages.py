"""What every package carries: a docstring, an index without logic, its data files in the built distribution."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.structure import tree

LONG_INDEXES = {"plugins/sample/plugin.py": "it answers every hook there is"}
"""Plugin file -> why it is longer than an index should be."""
PLUGIN_LINES = 150
LOGIC = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.With, ast.Match, ast.Lambda, ast.ClassDef,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Raise, ast.Assert, ast.AugAssign,
)  # fmt: skip
NOT_INSTALLED = {"plugins/sample": "is read and copied; tests load it by name"}
"""Plugins without an entry point -> why."""
UNTOUCHED_TEXT = {".svg", ".txt", ".dat", ".csv"}
"""Suffixes of files that come from elsewhere and are kept byte for byte."""


def test_every_package_says_what_it_is() -> None:
    """A package's docstring is the first thing a newcomer reads of it."""
    found = [
        str(path)
        for path in tree.product_files()
        if path.name == "__init__.py" and "versions" not in path.parts and not ast.get_docstring(tree.tree(path))
    ]
    tree.judge(found, {})


def test_every_folder_with_code_is_a_package() -> None:
    """A folder without `__init__.py` would be left out of the built distribution without a word."""
    folders = {path.parent for path in tree.product_files() if "migrations" not in path.parts}
    found = [str(folder) for folder in folders if not (tree.ROOT / folder / "__init__.py").exists()]
    tree.judge(found, {})


def test_declared_modules_are_there() -> None:
    """Each entry point of the project leads to a `plugin.py`, and each `plugin.py` has one."""
    declared = {package.replace(".", "/") for package in tree.declared_modules().values()}
    there = {str(path.parent) for path in tree.product_files() if path.name == "plugin.py"}
    there = {folder for folder in there if not folder.startswith(("core", "remit"))} - set(NOT_INSTALLED)
    assert declared == there


def test_plugin_files_are_an_index() -> None:
    """`plugin.py` shows at a glance what a module brings; what it does stands elsewhere."""
    found = {}
    for path in (path for path in tree.product_files() if path.name == "plugin.py"):
        lines = tree.text(path).count("\n")
        if lines > PLUGIN_LINES:
            found[str(path)] = f"has {lines} lines"
        for node in ast.walk(tree.tree(path)):
            if isinstance(node, LOGIC) and not _is_type_checking(node):
                found[f"{path}:{node.lineno}"] = f"decides something ({type(node).__name__})"
        for node in tree.functions(path):
            if not any("hookimpl" in ast.unparse(decorator) for decorator in node.decorator_list):
                found[f"{path}:{node.lineno}"] = f"{node.name} is no hook"
    tree.judge(found, LONG_INDEXES)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def test_data_files_reach_the_distribution() -> None:
    """Every file that is not code stands in a folder setup.cfg names, so that an installed Remit has it."""
    patterns = [line for line in tree.setup()["options.package_data"]["*"].splitlines() if line]
    found = []
    for path in tree.files():
        if path.parts[0] not in tree.PRODUCT or path.suffix == ".py" or path.name == "README.md":
            continue
        package = next(
            folder for folder in path.parents if (tree.ROOT / folder / "__init__.py").exists() or folder == Path()
        )
        inside = path.relative_to(package)
        if not any(inside.match(pattern.replace("**/*", "*")) or _below(inside, pattern) for pattern in patterns):
            found.append(str(path))
    tree.judge(found, {})


def _below(inside: Path, pattern: str) -> bool:
    return pattern.endswith("/**/*") and inside.parts[0] == pattern.removesuffix("/**/*")


def test_text_files_end_with_a_newline() -> None:
    """So that two people adding a line do not change the same one."""
    found = []
    for path in tree.files():
        if path.suffix in UNTOUCHED_TEXT or "vendor" in path.parts or "fonts" in path.parts:
            continue
        raw = (tree.ROOT / path).read_bytes()
        if b"\0" not in raw[:4096] and raw and not raw.endswith(b"\n"):
            found.append(str(path))
    tree.judge(found, {})
