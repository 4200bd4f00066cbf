"""Column types of the house: ids, moments, translated titles, encrypted text and its blind index.

The encrypting types find the key ring on the *dialect* object of the engine that runs the statement. Every engine has
its own dialect object, ``Database`` puts its ring there once, and SQLAlchemy hands the dialect to each type with each
value. So two databases with different keys live side by side in one process, any thread may use either, and no global
and no context variable is involved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, LargeBinary, String, func, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement, operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator

from core.base.text import LOCALES, current_locale
from core.db.keys import KeyRing, KeysError

#: A 64-bit integer; plain INTEGER on SQLite, where only that spelling makes a primary key the row's own number.
Id = BigInteger().with_variant(Integer(), "sqlite")

_KEYS = "remit_keys"
_SORT = "~"


# -- time --------------------------------------------------------------------------------------------------------


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC. A naive value is refused: nobody could say later which moment it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use core.base.clock.now() or attach the zone it was read in")
        value = value.astimezone(UTC)
        # SQLite keeps text of one fixed width, so that moments sort and compare as strings.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# -- translated titles -------------------------------------------------------------------------------------------


class Translation(Mapping[str, str]):
    """A title in several languages, immutable: ``Translation(zh_CN="基本工资", en="Base pay")``.

    ``str()`` shows it in the reader's language; a missing language falls back to Chinese, then English, then any.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | None = None, /, **by_locale: str) -> None:
        self._texts: dict[str, str] = {
            locale: text for locale, text in {**(texts or {}), **by_locale}.items() if text
        }

    def in_locale(self, locale: str | None = None) -> str:
        """The title in a language, by default the reader's; empty when there is none at all."""
        for name in (locale or current_locale(), *LOCALES):
            if name in self._texts:
                return self._texts[name]
        return next(iter(self._texts.values()), "")

    def __str__(self) -> str:
        return self.in_locale()

    def __getitem__(self, locale: str) -> str:
        return self._texts[locale]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __repr__(self) -> str:
        return f"Translation({self._texts!r})"


@lru_cache(maxsize=50_000)
def sort_key(text: str) -> str:
    """A plain ASCII-first key by which names sort as people expect: Chinese by pinyin with tone, Latin without case.

    Characters of equal reading keep apart by the character itself. Both databases compare the key byte by byte, so
    the order does not depend on which collations a server was built with.
    """
    if text.isascii():
        return text.casefold()
    from pypinyin import Style, lazy_pinyin  # a large table, read at the first Chinese title only

    return f"{' '.join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)).casefold()}\x1f{text}"


class Translated(TypeDecorator[Translation]):
    """A JSON column that holds a title by language; reads and writes ``Translation`` (any mapping may be written).

    Sorting needs no further columns: beside each language the type stores its sort key under ``~<locale>``, in the
    same JSON, and hides it when reading. ``order_by(in_order(Position.title))`` sorts by the reader's language.
    ``Position.title["en"].as_string()`` is the plain text in SQL.
    """

    impl = JSON
    cache_ok = True
    comparator_factory = JSON.Comparator

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        return dialect.type_descriptor(kind)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return JSON(none_as_null=True).coerce_compared_value(op, value)

    def process_bind_param(self, value: Mapping[str, str] | str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise TypeError(f"{value!r} names no language; write a Translation such as Translation(zh_CN={value!r})")
        title = value if isinstance(value, Translation) else Translation(value)
        return {**title, **{f"{_SORT}{locale}": sort_key(text) for locale, text in title.items()}}

    def process_result_value(self, value: Any, dialect: Dialect) -> Translation | None:  # noqa: ARG002
        if value is None:
            return None
        return Translation({locale: text for locale, text in value.items() if not locale.startswith(_SORT)})


class _ByteOrder(ColumnElement[str]):
    """A text expression compared byte by byte, which each database spells in its own way."""

    inherit_cache = True
    type = String()
    _traverse_internals = [("inner", InternalTraversal.dp_clauseelement)]  # read by SQLAlchemy's statement cache

    def __init__(self, inner: ColumnElement[str]) -> None:
        self.inner = inner


@compiles(_ByteOrder, "postgresql")
def _byte_order_postgresql(element: _ByteOrder, compiler: SQLCompiler, **kw: Any) -> str:
    return f'({compiler.process(element.inner, **kw)}) COLLATE "C"'


@compiles(_ByteOrder)
def _byte_order(element: _ByteOrder, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.inner, **kw))


def in_order(column: Any, locale: str | None = None) -> ColumnElement[str]:
    """The expression to ``order_by`` for a ``Translated`` column: the reader's language, then the fallbacks."""
    names = dict.fromkeys((locale or current_locale(), *LOCALES))
    stored = type_coerce(column, JSON().with_variant(JSONB(), "postgresql"))
    keys = [stored[f"{_SORT}{name}"].as_string() for name in names]
    return _ByteOrder(func.coalesce(*keys))


# -- encrypted columns -------------------------------------------------------------------------------------------


def install_keys(dialect: Dialect, keys: KeyRing | None) -> None:
    """Give an engine its key ring; ``Database`` calls this once."""
    setattr(dialect, _KEYS, keys)


def keys_of(source: Dialect | Session) -> KeyRing:
    """The key ring of a session's database; ``KeysError`` when it was opened without one."""
    dialect = source.get_bind().dialect if isinstance(source, Session) else source
    keys = getattr(dialect, _KEYS, None)
    if not isinstance(keys, KeyRing):
        raise KeysError("this database was opened without a key ring: Database(url, keys=KeyRing.load(path))")
    return keys


class _Sealed(LargeBinary.Comparator[Any]):
    """Two seals of one value differ, so a comparison would quietly find nothing; it is refused instead."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        if op in (operators.is_, operators.is_not) or other == (None,):
            return super().operate(op, *other, **kwargs)
        raise TypeError(f"{self.expr} is encrypted and cannot be compared or sorted; use its BlindIndex column")


class EncryptedText(TypeDecorator[str]):
    """Text that is sealed on its way into the database and opened on its way out.

    ``context`` names the column, ``EncryptedText("core_person.identity_number")``, and is part of the seal. It is
    written out because a column may be renamed one day and its stored values must still open: the context stays.
    """

    impl = LargeBinary
    cache_ok = True
    comparator_factory = _Sealed

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys_of(dialect).encrypt(value.encode(), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).decrypt(value, self.context).decode()


class EncryptedJSON(TypeDecorator[Any]):
    """A JSON value that is sealed like ``EncryptedText``. Assign a new value to change it; it is not watched."""

    impl = LargeBinary
    cache_ok = True
    comparator_factory = _Sealed

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return keys_of(dialect).encrypt(text.encode(), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keys_of(dialect).decrypt(value, self.context))


class BlindIndex(TypeDecorator[Any]):
    """The column by which an encrypted one is found: assign and compare plain text, stored are sixteen keyed bytes.

    ``identity_index = mapped_column(BlindIndex("core_person.identity_number"), unique=True)``, then
    ``person.identity_index = number`` and ``select(Person).where(Person.identity_index == number)``. Reading gives
    the bytes; bytes are taken as they are, so a read value may be compared and written again.
    """

    impl = LargeBinary(16)
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | bytes | None, dialect: Dialect) -> bytes | None:
        return keys_of(dialect).blind_index(value, self.context) if isinstance(value, str) else value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002
        return self


def blind_index(session: Session, value: str, context: str) -> bytes:
    """The blind index of one value in the keys of a session's database; see ``BlindIndex`` for the usual way."""
    return keys_of(session).blind_index(value, context)
