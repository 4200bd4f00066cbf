"""Counting statements, for budgets: a page that asks once per row is found by a test, not by a customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

_TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)", re.IGNORECASE)


class Statements(list[str]):
    """The SQL that ran, in order; ``len()`` is the count and ``str()`` a readable list for the failed assertion."""

    def __str__(self) -> str:
        return "\n".join(f"{number:3} {' '.join(sql.split())[:200]}" for number, sql in enumerate(self, 1))


@contextmanager
def counting(source: Any) -> Iterator[Statements]:
    """The statements that an engine, a ``Database`` or a session's database runs inside the block.

    Bulk reads count; bulk writes do not, they run below SQLAlchemy's events.
    """
    found = Statements()
    bind = source.get_bind() if isinstance(source, Session) else source
    engine: Engine = bind if isinstance(bind, Engine) else bind.engine

    def before_cursor_execute(
        conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        del conn, cursor, parameters, context, many
        if not _TRANSACTION.match(statement):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", before_cursor_execute)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", before_cursor_execute)
