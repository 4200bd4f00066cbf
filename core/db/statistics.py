"""What PostgreSQL knows of tables that a session filled with many rows.

Its own housekeeping counts them a minute later. Until then it takes the tables for nearly empty, and a list of 100,000
people that takes a second took over five minutes. SQLite chooses the same plans with statistics as without.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

_WRITTEN = "rows_written"
_MANY = 10_000


def wrote(session: Session, table: str, rows: int) -> None:
    """Remember that a session added rows to a table."""
    written: dict[str, int] = session.info.setdefault(_WRITTEN, {})
    written[table] = written.get(table, 0) + rows


def refresh(session: Session) -> None:
    """Before a commit: have the tables counted that got ten thousand rows and more."""
    many = [name for name, rows in session.info.pop(_WRITTEN, {}).items() if rows >= _MANY]
    if not many:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("ANALYZE " + ", ".join(map(connection.dialect.identifier_preparer.quote, many)))
