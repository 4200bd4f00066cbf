"""The audit log in the reader's words: what columns and values are called, and what ids stand for.

Whoever owns a table says with ``describe`` how it and its columns are called, what the values of a column mean and how
its rows are named where ids stand for them. What needs a house to be named stands in ``house.session_info[OBJECTS]``.
What nobody named is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Table, inspect
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.base.period import FOREVER
from core.base.text import LOCALES, Text, catalogue, listed
from core.db.base import Base
from core.db.types import Translation

_ = catalogue("audit")

LABEL, VALUES = "label", "values"
NAMED, MEANT = "named", "meant"
#: ``{table: find}`` with ``find(session, ids)`` giving names by id.
OBJECTS = "object_names"
#: ``find(session, {(code, version)})`` gives the sentences of authority entries.
ENTRIES = "entry_titles"

#: The longest list or mapping that is told whole, in characters.
_SPREAD = 240

Find = Callable[[Session, set[int]], Mapping[int, str]]
#: What the values of a column mean: each of them, or how to tell any of them.
Meaning = Mapping[Any, Any] | Callable[[Any], Any]

_EVENT_WORDS = {
    "group": _("Fields"), "succeeded": _("Succeeded"), "method": _("Way"), "address": _("Address"),
    "operation": _("Operation"), "code": _("Answer"),
}
_YES, _NO = _("yes"), _("no")
_METHODS = {"password": _("password"), "token": _("token")}


def describe(
    model: type[Any], title: Text, columns: Mapping[str, Text], *,
    values: Mapping[str, Meaning] | None = None, ids: Mapping[str, str] | None = None,
    names: Find | None = None,
) -> None:
    """Say how the log tells a table: its rows, its columns, what values mean, and by ``ids`` whose ids columns without
    a foreign key hold. ``names`` finds what the rows themselves are called, by id. Unknown columns raise ``KeyError``.
    """
    table: Table = inspect(model).local_table
    table.info[LABEL] = title
    if names is not None:
        table.info[NAMED] = names
    for key, told in ((LABEL, columns), (VALUES, values or {}), (MEANT, ids or {})):
        for name, words in told.items():
            table.columns[name].info[key] = words


def table_of(name: str | None) -> Table | None:
    """A table by the name the log has for it, or None when there is no such table any more."""
    return Base.metadata.tables.get(name or "")


def thing(name: str | None) -> Text | str:
    """What the rows of a table are called."""
    table = table_of(name)
    label: Text | None = table.info.get(LABEL) if table is not None else None
    return label if label is not None else name or ""


def column_of(entry: AuditEntry, name: str) -> Column[Any] | None:
    """The column a value belongs to, or None for what is no column."""
    table = table_of(entry.object_type)
    return table.columns.get(name) if table is not None else None


def target(column: Column[Any] | None) -> str | None:
    """The table whose ids a column holds."""
    if column is not None and MEANT in column.info:
        return str(column.info[MEANT])
    keys = sorted(column.foreign_keys, key=str) if column is not None else []
    return keys[0].column.table.name if keys else None


class Names:
    """What the ids in some entries stand for: read once, one statement for each table named."""

    def __init__(self, session: Session, entries: Iterable[AuditEntry], more: Iterable[tuple[str, str]] = ()) -> None:
        own = {name: table.info[NAMED] for name, table in Base.metadata.tables.items() if NAMED in table.info}
        finders: Mapping[str, Find] = {**own, **session.info.get(OBJECTS, {})}
        wanted: dict[str, set[int]] = {}
        for table, key in more:
            if table in finders and key.isdecimal():
                wanted.setdefault(table, set()).add(int(key))
        for entry in entries:
            for side in (entry.before or {}, entry.after or {}):
                for name, value in side.items():
                    table_name = target(column_of(entry, name))
                    if table_name is not None and table_name in finders and isinstance(value, int):
                        wanted.setdefault(table_name, set()).add(value)
        self._found = {table: finders[table](session, ids) for table, ids in sorted(wanted.items())}

    def of(self, table: str | None, key: Any) -> str | None:
        """The name behind an id, or None when nobody knows it."""
        number = int(key) if isinstance(key, int) or str(key).isdecimal() else 0
        return self._found.get(table or "", {}).get(number)


def changes(entry: AuditEntry, names: Names) -> list[tuple[Text | str, Any, Any]]:
    """What it is called, before and after, for each value that tells something; personal ones are not shown."""
    before, after = entry.before or {}, entry.after or {}
    lines: list[tuple[Text | str, Any, Any]] = []
    for name in dict.fromkeys([*before, *after]):
        column = column_of(entry, name)
        if _says_nothing(entry, name, column, after.get(name)):
            continue
        label = column.info.get(LABEL, name) if column is not None else _EVENT_WORDS.get(name, name)
        old, new = (_shown(name, column, side.get(name), names) for side in (before, after))
        lines.append((label, old, new))
    return lines


def _says_nothing(entry: AuditEntry, name: str, column: Column[Any] | None, after: Any) -> bool:
    if column is None:
        return name == "code" and entry.kind == "decision"
    if only_number(column) or (entry.kind == "insert" and after == FOREVER.isoformat()):
        return True
    own = target(column) == entry.root_type and entry.object_type != entry.root_type
    return own and str((entry.after or entry.before or {}).get(name)) == entry.root_id


def only_number(column: Column[Any]) -> bool:
    """Whether a column is nothing but the number of its row; parts of a key of several columns tell something."""
    return column.primary_key and len(column.table.primary_key) == 1


def _shown(name: str, column: Column[Any] | None, value: Any, names: Names) -> Any:
    if value is None or value == FOREVER.isoformat():
        return "–"
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, str) and value.startswith("#"):
        return _("(personal)")
    if isinstance(value, dict) and value and set(value) <= set(LOCALES):
        return Translation(value)
    if isinstance(value, (list, dict)):
        told = _spread(value)
        # What a run keeps of its rules fills pages; the log tells that it changed, the payslips what it says.
        return told if len(str(told)) <= _SPREAD else _("{count} part", "{count} parts", count=len(value))
    if name == "method" and column is None:
        return _METHODS.get(value, value)
    if column is not None:
        told = meant(column, value)
        return names.of(target(column), value) or value if told is None else told
    return value


def meant(column: Column[Any] | None, value: Any) -> Any:
    """What a value of a column means, as its owner describes it; None where nobody said so."""
    meaning: Meaning = column.info.get(VALUES, {}) if column is not None else {}
    return meaning(value) if callable(meaning) else meaning.get(value)


def _spread(value: Any) -> Any:
    """A stored list or mapping as a sentence goes."""
    if isinstance(value, dict):
        return listed(_("{thing}: {name}", thing=key, name=_spread(one)) for key, one in value.items()) or "–"
    if isinstance(value, list):
        return listed(map(_spread, value)) or "–"
    return value
