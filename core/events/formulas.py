"""Formulas over the fields of events, in the product's one expression language: ``run_id == 7 or month >= 202611``,
``kind == "files.purge" and not known(account_id)``, ``event != "sample.notice_pinned"``.

A text is a choice among those that are written in the formula, and something else; a day counts as the number 20261123,
a month as 202611. A field that an event does not have, or has no value for, is missing where the formula reads it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, get_type_hints

from core.base.errors import DomainError
from core.base.period import Month
from core.base.text import catalogue
from core.formula.expression import Expression, compile_expression
from core.formula.parse import parse
from core.formula.scope import Input, Scope, check_name
from core.formula.types import BOOL, COUNT, LARGEST, Type, enum
from core.kernel.events import Event

_ = catalogue("events")

#: What no formula can write: any text that is not written in it.
_OTHER = "\\"
_KINDS: dict[Any, str] = {int: "count", bool: "bool", str: "text", date: "day", Month: "month"}
EVENT = "event"


def readable(events: Iterable[type[Event]]) -> dict[str, str]:
    """The fields a formula over these events may name, and what each is: count, bool, text, day, month.

    Raises ``DomainError`` ``event.formula`` where one name means different things.
    """
    found: dict[str, str] = {EVENT: "text"}
    for event in events:
        for name, kind in told(event).items():
            if name == EVENT or kind not in _KINDS.values() or not _writable(name):
                continue
            if found.setdefault(name, kind) != kind:
                raise DomainError("event.formula", _(
                    "The events that were chosen mean different things by {name}; choose fewer or filter without it.",
                    name=name,
                ))  # fmt: skip
    return found


def told(event: type[Event]) -> dict[str, str]:
    """Every field of an event and what it is: count, bool, text, day, month, or moment, which no formula reads."""
    hints = get_type_hints(event)
    return {
        field.name: _KINDS.get(_bare(hints[field.name]), "moment")
        for field in fields(event)  # type: ignore[arg-type]
    }


@lru_cache(maxsize=512)
def compiled(source: str, events: tuple[type[Event], ...]) -> tuple[Expression, tuple[str, ...]]:
    """A formula over these events, and the texts it knows. Raises ``FormulaError``, and what ``readable`` raises."""
    labels = (*_texts(source), _OTHER)
    types: dict[str, Type] = {"bool": BOOL, "text": enum(*labels)}
    scope = Scope({
        name: Input(types[kind]) if kind in types else Input(COUNT, low=-LARGEST, high=LARGEST)
        for name, kind in readable(events).items()
    })  # fmt: skip
    return compile_expression(source, BOOL, scope, name="filter"), labels


def holds(source: str, events: tuple[type[Event], ...], event: Event) -> bool:
    """Whether a formula holds for an event. Raises ``DomainError`` for one that cannot be read, or lacks a value."""
    if not source:
        return True
    expression, labels = compiled(source, events)
    return bool(expression.row(_values(event, expression.names, labels)))


def _values(event: Event, names: Collection[str], labels: Sequence[str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name in names:
        value = event.name if name == EVENT else getattr(event, name, None)
        found[name] = None if value is None else _number(value, labels)
    return found


def _number(value: Any, labels: Sequence[str]) -> int | None:
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, str):
        return labels.index(value) if value in labels else labels.index(_OTHER)
    if isinstance(value, Month):
        return int(str(value).replace("-", ""))
    if isinstance(value, date) and not isinstance(value, datetime):
        return int(f"{value:%Y%m%d}")
    return None


def _texts(source: str) -> list[str]:
    """The texts that are written in a filter."""
    constants = (node.value for node in ast.walk(parse(source).tree) if isinstance(node, ast.Constant))
    return sorted({value for value in constants if isinstance(value, str)})


def _bare(hint: Any) -> Any:
    """The type of a field without the None it may also be."""
    inside = [one for one in getattr(hint, "__args__", ()) if one is not type(None)]
    return inside[0] if len(inside) == 1 else hint


def _writable(name: str) -> bool:
    try:
        check_name(name)
        Scope({name: Input(BOOL)})
    except ValueError:
        return False
    return True
