"""YAML as plain texts with their lines: every scalar is a string, a key stands once, nothing is written by reference.

YAML's own readings (``on`` as true, ``12:30`` as 750) never happen, because nothing is typed here.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from core.authority.document.drafts import Spot
from core.base.errors import InputErrors, Problem
from core.base.text import Text, catalogue

_ = catalogue("authority")

#: What no text of a list holds: neither database nor workbook would keep it.
REFUSED = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Texts(yaml.SafeLoader):
    """Scalars stay what is written."""


_Texts.yaml_implicit_resolvers = {}


def clean(text: str) -> str:
    """A text without what surrounds it, its lines parted as everywhere."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def read(text: str) -> tuple[dict[str, Any], dict[str, Spot]]:
    """The document as nested texts, and the line of each place. Raises ``InputErrors`` for what is no document."""
    try:
        _no_references(text)
        node = yaml.compose(text, Loader=_Texts)
        if not isinstance(node, yaml.MappingNode):
            raise _unreadable(_("It holds no keys."), None)
        spots: dict[str, Spot] = {}
        return _mapping(node, (), spots), spots
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        detail = str(getattr(error, "problem", None) or error)
        raise _unreadable(_("YAML: {detail}.", detail=detail), mark) from error
    except RecursionError:
        raise _unreadable(_("It is nested too deeply."), None) from None


def comments(text: str) -> list[tuple[int, str]]:
    """The comments of a readable document: line from 1, and what stands there."""
    held = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=_Texts) if isinstance(token, yaml.ScalarToken)
    ]
    found, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        for match in re.finditer(r"(?:^|(?<=\s))#", line):
            at = start + match.start()
            if not any(first <= at < last for first, last in held):
                found.append((number, line[match.start():].strip()))
                break
        start += len(line) + 1
    return found


def _no_references(text: str) -> None:
    """Anchors make one row mean many; each is to be written out."""
    for event in yaml.parse(text, Loader=_Texts):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _unreadable(_("A list is written out; it has no anchors and no references to them."),
                              event.start_mark)


def _built(node: yaml.Node, path: tuple[str, ...], spots: dict[str, Spot]) -> Any:
    if node.tag not in _TAGS:
        raise _unreadable(_("A list has no tags such as {tag}.", tag=node.tag), node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, spots)
    if isinstance(node, yaml.SequenceNode):
        found = []
        for number, item in enumerate(node.value, 1):
            here = (*path, str(number))
            spots.setdefault(_place(here), (item.start_mark.line + 1, ""))
            found.append(_built(item, here, spots))
        return found
    if REFUSED.search(node.value):
        raise _unreadable(_("The text holds a control character."), node.start_mark)
    return clean(node.value)


def _mapping(node: yaml.MappingNode, path: tuple[str, ...], spots: dict[str, Spot]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _unreadable(_("YAML: {detail}.", detail="a key is one word"), key_node.start_mark)
        key = _built(key_node, path, spots)
        if key in found:
            raise _unreadable(_("YAML: {detail}.", detail=f"{key} stands twice"), key_node.start_mark)
        here = (*path, key)
        line = key_node.start_mark.line + 1
        spots.setdefault(_place(here), (line, ""))
        spots.setdefault(".".join(here), (line, ""))
        found[key] = _built(value_node, here, spots)
    return found


def _place(path: tuple[str, ...]) -> str:
    """How messages name a place: positions by their codes, rows by their codes within a position."""
    if path[:1] == ("positions",):
        path = path[1:] or path
    elif path[:1] == ("boundaries",) and len(path) > 1:
        return ".".join(("list", *path[1:]))
    kinds = ("duties", "authority", "assessment")
    return ".".join(part for number, part in enumerate(path) if not (number == 1 and part in kinds and len(path) > 2))


def _unreadable(message: Text, mark: Any) -> InputErrors:
    row = mark.line + 1 if mark else None
    return InputErrors(_("The file is not a readable list."), [Problem(message, row)], "list.syntax")
