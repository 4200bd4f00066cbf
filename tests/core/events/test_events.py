"""Events: told with their transaction, delivered once in effect and in order, whatever fails on the way."""

from __future__ import annotations

import random
import threading
import types
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import Month
from core.db.session import Database
from core.events import control, delivering
from core.events.deliverer import Deliverer
from core.events.models import DONE, FAILED, PENDING, SKIPPED, Delivery, EventRow
from core.events.outbox import emit, emit_many
from core.kernel import events as kernel_events
from core.kernel import loader, state
from core.kernel.hookspecs import hookimpl
from core.kernel.house import House
from tests.core.events import trial
from tests.core.events.conftest import around
from tests.core.events.trial import Counted, Echoed, Moved

CLERK = Actor(kind="person", name="Clerk", account_id=7, person_id=70, request_id="req-1")
SYSTEM = Actor.system("tests")


def tell(house: House, *events: Moved | Echoed | Counted) -> None:
    with house.session(CLERK, write=True) as session:
        emit_many(session, events)


def effects(house: House, handler: str = "note") -> list[tuple[int, int]]:
    with house.session(SYSTEM) as session:
        return trial.effects(session, handler)


def states(house: House, handler: str = "trial.note") -> list[str]:
    with house.session(SYSTEM) as session:
        found = select(Delivery.state).where(Delivery.handler == handler).order_by(Delivery.event_id)
        return list(session.scalars(found))


def test_what_is_told_reaches_every_handler_and_no_other(house: House) -> None:
    tell(house, Moved(1, 1), Moved(2, 1))
    assert effects(house) == [], "not before somebody delivers"
    assert Deliverer(house).run_waiting() == 4
    assert effects(house) == effects(house, "count") == [(1, 1), (2, 1)]
    assert Deliverer(house).run_waiting() == 0
    assert states(house, "trial.idle") == []
    with house.session(SYSTEM) as session:
        row = session.scalars(select(EventRow).order_by(EventRow.id)).first()
        assert row is not None
        assert (row.actor, row.account_id, row.request_id, row.aggregate) == ("Clerk", 7, "req-1", "trial:1")


def test_a_transaction_that_rolls_back_has_told_nothing(house: House) -> None:
    def tell_and_fail(session: Session, number: int) -> None:
        emit(session, Moved(1, number))
        raise trial.refuse()

    with pytest.raises(DomainError), house.session(CLERK, write=True) as session:
        tell_and_fail(session, 1)
    with house.session(CLERK, write=True) as session:
        with pytest.raises(DomainError), session.begin_nested():
            tell_and_fail(session, 2)
        emit(session, Moved(1, 3))
    Deliverer(house).run_waiting()
    assert effects(house) == [(1, 3)]


def test_an_event_comes_back_as_it_was_told(house: House) -> None:
    told = Moved(1, 2, date(2026, 2, 28), Month(2026, 11), datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC), fast=True)
    tell(house, told)
    Deliverer(house).run_waiting()
    assert [told] == trial.HEARD


def test_a_handler_that_fails_leaves_nothing_and_holds_up_only_the_same_thing(house: House) -> None:
    trial.BROKEN[1] = ValueError("secret")
    tell(house, Moved(1, 1), Moved(2, 1), Moved(1, 2), Moved(2, 2))
    Deliverer(house).run_waiting()
    assert effects(house) == [(2, 1), (2, 2)]
    assert effects(house, "count") == [(1, 1), (2, 1), (1, 2), (2, 2)], "another handler is not held up"
    with house.session(SYSTEM) as session:
        row = session.get_one(Delivery, (1, "trial.note"))
        assert row.tries == 1
        assert str(row.failure) == "处理失败：ValueError。", "the text of an exception may hold anything"
    trial.BROKEN.clear()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=6)):
        Deliverer(house).run_waiting()
    assert effects(house) == [(2, 1), (2, 2), (1, 1), (1, 2)]


def test_a_handler_can_take_many_together(house: House) -> None:
    told = [Counted(number % 7, number) for number in range(600)]
    tell(house, *told)
    with house.session(SYSTEM) as session:
        rows = session.scalars(select(EventRow).order_by(EventRow.id)).all()
        stored = [(row.payload["thing_id"], row.payload["number"]) for row in rows]
        about = {(row.actor, row.account_id, row.request_id, row.depth) for row in rows}
    assert stored == [(n % 7, n) for n in range(600)]
    assert about == {("Clerk", 7, "req-1", 0)}
    Deliverer(house).run_waiting()
    assert effects(house, "gather") == [(event.thing_id, event.number) for event in told]
    assert trial.GIVEN == [500, 100]
    assert set(states(house, "trial.gather")) == {DONE}


def test_of_many_together_one_that_fails_is_had_alone(house: House) -> None:
    trial.BROKEN[2] = ValueError("secret")
    tell(house, Counted(1, 1), Counted(2, 1), Counted(3, 1), Counted(2, 2), Counted(1, 2))
    Deliverer(house).run_waiting()
    assert effects(house, "gather") == [(1, 1), (3, 1), (1, 2)]
    assert trial.GIVEN == [5, 1, 1, 1, 1], "of the broken thing one try alone, and the next waits behind it"
    trial.BROKEN.clear()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=6)):
        Deliverer(house).run_waiting()
    assert effects(house, "gather") == [(1, 1), (3, 1), (1, 2), (2, 1), (2, 2)]


def test_what_many_together_tell_has_no_cause_but_a_depth(house: House) -> None:
    tell(house, Counted(1, 1), Counted(2, 1))
    assert delivering.deliver(house, next(one for one in trial.HANDLERS if one.name == "trial.answer")) == 2
    with house.session(SYSTEM) as session:
        told = select(EventRow.aggregate, EventRow.cause_id, EventRow.depth).where(EventRow.name == "trial.moved")
        rows = [tuple(row) for row in session.execute(told.order_by(EventRow.id))]
    assert rows == [("trial:1", None, 1), ("trial:2", None, 1)]


def poisoned(house: House) -> None:
    """The first of three moves of thing 1 has failed for good."""
    trial.BROKEN[1] = trial.refuse()
    tell(house, Moved(1, 1), Moved(1, 2), Moved(1, 3))
    now = datetime.now(UTC)
    for later in (0, 6, 20, 100, 1_000):
        with time_machine.travel(now + timedelta(seconds=later)):
            Deliverer(house).run_waiting()
    assert states(house) == [FAILED, PENDING, PENDING]
    trial.BROKEN.clear()


def test_poison_is_given_up_and_replayed(house: House) -> None:
    poisoned(house)
    Deliverer(house).run_waiting()
    assert effects(house) == [], "in order: nothing passes what failed"
    with house.session(SYSTEM, write=True) as session:
        assert control.behind(session, session.get_one(Delivery, (1, "trial.note"))) == 2
        control.replay(session, SYSTEM, 1, "trial.note")
    Deliverer(house).run_waiting()
    assert effects(house) == [(1, 1), (1, 2), (1, 3)]
    with house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as refused:
        control.replay(session, SYSTEM, 1, "trial.note")
    assert refused.value.code == "event.not_failed"


def test_poison_is_skipped_with_a_reason(house: House) -> None:
    poisoned(house)
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError) as refused:
            control.skip(session, SYSTEM, 1, "trial.note", reason=" ")
        assert refused.value.code == "reason.missing"
        control.skip(session, SYSTEM, 1, "trial.note", reason="a test")
    Deliverer(house).run_waiting()
    assert effects(house) == [(1, 2), (1, 3)]
    assert states(house) == [SKIPPED, DONE, DONE]


def test_nobody_without_the_entry_sees_or_frees_anything(house: House) -> None:
    poisoned(house)
    with house.session(CLERK, write=True) as session:
        for ask in (control.told, control.names, control.counts):
            with pytest.raises(Denied):
                ask(session, CLERK)
        with pytest.raises(Denied):
            control.replay(session, CLERK, 1, "trial.note")
        with pytest.raises(Denied):
            control.skip(session, CLERK, 1, "trial.note", reason="x")


def test_a_module_that_is_off_hears_later_what_was_told_while_it_was_on(house: House) -> None:
    tell(house, Moved(1, 1))
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "trial", on=False)
    assert Deliverer(house).run_waiting() == 0
    tell(house, Moved(1, 2))
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "trial", on=True)
    tell(house, Moved(1, 3))
    Deliverer(house).run_waiting()
    assert effects(house) == [(1, 1), (1, 3)]


def test_handlers_that_tell_each_other_in_a_circle_are_stopped(house: House) -> None:
    tell(house, Echoed(1))
    Deliverer(house).run_waiting()
    with house.session(SYSTEM) as session:
        assert session.scalar(select(func.max(EventRow.depth))) == 20
        assert session.scalar(select(func.count()).select_from(EventRow)) == 21
    assert states(house, "trial.echo")[-1] == FAILED


def test_an_event_nobody_registered_is_a_mistake_of_the_program(house: House) -> None:
    class Unknown(Moved):
        name = "trial.unknown"

    with house.session(CLERK, write=True) as session, pytest.raises(LookupError):
        emit(session, Unknown(1, 1))


@pytest.mark.parametrize("workers", [1, 4])
def test_many_that_tell_and_many_that_deliver(database: Database, house: House, tmp_path: Path, workers: int) -> None:
    """Four threads tell of three things, some roll back; others deliver meanwhile, and in the
    end each handler has had each committed event once, those of a thing in the order of their commits."""
    numbers = {thing: iter(range(1, 10_000)) for thing in (1, 2, 3)}
    locks = {thing: threading.Lock() for thing in numbers}
    committed: dict[int, list[int]] = {thing: [] for thing in numbers}
    over = threading.Event()

    def telling(seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311
        for _n in range(25):
            thing = rng.choice((1, 2, 3))
            with locks[thing]:  # the row lock that a service holds on what it changes
                number = next(numbers[thing])
                try:
                    with house.session(CLERK, write=True) as session:
                        emit(session, Moved(thing, number))
                        if rng.random() < 0.2:
                            raise trial.refuse()
                    committed[thing].append(number)
                except DomainError:
                    pass

    def delivering() -> None:
        own = around(database, tmp_path)
        while not over.is_set():
            Deliverer(own).run_waiting()
        Deliverer(own).run_waiting()

    tellers = [threading.Thread(target=telling, args=(seed,)) for seed in range(4)]
    deliverers = [threading.Thread(target=delivering) for _n in range(workers)]
    for thread in (*tellers, *deliverers):
        thread.start()
    for thread in tellers:
        thread.join()
    over.set()
    for thread in deliverers:
        thread.join()
    for handler in ("note", "count"):
        found = effects(house, handler)
        for thing, told in committed.items():
            assert [number for one, number in found if one == thing] == told
    assert sum(len(told) for told in committed.values()) > 50


def test_who_tells_of_the_same_thing_waits_until_the_first_has_ended(house: House) -> None:
    """Otherwise the one told first could be committed second, and be delivered after the other."""
    told = threading.Event()

    def second() -> None:
        with house.session(CLERK, write=True) as session:
            emit(session, Moved(1, 2))
            told.set()

    thread = threading.Thread(target=second)
    with house.session(CLERK, write=True) as session:
        emit(session, Moved(1, 1))
        thread.start()
        assert not told.wait(0.3)
    thread.join(10)
    assert told.is_set()
    Deliverer(house).run_waiting()
    assert effects(house) == [(1, 1), (1, 2)]


def test_old_events_go_when_they_reached_everybody(house: House) -> None:
    from core.jobs.pool import Pool
    from core.jobs.queue import enqueue

    poisoned(house)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=181)):
        tell(house, Moved(2, 1))
        tell(house, Moved(3, 1))
    trial.BROKEN[3] = trial.refuse()
    Deliverer(house).run_waiting()
    with house.session(SYSTEM, write=True) as session:
        enqueue(session, SYSTEM, "events.purge", {})
    Pool(house).run_waiting()
    with house.session(SYSTEM) as session:
        left = session.scalars(select(EventRow.aggregate).order_by(EventRow.id)).all()
    assert left == ["trial:1", "trial:1", "trial:1", "trial:3"]


# -- definitions -------------------------------------------------------------------------------------------------------


def test_definitions_that_cannot_work_are_refused() -> None:
    class Plain(kernel_events.Event):
        name = "trial.plain"

    assert "no frozen dataclass" in kernel_events.check(Plain)
    assert kernel_events.check(Moved) == ""
    with pytest.raises(loader.ModuleProblem):
        loader.collect(_plugin("other.moved"), "trial")


def _plugin(name: str) -> types.ModuleType:
    """A plugin file whose event has a name of another module."""
    class Strange(Moved):
        pass

    Strange.name = name
    made = types.ModuleType("trial_plugin")

    @hookimpl
    def register_events() -> list[type[kernel_events.Event]]:
        return [Strange]

    made.register_events = register_events  # type: ignore[attr-defined]
    return made


def test_stored_events_outlive_changes_of_their_fields() -> None:
    old = {"thing_id": 4, "number": 2, "colour": "red"}
    assert kernel_events.from_json(Moved, old) == Moved(4, 2)
    with pytest.raises(ValueError, match="number"):
        kernel_events.from_json(Moved, {"thing_id": 4})


@given(
    st.builds(
        Moved, thing_id=st.integers(1, 2**63 - 1), number=st.integers(), day=st.none() | st.dates(),
        month=st.none() | st.builds(Month, st.integers(1900, 9998), st.integers(1, 12)),
        at=st.none() | st.datetimes(timezones=st.just(UTC)), fast=st.booleans(),
    )
)
def test_any_event_is_stored_and_read_again(event: Moved) -> None:
    import json

    assert kernel_events.from_json(Moved, json.loads(json.dumps(kernel_events.to_json(event)))) == event
