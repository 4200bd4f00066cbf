"""Every action that code asks about is declared, and every declared action is asked about."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.structure import tree

KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")

UNASKED: dict[str, str] = {}
"""Declared action -> why nothing asks about it yet."""
UNDECLARED: dict[str, str] = {}


@cache
def constants(path: Path) -> dict[str, str]:
    """Name -> value of the module-level strings of a file."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.tree(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


@cache
def declared() -> dict[str, Path]:
    """Key of every `ActionDef` in the product, written out or by a constant of the same file -> the file."""
    found: dict[str, Path] = {}
    for path in tree.product_files():
        for node in ast.walk(tree.tree(path)):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "ActionDef":
                continue
            keys = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "key")]
            for key in keys:
                if isinstance(key, ast.Constant):
                    found[str(key.value)] = path
                elif isinstance(key, ast.Name) and key.id in constants(path):
                    found[constants(path)[key.id]] = path
    return found


@cache
def asked() -> dict[str, str]:
    """Every key that code or a template names where it is not declared, as text or by its constant -> a place."""
    by_constant = {
        (name, key) for key, path in declared().items() for name, value in constants(path).items() if value == key
    }
    found: dict[str, str] = {}
    for path in tree.product_files():
        for value, line in tree.strings(path):
            if KEY.fullmatch(value) and declared().get(value) != path:
                found.setdefault(value, f"({path}:{line})")
        names = {node.id for node in ast.walk(tree.tree(path)) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree.tree(path)) if isinstance(node, ast.Attribute)}
        for name, key in by_constant:
            if name in names and declared()[key] != path:
                found.setdefault(key, f"({path})")
    for path in tree.templates():
        for key in re.findall(rf"[\"']({KEY.pattern})[\"']", tree.text(path)):
            found.setdefault(key, f"({path})")
    return found


def test_what_is_asked_is_declared() -> None:
    """A mistyped key would be refused for everybody, for ever."""
    wrong = {key: place for key, place in asked().items() if key not in declared()}
    tree.judge(wrong, UNDECLARED)


def test_what_is_declared_is_asked() -> None:
    """An action nothing asks about is a promise on a published list that the program does not keep."""
    idle = {key: f"({place})" for key, place in declared().items() if key not in asked()}
    tree.judge(idle, UNASKED)
    assert declared()


def test_an_action_of_a_module_bears_its_name() -> None:
    """So that two modules never declare one key. Core's actions are named after what they are about."""
    wrong = {}
    for key, place in declared().items():
        owner = place.parts[1] if place.parts[0] == "plugins" else place.parts[0]
        if owner != "core" and key.split(".")[0] != owner:
            wrong[key] = f"({place})"
    tree.judge(wrong, {})
