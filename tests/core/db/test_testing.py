"""The plugin that all these tests stand on: no test sees another's rows, and nothing is passed over in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from core.db.session import Database
from remit.testing.postgres import NoServer, Server
from remit.testing.schema import SchemaBuilder
from remit.testing.statements import counting
from tests.core.db.tables import House, Room, Tables

BACKENDS = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[3]


def build(database: Database) -> None:
    """Tables and one row, as a migration may leave one."""
    database.create_all(Tables.metadata)
    with database.migration() as connection:
        connection.execute(insert(House).values(name="seed"))


SEEDED = SchemaBuilder("seeded", build)


def houses(database: Database) -> list[tuple[int, str]]:
    with database.session() as session:
        return [(row.id, row.name) for row in session.execute(select(House.id, House.name).order_by(House.id))]


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_database_holds_what_the_migrations_wrote_and_nothing_else(database_schemas, key_ring, backend):
    for _ in range(3):
        with database_schemas.database(backend, SEEDED, key_ring) as database:
            assert houses(database) == [(1, "seed")]
            with database.session(write=True) as session:
                session.add(House(name="other", rooms=[Room(name="x")]))
                session.flush()
            with database.migration() as connection:
                connection.exec_driver_sql("DELETE FROM t_room")
                connection.exec_driver_sql("DELETE FROM t_house WHERE id = 1")
            assert houses(database) == [(2, "other")]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_schema_that_was_changed_is_not_handed_on(database_schemas, key_ring, backend):
    for _ in range(2):
        with database_schemas.database(backend, SEEDED, key_ring) as database, database.migration() as connection:
            connection.exec_driver_sql("CREATE TABLE t_extra (id INTEGER)")
            connection.exec_driver_sql("ALTER TABLE t_house ADD COLUMN extra INTEGER")


def test_a_forgotten_transaction_does_not_hold_up_the_next_test(database_schemas, key_ring):
    forgotten: Any = None
    with database_schemas.database("postgresql", SEEDED, key_ring) as database:
        forgotten = database_schemas.server().connect(database.url.database)
        forgotten.execute("BEGIN")
        forgotten.execute("LOCK TABLE t_house")
        forgotten.execute("INSERT INTO t_house (name) VALUES ('x')")
    with database_schemas.database("postgresql", SEEDED, key_ring) as database:
        assert houses(database) == [(1, "seed")]
    forgotten.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_rows_are_cleared_too(database_schemas, key_ring, backend):
    for _ in range(2):
        with database_schemas.database(backend, SEEDED, key_ring) as database:
            with database.session(write=True) as session:
                session.execute(insert(House), [{"name": "x" * 40}] * 60_000)
            with database.session() as session:
                assert session.scalar(select(func.count()).select_from(House)) == 60_001


def test_statements_are_counted_and_transactions_are_not(session, database):
    with counting(database) as statements:
        with session.begin_nested():
            session.add(House(name="a"))
            session.flush()
        session.scalar(select(House.id))
    assert [sql.split()[0] for sql in statements] == ["INSERT", "SELECT"]
    assert str(statements).startswith("  1 INSERT INTO t_house")
    with counting(session) as later:
        pass
    assert len(later) == 0


@pytest.mark.parametrize("named", ["none", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_server_that_is_not_there_is_told(monkeypatch, tmp_path, named):
    monkeypatch.setenv("REMIT_TEST_POSTGRES", named)
    with pytest.raises(NoServer, match=r"PostgreSQL: .*REMIT_TEST_POSTGRES"):
        Server.find(tmp_path)


def test_the_embedded_server_serves(monkeypatch, tmp_path, key_ring):
    """What a machine without PostgreSQL uses."""
    monkeypatch.setenv("REMIT_TEST_POSTGRES", "embedded")
    server = Server.find(tmp_path)
    try:
        database = Database(server.url.set(database=server.create()), keys=key_ring)
        build(database)
        assert houses(database) == [(1, "seed")]
        database.dispose()
    finally:
        server.close()


def test_what_was_skipped_is_told_in_the_last_lines(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "from pathlib import Path\nimport pytest\n"
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "pytest_plugins = ['remit.testing']\n\n\n"
        "@pytest.fixture(scope='session')\n"
        "def database_builder():\n"
        "    from remit.testing.schema import from_metadata\n"
        "    from sqlalchemy import MetaData\n"
        "    return from_metadata(MetaData())\n"
    )
    (tmp_path / "test_it.py").write_text("def test_a(database):\n    assert database.url\n")
    alone = {"REMIT_TEST_POSTGRES": "none", "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed, 1 skipped" in run.stdout
    assert "1 x PostgreSQL: switched off by REMIT_TEST_POSTGRES=none" in run.stdout
