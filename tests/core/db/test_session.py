from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from core.db.session import Database, ReadOnlySession
from tests.core.db.tables import House, Room


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(House)) or 0


def test_a_writing_session_commits_and_its_objects_stay_readable(database):
    with database.session(write=True) as session:
        house = House(name="a")
        session.add(house)
    assert house.name == "a"
    assert house.id == 1
    assert count(database) == 1


def test_an_exception_rolls_back(database):
    def fails() -> None:
        with database.session(write=True) as session:
            session.add(House(name="a"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert count(database) == 0


def test_a_reading_session_refuses_to_write(database):
    with database.session() as session:
        session.add(House(name="a"))
        with pytest.raises(ReadOnlySession):
            session.flush()
    with pytest.raises(ReadOnlySession), database.session() as session:
        session.execute(insert(House).values(name="a"))
    assert count(database) == 0


def test_info_reaches_the_session(database):
    with database.session(info={"actor": "x"}) as session:
        assert session.info["actor"] == "x"


def test_savepoints_roll_back_a_part(database):
    with database.session(write=True) as session:
        session.add(House(name="kept"))
        nested = session.begin_nested()
        session.add(House(name="lost"))
        session.flush()
        nested.rollback()
    with database.session() as session:
        assert session.scalars(select(House.name)).all() == ["kept"]


def test_two_writers_queue_up(database):
    """Read, think, write from two threads: without BEGIN IMMEDIATE one of them fails on SQLite."""
    failures = []

    def add(name: str) -> None:
        try:
            with database.session(write=True) as session:
                session.scalar(select(func.count()).select_from(House))
                time.sleep(0.05)
                session.add(House(name=name))
        except Exception as error:  # any failure of a writer is what this test looks for
            failures.append(error)

    threads = [threading.Thread(target=add, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(database) == 4


def test_foreign_keys_are_enforced(database):
    with pytest.raises(IntegrityError), database.session(write=True) as session:
        session.add(Room(house_id=99, name="x"))


def test_a_migration_on_sqlite_that_leaves_dangling_references_is_rolled_back(tmp_path):
    """PostgreSQL enforces them at each statement; SQLite must not while a table is being copied."""
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    database.create_all(House.metadata)
    with pytest.raises(RuntimeError, match="t_room -> t_house"), database.migration() as connection:
        connection.exec_driver_sql("INSERT INTO t_room (id, house_id, name) VALUES (1, 99, 'x')")
    with database.migration() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t_room").scalar() == 0
    with database.session() as session:
        raw: Any = session.connection().connection.dbapi_connection
        assert raw.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    database.dispose()


def test_two_databases_in_memory_are_strangers():
    first, second = Database("sqlite://"), Database("sqlite://")
    for made in (first, second):
        made.create_all(House.metadata)
    with first.session(write=True) as session:
        session.add(House(name="a"))
    assert (count(first), count(second)) == (1, 0)
    first.dispose()
    second.dispose()


def test_other_databases_are_refused():
    with pytest.raises(ValueError, match="mysql"):
        Database("mysql://x/y")


def test_databases_of_one_kind_compile_each_statement_once(key_ring):
    """Each still has rows of its own, and speaks with its own keys."""
    first = Database("sqlite://", keys=key_ring)
    second = Database("sqlite://", keys=key_ring, like=first)
    for made in (first, second):
        made.create_all(House.metadata)
    with first.session(write=True) as session:
        session.add(House(name="a"))
    assert count(first) == 1
    known = len(first.statements)
    assert count(second) == 0
    assert len(first.statements) == known, "the second found what the first had compiled"
    with pytest.raises(ValueError, match="same keys"):
        Database("sqlite://", like=first)
    second.dispose()
    first.dispose()
