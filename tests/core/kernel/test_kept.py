"""What a process keeps until somebody changes it, shown by the free days of a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.calendar.models import CalendarPlace, CalendarSpecialDay
from core.calendar.services import load_calendar
from core.db.base import Base
from core.db.bulk import write_columns
from core.db.types import Translation
from core.kernel import kept, state
from core.kernel.house import House
from remit.testing.statements import counting

SYSTEM = Actor.system("test")
PLACE = "XX"
FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)
CHOSEN = [("test", "core_calendar_day")]


@pytest.fixture
def house(open_house: Callable[[], House]) -> House:
    """A house that keeps, and a place with one free day."""
    made = kept_by(open_house())
    tables = [Base.metadata.tables[name] for name in ("core_calendar", "core_calendar_year", "core_calendar_day")]
    made.database.create_all(Base.metadata, tables)
    with made.session(SYSTEM, write=True) as session:
        session.add(CalendarPlace(id=1, place=PLACE, title=Translation(en="Y"), weekend="56", zone="Asia/Shanghai"))
        session.flush()
        session.add(a_free(FIRST))
    return made


def kept_by(house: House) -> House:
    """The house as another process has it, on the same database."""
    made = replace(house, session_info={})
    kept.install(made)
    return made


def a_free(day: date) -> CalendarSpecialDay:
    return CalendarSpecialDay(calendar_id=1, day=day, kind="rest", statutory=False, name=Translation(en="Free"),
                              source="", origin="company")  # fmt: skip


def free(session: Session) -> set[date]:
    return set(load_calendar(session, PLACE).special)


def in_bulk(session: Session) -> None:
    write_columns(session, CalendarSpecialDay, {
        "calendar_id": [1], "day": [SECOND], "kind": ["rest"], "statutory": [False],
        "name": [Translation(en="Free")], "source": [""], "origin": ["company"],
    })  # fmt: skip


def by_statement(session: Session) -> None:
    session.execute(update(CalendarSpecialDay).values(day=SECOND))


def by_object(session: Session) -> None:
    session.add(a_free(SECOND))


def test_it_is_read_once(house: House) -> None:
    with house.session(SYSTEM) as session:
        assert free(session) == {FIRST}
    with house.session(SYSTEM) as session, counting(house.database.engine) as seen:
        assert free(session) == {FIRST}
    assert len(seen) == 1, "only what is on, and the revision"


@pytest.mark.parametrize("change", [by_object, by_statement, in_bulk])
def test_whoever_changes_it_sees_that_at_once_and_others_after_the_commit(
    house: House, change: Callable[[Session], None]
) -> None:
    after = {SECOND} if change is by_statement else {FIRST, SECOND}
    with house.session(SYSTEM) as session:
        assert free(session) == {FIRST}
    with house.session(SYSTEM, write=True) as session:
        change(session)
        session.flush()
        assert free(session) == after
        assert free(session) == after
    with house.session(SYSTEM) as session:
        assert free(session) == after


def test_another_process_sees_it_too(house: House) -> None:
    other = kept_by(house)
    with other.session(SYSTEM) as session:
        assert free(session) == {FIRST}
    with house.session(SYSTEM, write=True) as session:
        by_object(session)
    with other.session(SYSTEM) as session:
        assert free(session) == {FIRST, SECOND}


def test_what_is_rolled_back_was_never_there(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        by_object(session)
        session.flush()
        assert free(session) == {FIRST, SECOND}
        session.rollback()
    with house.session(SYSTEM) as session:
        assert free(session) == {FIRST}


def test_a_savepoint_that_is_rolled_back_hides_no_change(house: House) -> None:
    with house.session(SYSTEM) as session:
        assert free(session) == {FIRST}
    with house.session(SYSTEM, write=True) as session:
        by_object(session)
        session.flush()
        with session.begin_nested() as savepoint:
            session.add(a_free(date(2026, 10, 3)))
            session.flush()
            savepoint.rollback()
        assert free(session) == {FIRST, SECOND}
    with house.session(SYSTEM) as session:
        assert free(session) == {FIRST, SECOND}


def test_who_began_before_a_change_spoils_nothing_for_who_begins_after_it(house: House) -> None:
    """A session that reads under an old revision keeps what it read for that revision alone."""
    other = kept_by(house)
    with other.session(SYSTEM) as early:
        began = state.revision(early)
        if not house.database.is_sqlite:  # there a writer in memory waits for readers
            with house.session(SYSTEM, write=True) as session:
                by_object(session)
        free(early)
        assert state.revision(early) == began
    if house.database.is_sqlite:
        with house.session(SYSTEM, write=True) as session:
            by_object(session)
    with other.session(SYSTEM) as late:
        assert state.revision(late) > began
        assert free(late) == {FIRST, SECOND}


def test_what_rests_on_the_organisation_is_read_anew_when_its_epoch_rises(house: House) -> None:
    asked: list[list[str]] = []

    def load(keys: list[str]) -> dict[str, int]:
        asked.append(keys)
        return dict.fromkeys(keys, 1)

    for _turn in range(2):
        with house.session(SYSTEM) as session:
            assert kept.kept_of_organisation(session, "trial", ["a", "b", "a"], load) == {"a": 1, "b": 1}
    assert asked == [["a", "b"]]
    with house.session(SYSTEM, write=True) as session:
        state.bump_epoch(session)
        kept.kept_of_organisation(session, "trial", ["a"], load)
    with house.session(SYSTEM) as session:
        kept.kept_of_organisation(session, "trial", ["a"], load)
    assert asked == [["a", "b"], ["a"], ["a"]]


def test_without_keys_nothing_is_read(house: House) -> None:
    with house.session(SYSTEM) as session:
        assert kept.kept_each(session, "trial", [], lambda keys: pytest.fail(f"asked for {keys}")) == {}


def test_every_table_that_is_kept_says_so() -> None:
    models = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if getattr(mapper.class_, "__kept__", 0)}
    assert {"core_calendar", "core_calendar_year", "core_calendar_day"} <= models
