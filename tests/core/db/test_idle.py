"""Connections that the server closed while they lay in the pool."""

from __future__ import annotations

import time

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.db import idle
from core.db.keys import KeyRing
from core.db.session import Database
from remit.testing.schema import Schemas
from tests.core.db.tables import House


def _count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(House)) or 0


def _close_all(database: Database) -> int:
    """What a restart of the server does to the connections of one database."""
    url = database.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as above:
        found = above.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", (database.url.database,)
        ).fetchall()
        return int(found[0][0])


def test_nobody_notices_that_the_server_was_started_anew(
    database_schemas: Schemas, key_ring: KeyRing, database_builder
) -> None:
    with database_schemas.empty("postgresql", key_ring) as database:
        database_builder.build(database)
        with database.session(), database.session():
            assert _count(database) == 0  # three connections lie in the pool
        assert _close_all(database) >= 1
        time.sleep(idle.ASK_AFTER)
        assert _count(database) == 0
        with database.session(write=True) as session:
            session.add(House(name="a"))
        assert _count(database) == 1


def test_one_statement_at_most_fails_where_a_connection_was_closed_under_steady_work(
    database_schemas: Schemas, key_ring: KeyRing, database_builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "ASK_AFTER", 60.0)
    with database_schemas.empty("postgresql", key_ring) as database:
        database_builder.build(database)
        with database.session() as first, database.session() as second:
            assert [one.scalar(select(func.count()).select_from(House)) for one in (first, second)] == [0, 0]
        assert _close_all(database) >= 2
        with pytest.raises(OperationalError):
            _count(database)
        assert _count(database) == 0, "the others were thrown away with it"
