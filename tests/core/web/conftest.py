"""Databases and the module ``desk`` on them."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core.db.base import Base
from core.db.session import Database
from tests.core.web.desk import Desk, Own

#: The PostgreSQL server these tests make their databases on.
SERVER = os.environ.get("REMIT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with the kernel's and the module's tables."""
    if request.param == "sqlite":
        yield from _filled(Database(f"sqlite:///{tmp_path / 'desk.sqlite'}"))
        return
    name = f"web_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield from _filled(Database(f"{SERVER.rpartition('/')[0]}/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """The same where the kind of database does not matter."""
    yield from _filled(Database(f"sqlite:///{tmp_path / 'desk.sqlite'}"))


def _filled(database: Database) -> Iterator[Database]:
    tables = [Base.metadata.tables[name] for name in ("core_module", "core_epoch")]
    database.create_all(Base.metadata, tables)
    database.create_all(Own.metadata)
    try:
        yield database
    finally:
        database.dispose()


def _desk(folder: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    package = folder / "package"
    package.mkdir()
    return Desk(package, database, lambda name, made: monkeypatch.setitem(sys.modules, name, made))


@pytest.fixture
def desk(tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The module on SQLite."""
    return _desk(tmp_path, sqlite, monkeypatch)


@pytest.fixture
def desk_on_both(tmp_path: Path, store: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The module on each database."""
    return _desk(tmp_path, store, monkeypatch)
