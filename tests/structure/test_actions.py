"""Every action that code asks about is declared, and every declared action is asked about."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.structure import tree

KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")

UNASKED: dict[str, str] = {}
"""Declared action -> why nothing asks about it yet."""
UNDECLARED: dict[str, str] = {}


@cache
def declared() -> dict[str, str]:
    """Key of every `ActionDef` in the product -> where it stands."""
    found: dict[str, str] = {}
    for path in tree.product_files():
        for node in ast.walk(tree.tree(path)):
            match node:
                case ast.Call(func=ast.Name(id="ActionDef"), args=[ast.Constant(value=str(key)), *_]):
                    found[key] = f"{path}:{node.lineno}"
                case ast.Call(func=ast.Name(id="ActionDef"), keywords=keywords):
                    for keyword in keywords:
                        if keyword.arg == "key" and isinstance(keyword.value, ast.Constant):
                            found[str(keyword.value.value)] = f"{path}:{node.lineno}"
    return found


@cache
def asked() -> dict[str, str]:
    """Every string of the product and its templates that has the form of an action's key -> one place of it."""
    found: dict[str, str] = {}
    for path in tree.product_files():
        for value, line in tree.strings(path):
            if KEY.fullmatch(value) and f"{path}:{line}" not in declared().values():
                found.setdefault(value, f"({path}:{line})")
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
        folder = place.split("/")
        owner = folder[1] if folder[0] == "plugins" else folder[0]
        if owner != "core" and key.split(".")[0] != owner:
            wrong[key] = f"({place})"
    tree.judge(wrong, {})
