"""The tick: what is due starts once, by however many processes, after an outage, and whatever the clock does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.jobs.models import JobRow
from core.kernel import state
from core.kernel.house import House
from core.schedules import services
from core.schedules.models import ScheduleState
from core.schedules.ticking import tick

SYSTEM = Actor.system("tests")
KIND = "files.purge"
#: 11:00 in Shanghai on Monday, 2 March 2026; the purge is due at 03:10 there, which is 19:10 UTC of the day before.
NOON = datetime(2026, 3, 2, 3, tzinfo=UTC)


def runs(house: House, kind: str = KIND) -> list[str]:
    with house.session(SYSTEM) as session:
        keys = session.scalars(select(JobRow.key).where(JobRow.kind == kind).order_by(JobRow.id)).all()
    return [str(key) for key in keys]


def test_a_schedule_begins_with_its_next_moment_and_goes_on_from_there(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        assert tick(house) == 0
        now.move_to(datetime(2026, 3, 2, 19, 9, tzinfo=UTC))
        tick(house)
        assert runs(house) == []
        now.move_to(datetime(2026, 3, 2, 19, 10, tzinfo=UTC))
        tick(house)
        tick(house)
        assert runs(house) == ["files.purge@20260302T191000Z"]
        now.move_to(datetime(2026, 3, 3, 19, 10, 1, tzinfo=UTC))
        tick(house)
    assert runs(house)[1:] == ["files.purge@20260303T191000Z"]


def test_after_an_outage_it_runs_once_for_all_that_was_missed(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        now.move_to(NOON + timedelta(days=9))
        tick(house)
        assert runs(house) == ["files.purge@20260302T191000Z"]
        now.move_to(NOON + timedelta(days=10))
        tick(house)
    assert runs(house)[1:] == ["files.purge@20260311T191000Z"]


def test_a_clock_that_jumps_ahead_and_comes_back_neither_stops_nor_doubles_it(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        now.move_to(NOON + timedelta(days=3_650))
        tick(house)
        assert len(runs(house)) == 1
        now.move_to(NOON)
        tick(house)
        now.move_to(NOON + timedelta(days=1))
        tick(house)
        tick(house)
    assert runs(house)[1:] == [], "the moment of today was asked for when the clock ran ahead"
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        tick(house)
    assert runs(house)[1:] == ["files.purge@20260303T191000Z"]


def test_a_clock_put_back_a_little_doubles_nothing(house: House) -> None:
    due = datetime(2026, 3, 2, 19, 10, tzinfo=UTC)
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        for moment in (due, due - timedelta(minutes=3), due, due - timedelta(hours=2), due, due + timedelta(minutes=1)):
            now.move_to(moment)
            tick(house)
    assert runs(house) == ["files.purge@20260302T191000Z"]


def test_many_that_tick_at_once_start_it_once(house: House) -> None:
    tick(house)
    for day in range(10):
        due = datetime(2026, 1, 1 + day, 19, 10, tzinfo=UTC)
        with house.session(SYSTEM, write=True) as session:
            session.execute(update(ScheduleState).where(ScheduleState.kind == KIND).values(next_at=due))
        start = threading.Barrier(6)
        asked: list[int] = []

        def ticks(start: threading.Barrier = start, asked: list[int] = asked) -> None:
            start.wait()
            asked.append(tick(house))

        threads = [threading.Thread(target=ticks) for _n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(asked) == 1
    assert len(runs(house)) == len(set(runs(house))) == 10


def test_a_module_that_is_off_waits_and_is_caught_up_with(house: House) -> None:
    kind = "sample.tidy"
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        with house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, "sample", on=False)
        now.move_to(NOON + timedelta(days=3))
        tick(house)
        assert runs(house, kind) == []
        with house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, "sample", on=True)
        tick(house)
    assert runs(house, kind) == ["sample.tidy@20260302T233000Z"]


def test_a_changed_time_holds_from_now_on_and_can_be_taken_back(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        with house.session(SYSTEM, write=True) as session:
            changed = services.change(session, SYSTEM, KIND, rule="workday 3 09:00", paused=False)
            assert [moment.isoformat() for moment in changed.coming[:2]] == [
                "2026-03-04T01:00:00+00:00", "2026-04-03T01:00:00+00:00",
            ]  # fmt: skip
            assert changed.changed
        now.move_to(datetime(2026, 3, 3, 3, tzinfo=UTC))
        tick(house)
        assert runs(house) == []
        now.move_to(datetime(2026, 3, 4, 1, tzinfo=UTC))
        tick(house)
        assert runs(house) == ["files.purge@20260304T010000Z"]
        with house.session(SYSTEM, write=True) as session:
            assert not services.change(session, SYSTEM, KIND, rule=" 10 3  * * * ", paused=False).changed
        tick(house)
        now.move_to(datetime(2026, 3, 4, 19, 10, tzinfo=UTC))
        tick(house)
    assert runs(house)[1:] == ["files.purge@20260304T191000Z"]


def test_what_falls_into_a_pause_is_not_caught_up_with(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        with house.session(SYSTEM, write=True) as session:
            assert services.change(session, SYSTEM, KIND, rule="", paused=True).coming == ()
        now.move_to(NOON + timedelta(days=5))
        tick(house)
        with house.session(SYSTEM, write=True) as session:
            services.change(session, SYSTEM, KIND, rule="", paused=False)
        tick(house)
        assert runs(house) == []
        now.move_to(NOON + timedelta(days=6))
        tick(house)
    assert runs(house) == ["files.purge@20260307T191000Z"]


def test_running_now_leaves_the_schedule_alone_and_does_not_run_twice(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        tick(house)
        with house.session(SYSTEM, write=True) as session:
            services.run_now(session, SYSTEM, KIND)
        with house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as busy:
            services.run_now(session, SYSTEM, KIND)
        assert busy.value.code == "schedule.running"
        now.move_to(datetime(2026, 3, 2, 19, 10, tzinfo=UTC))
        tick(house)
    assert runs(house) == ["None", "files.purge@20260302T191000Z"]


def test_what_cannot_be_changed_is_said(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(NotFound):
            services.change(session, SYSTEM, "files.nothing", rule="", paused=False)
        with pytest.raises(DomainError) as wrong:
            services.change(session, SYSTEM, KIND, rule="every now and then", paused=False)
    assert wrong.value.code == "schedule.rule"
    assert "every now and then" in str(wrong.value)
