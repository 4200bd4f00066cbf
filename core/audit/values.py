"""What of an object the audit log shows: changed columns, personal ones as a keyed digest, secrets not at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, Table, inspect
from sqlalchemy.orm import Mapper, Session

from core.db.keys import KeyRing
from core.db.types import BlindIndex, EncryptedJSON, EncryptedText

CHANGED = "changed"
_SECRET = re.compile(r"password|secret|token|(^|_)(hash|key|nonce)$")


class Shown(NamedTuple):
    """A mapped attribute and how its values are written: ``plain``, ``digest`` or ``changed``."""

    attribute: str
    column: str
    how: str
    context: str


class Shape(NamedTuple):
    """How a mapped class is audited."""

    table: str
    key: tuple[str, ...]
    shown: tuple[Shown, ...]
    root_table: str
    root_key: str | None


@lru_cache(maxsize=2048)
def shape(mapper: Mapper[Any]) -> Shape | None:
    """How a class is audited, or None when it opted out with ``__audit__ = False``."""
    table = mapper.local_table
    if not isinstance(table, Table) or getattr(mapper.class_, "__audit__", True) is False:
        return None
    shown = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if isinstance(column.type, BlindIndex):
            continue
        shown.append(Shown(attribute.key, column.name, _how(column), f"{table.name}.{column.name}"))
    key = tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)
    root_table, root_key = _root(mapper, table)
    return Shape(table.name, key, tuple(shown), root_table, root_key)


def _how(column: Any) -> str:
    if column.info.get("secret") or _SECRET.search(column.name):
        return CHANGED
    if column.info.get("personal") or isinstance(column.type, (EncryptedText, EncryptedJSON)):
        return "digest"
    return CHANGED if isinstance(column.type, LargeBinary) else "plain"


def _root(mapper: Mapper[Any], table: Table) -> tuple[str, str | None]:
    """A version belongs to the history of its identity: ``core_unit_version.unit_id`` to ``core_unit``."""
    identity = table.name.removesuffix("_version")
    if identity != table.name:
        for column in table.columns:
            if any(key.column.table.name == identity for key in column.foreign_keys):
                return identity, mapper.get_property_by_column(column).key
    return table.name, None


def identity(shaped: Shape, obj: Any) -> str:
    """The primary key of an object as text, parts separated by commas."""
    return ",".join(str(getattr(obj, name)) for name in shaped.key)


def root(shaped: Shape, obj: Any) -> tuple[str, str]:
    """Table and id of the thing whose history an object belongs to."""
    key = getattr(obj, shaped.root_key) if shaped.root_key else identity(shaped, obj)
    return shaped.root_table, str(key)


def written(one: Shown, value: Any, keys: KeyRing | None) -> Any:
    """A value as the log keeps it."""
    if value is None:
        return None
    if one.how == "plain":
        return plain(value)
    if one.how == "digest" and keys is not None:
        return f"#{keys.blind_index(str(plain(value)), f'audit.{one.context}').hex()}"
    return CHANGED


def plain(value: Any) -> Any:
    """A value as JSON."""
    if value is None or isinstance(value, (bool, int, str, float)):
        return value
    if isinstance(value, (dt.date, dt.datetime, dt.time)):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, (bytes, memoryview)):
        return CHANGED
    if isinstance(value, (Decimal, dt.timedelta)):
        return str(value)
    return str(value)


def shape_of(obj: Any) -> Shape | None:
    """How an object is audited, or None for one that is not mapped or opted out."""
    state = inspect(obj, raiseerr=False)
    return shape(state.mapper) if state is not None and hasattr(state, "mapper") else None


def keys_of(session: Session) -> KeyRing | None:
    """The key ring of a session's database, or None for one opened without."""
    keys = getattr(session.get_bind().dialect, "remit_keys", None)
    return keys if isinstance(keys, KeyRing) else None
