"""Being woken by a commit of another process, instead of asking the database all the time.

PostgreSQL tells (LISTEN and NOTIFY); on SQLite, and where telling does not come through, whoever waits looks again
after a moment. A notice is a wake-up and no more: what happened stands in tables.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from core.db.session import Database

log = structlog.get_logger("remit.db")


def notify(session: Session, channel: str) -> None:
    """Wake those who wait on a channel, when this transaction is committed; nothing to do on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_notify(channel, "")))


class Waking:
    """Waits for notices on one channel, over one connection of its own. Used by one thread."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None
        self._closed = threading.Event()

    def wait(self, seconds: float) -> None:
        """Come back when there is a notice, after ``seconds`` at the latest; a lost connection only means the latter.
        """
        if self._database.is_sqlite:
            self._closed.wait(seconds)
            return
        try:
            if self._connection is None:
                self._connection = self._listen()
            for _notice in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self._drop()
            self._closed.wait(seconds)

    def close(self) -> None:
        """End the connection; one who waits on SQLite comes back at once."""
        self._closed.set()
        self._drop()

    def _listen(self) -> psycopg.Connection[Any]:
        given, named = self._database.engine.dialect.create_connect_args(self._database.url)
        connection = psycopg.connect(*given, **named, autocommit=True)
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(self._channel)))
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except psycopg.Error:
                log.debug("the connection that waits for notices was lost")
