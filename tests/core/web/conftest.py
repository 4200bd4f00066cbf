"""The module ``desk`` on a database that holds the kernel's tables and the module's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.db.base import Base
from core.db.session import Database
from tests.core.web.desk import Desk, Own


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An SQLite file, for what does not depend on the kind of database."""
    database = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    try:
        yield database
    finally:
        database.dispose()


def _desk(folder: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    database.create_all(Base.metadata, [Base.metadata.tables[name] for name in ("core_module", "core_epoch")])
    database.create_all(Own.metadata)
    package = folder / "package"
    package.mkdir()
    return Desk(package, database, lambda name, made: monkeypatch.setitem(sys.modules, name, made))


@pytest.fixture
def desk(tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The module on SQLite."""
    return _desk(tmp_path, sqlite, monkeypatch)


@pytest.fixture
def desk_on_both(tmp_path: Path, empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The module on each database."""
    return _desk(tmp_path, empty_database, monkeypatch)
