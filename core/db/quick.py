"""One row written thousands of times, as jobs are: an INSERT compiled once and handed to the driver as it is.

SQLAlchemy would build, look up, run and read such a statement anew each time, which takes as long as the database
takes to write the row. It happens on the session's own connection and in its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from core.db import guard
from core.db.bulk import driver
from core.db.session import refuse_reading


class QuickInsert:
    """Writes rows of one model, always the same ``columns``, and answers their ids.

    ``once`` is a unique index, ``(column, condition)``: a row that it does not allow is not written and has no id.
    """

    def __init__(self, model: Any, columns: tuple[str, ...], *, once: tuple[str, Any] | None = None) -> None:
        self._table, self._columns, self._once = guard.table_of(model), columns, once
        self._made: WeakKeyDictionary[Dialect, _Made] = WeakKeyDictionary()

    def add(self, session: Session, values: Mapping[str, Any]) -> int | None:
        """Write one row; its id, or None where ``once`` did not allow it.

        Raises ``ReadOnlySession`` in a reading session, and what SQLAlchemy raises for errors of the database.
        """
        refuse_reading(session, "a row")
        guard.vouch(session, [self._table.name], ())
        with driver(session, "INSERT") as raw:
            made = self._for(session.get_bind().dialect)
            cursor = raw.cursor()
            try:
                cursor.execute(made.sql, made.parameters(values))
                row = cursor.fetchone()
            finally:
                cursor.close()
        return int(row[0]) if row is not None else None

    def _for(self, dialect: Dialect) -> _Made:
        made = self._made.get(dialect)
        if made is None:
            insert = (postgresql if dialect.name == "postgresql" else sqlite).insert(self._table)
            if self._once is not None:
                name, where = self._once
                insert = insert.on_conflict_do_nothing(index_elements=[name], index_where=where)
            statement = insert.returning(self._table.c.id)
            made = self._made[dialect] = _Made(statement.compile(dialect=dialect, column_keys=list(self._columns)))
        return made


class _Made:
    """A compiled statement: its text, and how the values for the driver are made."""

    def __init__(self, compiled: Any) -> None:
        self.sql = str(compiled)
        self._convert = tuple(compiled._bind_processors.items())
        self._order = tuple(compiled.positiontup) if compiled.positional else None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the driver is given: by name, or in the order of the text."""
        given = dict(values)
        for name, convert in self._convert:
            given[name] = convert(given[name])
        return given if self._order is None else [given[name] for name in self._order]
