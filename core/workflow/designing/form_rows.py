"""The fields of a form as rows that people edit: read from a definition, put in order, and written back.

A row keeps the name of its field once it has one: formulas and what was filled in go by it, whatever its title becomes.
A new one is named after its title, in Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.base.errors import DomainError
from core.base.text import LOCALES, Text, catalogue
from core.db.types import Translation
from core.org.names import latin_of
from core.workflow.processes.fields import FIELD_KINDS, MOST_FIELDS, FormField, read_fields, usable

_ = catalogue("workflow")

#: What can be done to a row, and to one value of a choice.
Move = Literal["up", "down", "remove"]
MOVES: tuple[Move, ...] = ("up", "down", "remove")
#: Longest text of a title or a hint, as a definition takes it.
LONGEST = 200
_LONGEST_NAME = 40
_PLACE = re.compile(r"form\.(\d+)\.(\w+)")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a choice: ``key`` tells it from the others of its row, ``value`` is what is kept, "" for a new one.
    """

    key: str
    value: str = ""
    title: Mapping[str, str] = Translation()


@dataclass(frozen=True, slots=True)
class Row:
    """One field: ``key`` tells it from the other rows while they are edited, ``name`` is that of the field, "" for a
    new one.
    """

    key: str
    name: str = ""
    kind: str = "text"
    title: Mapping[str, str] = Translation()
    hint: Mapping[str, str] = Translation()
    needed: bool = False
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a part of a row: title, kind, hint or values."""

    row: str
    part: str
    message: Text


def rows_of(form: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of the fields of a definition. Raises what ``read_fields`` raises."""
    return [
        Row(one.name, one.name, one.kind, dict(one.title), dict(one.hint), one.needed,
            tuple(Value(value, value, dict(words)) for value, words in one.choices))
        for one in read_fields(form)
    ]  # fmt: skip


def form_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The fields as a definition writes them, each with a name. What is wrong with them is ``faults``'s to say."""
    names = _names([(row.name, row.title) for row in rows])
    return [_field(name, row) for name, row in zip(names, rows, strict=True)]


def _field(name: str, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "kind": row.kind, "title": _said(row.title)}
    if _said(row.hint):
        found["hint"] = _said(row.hint)
    if row.needed:
        found["needed"] = True
    if row.kind == "choice":
        told = [one for one in row.values if one.value or _said(one.title)]
        keys = _names([(one.value, one.title) for one in told], free=bool)
        found["choices"] = {key: _said(one.title) for key, one in zip(keys, told, strict=True)}
    return found


def _said(title: Mapping[str, str]) -> dict[str, str]:
    return {locale: title[locale].strip() for locale in LOCALES if title.get(locale, "").strip()}


def _names(wanted: Sequence[tuple[str, Mapping[str, str]]], free: Any = usable) -> list[str]:
    """A name for each: the one it has, else one after its title that no other has."""
    taken = {name for name, _title in wanted if name}
    found = []
    for name, title in wanted:
        if not name:
            name = _new_name(title, taken, free)
            taken.add(name)
        found.append(name)
    return found


def _new_name(title: Mapping[str, str], taken: set[str], free: Any) -> str:
    told = _said(title)
    said = told.get("en") or told.get("zh_CN") or "field"
    word = re.sub(r"[^a-z0-9]+", "_", latin_of(said)).strip("_")
    base = (word if word[:1].isalpha() else f"field_{word}".strip("_"))[:_LONGEST_NAME].rstrip("_")
    number, name = 1, base
    while name in taken or not free(name):
        number += 1
        name = f"{base[:_LONGEST_NAME - 4]}_{number}"
    return name


def faults(rows: Sequence[Row]) -> list[Wrong]:
    """What keeps the rows from being a form, each at its row."""
    found = []
    if len(rows) > MOST_FIELDS:
        found.append(Wrong("", "", _("A form has at most {most} fields.", most=MOST_FIELDS)))
    for row in rows:
        if not _said(row.title):
            found.append(Wrong(row.key, "title", _("Say what this field is called.")))
        if row.kind == "choice":
            found += _value_faults(row)
    if found:
        return found
    try:
        read_fields(form_of(rows))
    except DomainError as error:
        place = _PLACE.match(error.field or "")
        row_key = rows[int(place[1]) - 1].key if place else ""
        part = {"choices": "values", "name": "title"}.get(place[2], place[2]) if place else ""
        found.append(Wrong(row_key, part, error.message))  # type: ignore[arg-type]
    return found


def _value_faults(row: Row) -> Iterable[Wrong]:
    told = [_said(one.title) for one in row.values if one.value or _said(one.title)]
    if not told:
        yield Wrong(row.key, "values", _("Give the values to choose from."))
    elif not all(told):
        yield Wrong(row.key, "values", _("Say what each value is called, or remove it."))
    for locale in LOCALES:
        words = [one[locale] for one in told if locale in one]
        double = next((word for word in words if words.count(word) > 1), None)
        if double is not None:
            yield Wrong(row.key, "values", _("Two values are called {name}.", name=double))
            return


def preview(rows: Sequence[Row]) -> list[FormField]:
    """The fields as whoever fills the form in sees them; one without a title is shown as such."""
    named = form_of(rows)
    return [
        FormField(
            one["name"], one["kind"], Translation(one["title"] or {LOCALES[0]: "…"}), Translation(one.get("hint", {})),
            one.get("needed", False),
            tuple((value, Translation(words)) for value, words in one.get("choices", {}).items()),
        ) for one in named
    ]  # fmt: skip


# -- what the buttons do -----------------------------------------------------------------------------------------------


def added(rows: Sequence[Row], kind: str = "text") -> list[Row]:
    """With a new row at the end; a choice begins with two values to fill in."""
    key = _free_key("new", {row.key for row in rows} | {row.name for row in rows})
    row = Row(key, kind=kind if kind in FIELD_KINDS else "text")
    return [*rows, with_value(with_value(row)) if row.kind == "choice" else row]


def moved(rows: Sequence[Row], key: str, move: Move) -> list[Row]:
    """With a row further up or down, or away; one that is not there changes nothing."""
    return _moved(list(rows), key, move)


def with_value(row: Row) -> Row:
    """With one value more to fill in."""
    key = _free_key("v", {one.key for one in row.values} | {one.value for one in row.values})
    return replace(row, values=(*row.values, Value(key)))


def with_value_moved(row: Row, key: str, move: Move) -> Row:
    """With a value further up or down, or away."""
    return replace(row, values=tuple(_moved(list(row.values), key, move)))


def _moved(found: list[Any], key: str, move: Move) -> list[Any]:
    at = next((number for number, one in enumerate(found) if one.key == key), None)
    if at is None:
        return found
    one = found.pop(at)
    if move != "remove":
        found.insert(min(max(at + (-1 if move == "up" else 1), 0), len(found)), one)
    return found


def _free_key(word: str, taken: set[str]) -> str:
    number = 1
    while f"{word}{number}" in taken:
        number += 1
    return f"{word}{number}"
