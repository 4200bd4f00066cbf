"""Processes that start by themselves: once for each event and each moment, in the name of whoever holds the post."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core.base.errors import DomainError
from core.base.stored import from_json
from core.events.deliverer import Deliverer
from core.events.models import Delivery, EventRow
from core.events.outbox import emit
from core.kernel.house import House
from core.org import services as org
from core.org.models import Employment, Position
from core.workflow import starting
from core.workflow.designing import checking, versions
from core.workflow.events import ProcessEnded, ProcessNotBegun
from core.workflow.models import Submission
from core.workflow.processes import definition
from core.workflow.processes.models import BEGUN, LEFT_OUT, WAITS, ProcessVersion, Start
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import KIND, SUPERIOR, Office

DRILL = "workflow.form:drill"
FORM: list[dict[str, Any]] = [
    {"name": "reason", "kind": "text", "needed": True, "title": {"zh_CN": "事由", "en": "Reason"}},
    {"name": "day", "kind": "date", "title": {"zh_CN": "日期", "en": "Day"}},
    {"name": "count", "kind": "number", "title": {"zh_CN": "数量", "en": "Count"}},
]
MONTHLY: dict[str, Any] = {
    "schedule": "monthly", "day": 1, "post": "ACQ-H", "values": {"reason": "演练", "day": {"start": "day"}},
}
ENDED: dict[str, Any] = {
    "event": "workflow.process_ended", "process": KIND, "when": 'answer == "approved"', "post": "ACQ-H",
    "values": {"reason": {"event": "requester_person_id"}, "count": {"event": "run_id"}},
}


def publish(office: Office, trigger: dict[str, Any], process: str = DRILL, **more: Any) -> ProcessVersion:
    """Put a form in force that something starts."""
    with office.company.house.session(SYSTEM, write=True) as session:
        row = versions.save_draft(session, SYSTEM, process, {
            "title": {"zh_CN": "演练", "en": "Drill"}, "form": FORM, "steps": [SUPERIOR], "trigger": trigger, **more,
        })  # fmt: skip
        return versions.publish(session, SYSTEM, process, seen=row.digest)


def starts(office: Office) -> list[Start]:
    """What was to start, in order."""
    return list(office.look(lambda session: session.scalars(select(Start).order_by(Start.id)).all()))


def asked(office: Office) -> list[Submission]:
    """The requests there are, in order."""
    return list(office.look(lambda session: session.scalars(select(Submission).order_by(Submission.id)).all()))


def why(row: Start) -> str:
    """Why something could not start."""
    return str(from_json(row.why))


def vacate(office: Office) -> None:
    """Whoever holds the post leaves at the end of March."""
    with office.company.house.session(SYSTEM, write=True) as session, system(session, "a test changes who holds it"):
        org.leave(session, SYSTEM, session.get_one(Employment, office.company.people["wang"].id),
                  last_day=date(2026, 3, 31))  # fmt: skip


def approve(office: Office) -> None:
    """A request to spend is approved, which is told."""
    office.yes(office.hand_in(800_000), "wang")


def test_an_event_starts_a_process_once(office: Office, house: House) -> None:
    """In the name of the holder of the post, filled in from the event; delivered twice it starts once."""
    publish(office, ENDED)
    approve(office)
    Deliverer(house).run_waiting()
    [one] = asked(office)
    [row] = starts(office)
    assert (row.state, row.submission_id) == (BEGUN, one.id)
    assert one.requester_person_id == office.company.people["wang"].person_id
    assert one.values["reason"].startswith("sun"), "the id of a person reads as his name"
    assert one.state == "submitted"
    with house.session(SYSTEM, write=True) as session:
        event = session.scalars(select(EventRow).where(EventRow.name == "workflow.process_ended")).one()
        known = house.registry.events()[event.name]
        session.info["event_handled"] = (event.id, 0)
        starting.by_event(session, known(**event.payload))
    assert len(asked(office)) == 1


def test_the_condition_and_the_process_say_for_which_event(office: Office, house: House) -> None:
    publish(office, ENDED)
    run = office.hand_in(800_000)
    office.say(office.waiting(run)[0], "wang", "refused")
    Deliverer(house).run_waiting()
    assert starts(office) == []


def test_what_is_told_where_nothing_waits_for_it_is_kept_for_nobody(office: Office, house: House) -> None:
    publish(office, MONTHLY)
    approve(office)
    kept = select(Delivery.event_id).where(Delivery.handler == "workflow.start")
    assert office.look(lambda session: session.scalars(kept).all()) == []


def test_a_month_is_started_once_by_however_many_workers(office: Office, house: House) -> None:
    row = publish(office, MONTHLY)
    assert row.next_at == datetime(2026, 4, 1, 1, tzinfo=UTC), "nine o'clock where the company lives"
    starting.tick(house)
    assert starts(office) == []
    with time_machine.travel(datetime(2026, 4, 1, 1, 1, tzinfo=UTC), tick=False):
        workers = [threading.Thread(target=starting.tick, args=(house,)) for _worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        starting.tick(house)
    [start] = starts(office)
    [one] = asked(office)
    assert (start.state, start.key, one.values["day"]) == (BEGUN, "due:2026-04-01T01:00Z", "2026-04-01")
    assert office.look(lambda s: s.get(ProcessVersion, row.id)).next_at == datetime(2026, 5, 1, 1, tzinfo=UTC)


def killed(house: House, version_id: int) -> None:
    """A worker that starts a process and dies before the commit."""
    with house.session(SYSTEM, write=True) as session:
        assert starting.by_time(session, version_id) is not None
        raise KeyboardInterrupt


def test_a_worker_that_dies_leaves_it_to_the_next(
    office: Office, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after everything was written and before the commit: nothing is there, and the next one does it."""
    row = publish(office, MONTHLY)
    with time_machine.travel(datetime(2026, 4, 1, 2, tzinfo=UTC), tick=False):
        with pytest.raises(KeyboardInterrupt):
            killed(house, row.id)
        assert (starts(office), asked(office)) == ([], [])
        starting.tick(house)
    assert [one.state for one in starts(office)] == [BEGUN]
    assert len(asked(office)) == 1


def test_each_month_that_was_missed_is_caught_up_with_but_none_of_long_ago(office: Office, house: House) -> None:
    publish(office, {"schedule": "weekly", "weekday": 1, "post": "ACQ-H", "values": {"reason": "周检"}})
    with time_machine.travel(datetime(2026, 7, 1, 0, tzinfo=UTC), tick=False):
        for _round in range(20):
            starting.tick(house)
    found = [row.due_at.date().isoformat() for row in starts(office)]
    assert found == ["2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29"]


def test_a_vacant_post_makes_it_wait_and_its_keeper_is_told_once(office: Office, house: House) -> None:
    publish(office, MONTHLY)
    vacate(office)
    with time_machine.travel(datetime(2026, 4, 1, 2, tzinfo=UTC), tick=False) as clock:
        starting.tick(house)
        [row] = starts(office)
        assert (row.state, asked(office)) == (WAITS, [])
        assert "Nobody holds the post" in why(row)
        clock.shift(timedelta(minutes=11))
        starting.tick(house)
        told = office.look(lambda s: s.scalars(select(EventRow).where(EventRow.name == ProcessNotBegun.name)).all())
        assert len(told) == 1
        with house.session(SYSTEM, write=True) as session, system(session, "a test changes who holds it"):
            sun = session.get_one(Employment, office.company.people["sun"].id)
            post = session.get_one(Position, office.company.positions["ACQ-H"].id)
            org.assign(session, SYSTEM, sun, post, valid_from=date(2026, 4, 1))
        clock.shift(timedelta(minutes=11))
        starting.tick(house)
    assert [one.state for one in starts(office)] == [BEGUN]
    assert [one.requester_person_id for one in asked(office)] == [office.company.people["sun"].person_id]


def test_what_waits_is_tried_again_or_left_out_by_hand(office: Office, house: House) -> None:
    publish(office, MONTHLY)
    vacate(office)
    with time_machine.travel(datetime(2026, 4, 1, 2, tzinfo=UTC), tick=False):
        starting.tick(house)
        with house.session(SYSTEM, write=True) as session:
            [row] = starting.waiting_of(session, DRILL)
            assert starting.settle(session, DRILL, row.id, again=True).state == WAITS
            assert starting.settle(session, DRILL, row.id, again=False).state == LEFT_OUT
            with pytest.raises(DomainError, match="does not wait"):
                starting.settle(session, DRILL, row.id, again=True)


def test_a_condition_that_lacks_a_value_makes_it_wait(office: Office, house: House) -> None:
    """Neither yes nor no: it is not lost."""
    publish(office, {**ENDED, "when": "requester_person_id > 0", "values": {"reason": "x"}})
    with house.session(SYSTEM, write=True) as session:
        emit(session, ProcessEnded(7, KIND, "approved", None))
    Deliverer(house).run_waiting()
    [row] = starts(office)
    assert row.state == WAITS
    assert "condition could not be read" in why(row)


@pytest.mark.parametrize(("trigger", "said"), [
    ({**ENDED, "event": "nothing.happened"}, "no event called nothing.happened"),
    ({**ENDED, "when": "amount > 3"}, "cannot be read"),
    ({**ENDED, "process": DRILL}, "in a circle"),
    ({**ENDED, "process": "workflow.form:gone"}, "no process workflow.form:gone"),
    ({**ENDED, "process": ""}, "at the end of which process"),
    ({"event": "workflow.process_began", "post": "ACQ-H", "values": {"reason": "x"}}, "without end"),
    ({**ENDED, "event": "crm.nothing", "process": ""}, "no event called"),
    ({**ENDED, "values": {"reason": {"event": "salary"}}}, "says nothing called salary"),
    ({**ENDED, "values": {"reason": "x", "count": {"event": "answer"}}}, "cannot be filled from answer"),
    ({**ENDED, "values": {"reason": "x", "nothing": "y"}}, "no field nothing"),
    ({**ENDED, "values": {"count": 1}}, "Reason must be filled in"),
    ({**ENDED, "values": {"reason": "x", "count": "many"}}, "refuses “many”"),
    ({**MONTHLY, "post": "NONE"}, "no post with the code NONE"),
    ({**MONTHLY, "values": {"reason": "x", "count": {"start": "day"}}}, "cannot be filled from day"),
    ({"schedule": "*/15 * * * *", "post": "ACQ-H", "values": {"reason": "x"}}, "more than once a day"),
])  # fmt: skip
def test_what_is_wrong_is_found_before_it_is_published(office: Office, trigger: dict[str, Any], said: str) -> None:
    with pytest.raises(DomainError, match=said):
        publish(office, trigger)


def test_two_that_start_each_other_are_refused(office: Office) -> None:
    publish(office, {**ENDED, "process": KIND}, "workflow.form:first")
    publish(office, {**ENDED, "process": "workflow.form:first"}, "workflow.form:second")
    with pytest.raises(DomainError, match="in a circle"):
        publish(office, {**ENDED, "process": "workflow.form:second"}, "workflow.form:first")


def test_only_forms_start_by_themselves(office: Office) -> None:
    with pytest.raises(DomainError, match="about records"):
        publish(office, MONTHLY, KIND)


@pytest.mark.parametrize(("trigger", "place"), [
    ({"post": "A"}, "trigger"), ({"event": "a", "schedule": "daily", "post": "A"}, "trigger"),
    ({"schedule": "daily"}, "trigger.post"), ({"schedule": "monthly", "post": "A"}, "trigger.day"),
    ({"schedule": "monthly", "day": 31, "post": "A"}, "trigger.day"),
    ({"schedule": "weekly", "weekday": 8, "post": "A"}, "trigger.weekday"),
    ({"schedule": "daily", "day": 1, "post": "A"}, "trigger.day"),
    ({"schedule": "daily", "at": "25:00", "post": "A"}, "trigger.at"),
    ({"schedule": "whenever", "post": "A"}, "trigger.schedule"),
    ({"schedule": "daily", "when": "x", "post": "A"}, "trigger.when"),
    ({"event": "a", "day": 1, "post": "A"}, "trigger.day"),
    ({"event": "a", "post": "A", "values": {"x": {"other": "y"}}}, "trigger.values.x"),
    ({"event": "a", "post": "A", "values": {"x": 1.5}}, "trigger.values.x"),
    ({"event": "a", "post": "A", "more": 1}, "trigger.more"), ("daily", "trigger"),
])  # fmt: skip
def test_a_trigger_says_where_it_is_wrong(trigger: Any, place: str) -> None:
    with pytest.raises(DomainError) as refused:
        definition.read({"title": "A", "steps": [{"key": "a"}], "trigger": trigger})
    assert refused.value.field == place
    assert str(refused.value.message)


def test_the_check_of_a_process_without_faults_finds_none(office: Office) -> None:
    publish(office, ENDED)
    with office.company.house.session(SYSTEM) as session:
        row = versions.in_force(session, versions.kind_of(session, DRILL), DRILL)
        kind = versions.kind_of(session, DRILL)
        assert checking.check(session, kind, versions.definition_of(row), DRILL) == []
