from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.db.quick import QuickInsert
from core.db.session import Database, ReadOnlySession
from tests.core.db.tables import Everything, House, Room

EVERYTHING = QuickInsert(Everything, ("moment", "ok", "title", "number", "number_index", "data", "small"))
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_row_is_stored_as_the_unit_of_work_stores_it(database: Database) -> None:
    values = {
        "moment": NOON, "ok": True, "title": {"zh": "房", "en": "house"}, "number": "B-1", "number_index": "B-1",
        "data": {"a": [1, None, "二"]}, "small": 7,
    }  # fmt: skip
    with database.session(write=True) as session:
        number = EVERYTHING.add(session, values)
        session.add(Everything(**values | {"number": "B-2", "number_index": "B-2"}))
    with database.session() as session:
        quick, slow = session.scalars(select(Everything).order_by(Everything.id)).all()
        assert quick.id == number
        for name in ("moment", "ok", "title", "data", "small"):
            assert getattr(quick, name) == getattr(slow, name) == values[name], name
        assert quick.number == "B-1"


def test_a_row_that_may_be_there_once_has_no_second_id(database: Database) -> None:
    once = QuickInsert(Everything, ("number_index", "small"), once=("number_index", None))
    with database.session(write=True) as session:
        assert once.add(session, {"number_index": "B-1", "small": 1}) is not None
        assert once.add(session, {"number_index": "B-1", "small": 2}) is None
        assert once.add(session, {"number_index": "B-2", "small": 2}) is not None


def test_it_is_part_of_the_transaction(database: Database) -> None:
    houses = QuickInsert(House, ("name",))
    with database.session(write=True) as session:
        houses.add(session, {"name": "a"})
        session.rollback()
        houses.add(session, {"name": "b"})
    with database.session() as session:
        assert session.scalars(select(House.name)).all() == ["b"]


def test_a_reading_session_is_refused_and_an_error_is_the_one_of_the_house(database: Database) -> None:
    with database.session() as session, pytest.raises(ReadOnlySession):
        QuickInsert(House, ("name",)).add(session, {"name": "a"})
    with pytest.raises(IntegrityError), database.session(write=True) as session:
        QuickInsert(Room, ("house_id", "name")).add(session, {"house_id": 404, "name": "nowhere"})


def test_a_guarded_table_is_refused(database: Database) -> None:
    from core.db.guard import UnguardedStatement, system

    database.guard.protect([House])
    houses = QuickInsert(House, ("name",))
    with database.session(write=True) as session:
        with pytest.raises(UnguardedStatement):
            houses.add(session, {"name": "a"})
        with system(session, "a test"):
            assert houses.add(session, {"name": "a"})
