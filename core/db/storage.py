"""Columns of packed numbers that PostgreSQL stores as they are.

It compresses every long value by itself, at some 20 MB a second; packed columns of a large run took as long to
compress as everything else took to compute. SQLite compresses nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Table, event

#: Where a table keeps the names of its columns that are stored plain.
PLAIN = "stored_plain"


def stored_plain(table: Any, *columns: str) -> None:
    """Declare columns of a table as stored without compression; ``create_all`` sees to it by itself."""
    assert isinstance(table, Table)
    table.info[PLAIN] = columns
    made: Any = DDL(_statement(table.name, columns))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", made.execute_if(dialect="postgresql"))


def store_plain(op: Any, table: str, *columns: str) -> None:
    """In a migration, after ``op.create_table``: store columns without compression from now on."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_statement(table, columns))


def _statement(table: str, columns: tuple[str, ...]) -> str:
    return f'ALTER TABLE "{table}" ' + ", ".join(f'ALTER COLUMN "{name}" SET STORAGE EXTERNAL' for name in columns)
