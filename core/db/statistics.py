"""What PostgreSQL knows of tables that a session filled with many rows.

Its own housekeeping counts them a minute later. Until then it takes the tables for nearly empty, and a list of 100,000
people that takes a second took over five minutes. SQLite chooses the same plans with statistics as without.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Table
from sqlalchemy.orm import Session

_WRITTEN = "rows_written"
_MANY = 10_000


def wrote(session: Session, table: Table, rows: int) -> None:
    """Remember that a session added rows to a table."""
    written: dict[Table, int] = session.info.setdefault(_WRITTEN, {})
    written[table] = written.get(table, 0) + rows


def refresh(session: Session) -> None:
    """Before a commit: have the tables counted that got ten thousand rows and more."""
    many = [table for table, rows in session.info.pop(_WRITTEN, {}).items() if rows >= _MANY]
    if not many:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        raw = connection.connection.dbapi_connection
        assert raw is not None
        quote = connection.dialect.identifier_preparer.quote
        raw.execute("ANALYZE " + ", ".join(f"{quote(table.name)} ({_finding(table, quote)})" for table in many))


def _finding(table: Table, quote: Callable[[str], str]) -> str:
    """The columns that rows are found by: keys, references and what is indexed. Counting the values of all 80 columns
    of a payslip took a fifth of a whole pay run.
    """
    indexed = {column.name for index in table.indexes for column in index.columns}
    constrained = {column.name for constraint in table.constraints for column in getattr(constraint, "columns", ())}
    return ", ".join(quote(column.name) for column in table.columns if column.name in indexed | constrained)
