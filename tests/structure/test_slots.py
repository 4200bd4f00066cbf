"""The places where modules add to pages are listed, filled and named rightly by those who use them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.structure import tree

PAGE = Path("docs/plugins/slots.md")


def listed() -> set[str]:
    """The places of the page for plugin authors."""
    return set(re.findall(r"^\| `([a-z_.]+)` \|", tree.text(PAGE), re.MULTILINE))


def offered() -> set[str]:
    """The places views fill, `fill(session, actor, "place")`, and templates show, `slot("place")`."""
    found = set()
    for path in tree.templates():
        found |= set(re.findall(r"\bslot\(\s*[\"']([a-z_.]+)[\"']", tree.text(path)))
    for path in tree.product_files():
        for node in ast.walk(tree.tree(path)):
            match node:
                case ast.Call(
                    func=ast.Name(id="fill") | ast.Attribute(attr="fill"),
                    args=[_, _, ast.Constant(value=str(place)), *_],
                ):
                    found.add(place)
                case _:
                    pass
    return found


def used() -> dict[str, str]:
    """The places contributions name, `Slot("place", ...)` -> one of the files."""
    found = {}
    for path in tree.product_files():
        for node in ast.walk(tree.tree(path)):
            match node:
                case ast.Call(func=ast.Name(id="Slot"), args=[ast.Constant(value=str(place)), *_]):
                    found[place] = str(path)
                case ast.Call(func=ast.Name(id="Slot"), keywords=keywords):
                    for keyword in keywords:
                        if keyword.arg == "place" and isinstance(keyword.value, ast.Constant):
                            found[str(keyword.value.value)] = str(path)
                case _:
                    pass
    return found


def test_every_place_is_listed() -> None:
    """A place a plugin author cannot find does not exist for him, and a listed one that is never filled is a lie."""
    assert listed() == offered()


def test_contributions_name_places_that_exist() -> None:
    """A mistyped place would show nothing and say nothing."""
    tree.judge({place: path for place, path in used().items() if place not in offered()}, {})
