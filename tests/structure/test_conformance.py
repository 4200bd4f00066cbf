"""The table of what is kept to and the tests that prove it name each other, and its places of enforcement are there."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.structure import tree

PAGE = tree.ROOT / "docs/explain/conformance.md"
_ROW = re.compile(r"\| ([a-z-]+) \| (.+) \| (?:`([\w.]+):([\w.]+)`|not yet) \| (?:`([\w/.]+)::(\w+)`|not yet) \|")


@dataclass(frozen=True, slots=True)
class Promise:
    """One row."""

    name: str
    module: str
    place: str
    file: str
    test: str


def table() -> list[Promise]:
    """The rows of the page."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    found = []
    for line in lines:
        if line.startswith("| row |"):
            continue
        match = _ROW.fullmatch(line)
        assert match is not None, f"this row cannot be read: {line}"
        name, _what, module, place, file, test = match.groups()
        found.append(Promise(name, module or "", place or "", file or "", test or ""))
    return found


def marks() -> dict[str, set[str]]:
    """Test -> the rows it says it proves, of every test there is."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((tree.ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.proves" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.proves":
                    assert isinstance(node, ast.FunctionDef)
                    where = f"{path.relative_to(tree.ROOT).as_posix()}::{node.name}"
                    found[where] |= {ast.literal_eval(argument) for argument in decorator.args}
    return found


def test_every_row_is_proved_by_a_test_that_names_it_and_no_other_is_named() -> None:
    promised: dict[str, set[str]] = defaultdict(set)
    for row in table():
        if row.test:
            promised[f"{row.file}::{row.test}"].add(row.name)
    assert marks() == promised


def test_a_row_is_named_once_and_has_both_sides_or_none() -> None:
    names = [row.name for row in table()]
    assert len(names) == len(set(names))
    assert [row.name for row in table() if bool(row.place) != bool(row.test)] == []
    assert sum(bool(row.test) for row in table()) > 40


@pytest.mark.parametrize("row", [row for row in table() if row.place], ids=lambda row: row.name)
def test_the_place_of_enforcement_is_there(row: Promise) -> None:
    found: Any = importlib.import_module(row.module)
    for name in row.place.split("."):
        found = getattr(found, name)
    assert callable(found)


def test_the_proof_is_a_test_that_runs() -> None:
    """Neither skipped nor expected to fail, and with an assertion or an expected error in it or in what it calls."""
    missing = []
    for row in table():
        if not row.test:
            continue
        text = Path(tree.ROOT / row.file).read_text(encoding="utf-8")
        node = next((one for one in ast.parse(text).body if getattr(one, "name", "") == row.test), None)
        if not isinstance(node, ast.FunctionDef) or any(
            "skip" in ast.unparse(one) or "xfail" in ast.unparse(one) for one in node.decorator_list
        ):
            missing.append(f"{row.name}: {row.file}::{row.test}")
    assert missing == []
