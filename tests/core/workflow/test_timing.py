"""What the clock does to a process: reminders, time that is over, waiting, programs that never answer, and help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core.access.decision import Denied
from core.base import clock
from core.base.errors import DomainError
from core.events.models import EventRow
from core.workflow import comments, readers, reading
from core.workflow.designing import checking, versions
from core.workflow.engine import helping, moves, timing
from core.workflow.events import TaskDue, TaskOverdue
from core.workflow.processes.models import Run, RunStep
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import KIND, LISTS, SUPERIOR, Office


def told(office: Office, name: str) -> list[dict[str, Any]]:
    """What was told under a name."""
    rows = office.look(lambda s: s.scalars(select(EventRow).where(EventRow.name == name).order_by(EventRow.id)).all())
    return [row.payload for row in rows]


def test_a_deadline_counts_working_days(office: Office, march: time_machine.Traveller) -> None:
    """Asked on Sunday 22 March for two working days: due when Tuesday the 24th ends in Shanghai, reminded on Monday."""
    office.publish({**SUPERIOR, "within": {"days": 2, "remind": 1, "then": "pass"}})
    run = office.hand_in()
    (row,) = office.look(lambda s: s.scalars(select(RunStep).where(RunStep.run_id == run.id)).all())
    assert (row.due_at.isoformat(), row.remind_at.isoformat()) == (
        "2026-03-24T16:00:00+00:00", "2026-03-23T01:00:00+00:00")  # fmt: skip
    march.shift(timedelta(days=1))
    timing.tick(office.company.house)
    timing.tick(office.company.house)
    assert len(told(office, TaskDue.name)) == 1
    march.shift(timedelta(days=2))
    timing.tick(office.company.house)
    timing.tick(office.company.house)
    assert [one["passed_on"] for one in told(office, TaskOverdue.name)] == [True]
    assert office.waits_for(run) == ["li"]
    office.say(office.waiting(run)[0], "wang")
    assert office.state(run) == "approved", "whoever is late may still decide until another has"


def test_only_told_it_stays_where_it_is(office: Office, march: time_machine.Traveller) -> None:
    office.publish({**SUPERIOR, "within": {"days": 1}})
    run = office.hand_in()
    march.shift(timedelta(days=3))
    timing.tick(office.company.house)
    assert [one["passed_on"] for one in told(office, TaskOverdue.name)] == [False]
    assert office.waits_for(run) == ["wang"]
    people = office.company.people
    assert office.look(lambda s: helping.next_above(s, office.waiting(run)[0])) == [people["li"].person_id]


def test_a_wait_ends_by_itself(office: Office, march: time_machine.Traveller) -> None:
    """Until the day the money is needed, 25 March, then the lists are asked."""
    office.publish({"key": "until", "type": "wait", "until": "needed_on"}, LISTS)
    run = office.do("sun", _asked, office)
    assert office.waiting(run) == []
    march.shift(timedelta(days=4))
    timing.tick(office.company.house)
    assert office.waits_for(run) == ["wang"]


def _asked(session: Any, actor: Any, office: Office) -> Run:
    from plugins.crm.services import spending

    made = spending.draft(session, actor, None, {
        "unit_id": office.company.units["ACQ"].id, "category": "ads", "payee": "p", "purpose": "reach",
        "amount": 800_000, "needed_on": clock.today() + timedelta(days=3), "campaign_id": None})  # fmt: skip
    return spending.submit(session, actor, made)


def called(office: Office) -> Run:
    """A request whose program is waited for."""
    office.publish({"key": "call", "type": "webhook", "reply": True}, LISTS, owner="MD")
    run: Run = office.do("sun", _asked, office)
    return run


def replied(office: Office, run: Run, *, good: bool) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        held = moves.hold(session, run.id)
        row = session.scalars(select(RunStep).where(RunStep.run_id == run.id).order_by(RunStep.id.desc())).first()
        assert row is not None
        timing.replied(session, SYSTEM, held, row, good=good, note="checked")


def test_a_program_that_answers_lets_it_go_on(office: Office) -> None:
    run = called(office)
    assert office.waiting(run) == []
    replied(office, run, good=True)
    assert office.waits_for(run) == ["wang"]


def test_a_program_that_never_answers_leaves_a_gap_with_an_owner(
    office: Office, march: time_machine.Traveller
) -> None:
    """It is stuck, its keeper is known, and only whoever may helps it on, with a word why."""
    run = called(office)
    march.shift(timedelta(days=7))
    timing.tick(office.company.house)
    assert office.now(run).stuck is not None
    assert office.steps(run) == [("call", "failed")]
    owner = office.look(lambda s: helping.owner_of(s, s.get(Run, run.id)))
    assert owner == office.company.people["li"].person_id
    with pytest.raises(Denied):
        office.do("sun", helping.help_on, run.id, "pass", "go on")
    with office.company.house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError, match="Say why"):
            helping.help_on(session, SYSTEM, run.id, "pass", " ")
        helping.help_on(session, SYSTEM, run.id, "pass", "The program is gone")
    assert office.waits_for(run) == ["wang"]
    with office.company.house.session(SYSTEM, write=True) as session, pytest.raises(DomainError, match="not stuck"):
        helping.help_on(session, SYSTEM, run.id, "pass", "again")


def test_people_are_not_passed_over_by_whoever_helps(office: Office) -> None:
    office.publish({**SUPERIOR, "by": {"relation": "superior", "level": 3}}, LISTS)
    run = office.hand_in(who="wang")
    with office.company.house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError, match="not passed over"):
            helping.help_on(session, SYSTEM, run.id, "pass", "go on")
        helping.help_on(session, SYSTEM, run.id, "refuse", "Nobody is above")
    assert office.state(run) == "refused"


def test_what_is_copied_and_who_is_named_may_be_read(office: Office) -> None:
    office.publish({"key": "tell", "type": "notify", "to": [{"position": "CEO"}]}, SUPERIOR)
    run = office.hand_in()
    people, task = office.company.people, office.waiting(run)[0]
    assert office.look(lambda s: readers.may_read(s, s.get(Run, run.id), people["zhao"].person_id))
    office.do("sun", lambda session, actor: comments.write(
        session, actor, moves.hold(session, run.id), "@chen do you know this payee?"))  # fmt: skip
    shown = office.do("chen", reading.show, task.id)
    assert [one.text for one in shown.comments] == ["@chen do you know this payee?"]
    with pytest.raises(DomainError):
        office.do("sun", lambda session, actor: comments.write(session, actor, moves.hold(session, run.id), " "))


FAULTS: list[tuple[list[dict[str, Any]], str]] = [
    ([{**SUPERIOR, "next": "lists"}, {**LISTS, "next": "superior"}], "in a circle"),
    ([{**SUPERIOR, "next": "end"}, LISTS], "No way leads to the step lists"),
    ([{**SUPERIOR, "when": "nothing > 3"}], "cannot be read"),
    ([{**SUPERIOR, "by": {"position": "NOWHERE"}}], "no post with the code NOWHERE"),
    ([{**LISTS, "by": {"action": "person.record:read"}}], "not about such records"),
    ([{"key": "w", "type": "wait", "until": "birthday"}], "no date called birthday"),
    ([{"key": "s", "type": "subprocess", "process": "attendance.leave"}], "no process attendance.leave"),
    ([{"key": "s", "type": "subprocess", "process": KIND}], "begins itself"),
]


@pytest.mark.parametrize(("steps", "words"), FAULTS, ids=[words for _steps, words in FAULTS])
def test_what_is_wrong_is_found_before_anybody_depends_on_it(
    office: Office, steps: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(DomainError, match="It cannot be published"):
        office.publish(*steps)
    with office.company.house.session(SYSTEM, write=True) as session:
        row = versions.save_draft(session, SYSTEM, KIND, {"title": office.titles, "steps": steps})
        kind = versions.kind_of(session, KIND)
        found = [str(one.message) for one in checking.check(session, kind, versions.definition_of(row))]
    assert any(words in one for one in found), found


WRONG: list[tuple[Callable[[], Any], str, str]] = [
    (lambda: [], "steps", "at least one step"),
    (lambda: [{**LISTS}, {**LISTS}], "steps.2.key", "Two steps"),
    (lambda: [{"key": "A b"}], "steps.1.key", "short word"),
    (lambda: [{**LISTS, "type": "vote"}], "steps.1.type", "A step is one of"),
    (lambda: [{**LISTS, "by": {"relation": "friend"}}], "steps.1.by", "A relation is one of"),
    (lambda: [{**LISTS, "by": {"body": ["MD"], "quorum": 2}}], "steps.1.by.quorum", "between 1 and 1"),
    (lambda: [{**LISTS, "next": "gone"}], "steps.1.next", "no step gone"),
    (lambda: [{**LISTS, "within": {"days": 0}}], "steps.1.within.days", "between 1 and 366"),
    (lambda: [{**LISTS, "colour": "red"}], "steps.1.colour", "nothing called colour"),
]


@pytest.mark.parametrize(("made", "place", "words"), WRONG, ids=[place for _made, place, _words in WRONG])
def test_what_is_no_definition_is_refused_with_its_place(
    office: Office, made: Callable[[], Any], place: str, words: str
) -> None:
    with office.company.house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as refused:
        versions.save_draft(session, SYSTEM, KIND, {"title": office.titles, "steps": made()})
    assert refused.value.field == place
    assert words in str(refused.value.message)
