"""What one step does when a run comes to it: ask people, tell, mark, wait, call, or start another process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.authority.routing import ApprovalPlan
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.calendar.rules import WorkCalendar, add_working_days
from core.events.outbox import emit
from core.kernel.house import of
from core.kernel.specs import TaskKind
from core.notify.people import calendars_of
from core.workflow import approvers, readers, records, routes
from core.workflow.digest import digest
from core.workflow.events import ProcessCalled
from core.workflow.models import Task
from core.workflow.processes import conditions
from core.workflow.processes.definition import Ask, Definition, StepDef
from core.workflow.processes.models import FAILED, PASSED, Run, RunStep

_ = catalogue("workflow")

#: A program that is called and has to answer is waited for so many working days, where the step says nothing else.
PATIENCE = 3
#: Reminders come when people begin to work.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is: its kind, definition and record, and the step it has come to. ``fresh``: nobody was asked yet."""

    kind: TaskKind
    definition: Definition
    run: Run
    record: Any
    step: StepDef
    row: RunStep
    fresh: bool = False


def enter(session: Session, actor: Actor, place: Place) -> bool:
    """Do what a step says; whether the run goes on at once. What cannot be done is kept as failed, never passed over.
    """
    done = _DOING[place.step.type](session, actor, place)
    if done:
        leave(place.row, PASSED)
    return done


def leave(row: RunStep, state: str, note: Text | str | None = None) -> None:
    """Say what became of a step."""
    row.state, row.left_at = state, clock.now()
    if note is not None:
        row.note = to_json(note)


def fail(session: Session, place: Place, why: Text | str) -> bool:
    """Keep that a step cannot be done: the run stays where it is until somebody helps it on, who is told of it."""
    leave(place.row, FAILED, why)
    routes.say_stuck(session, place.run, clock.now())
    return False


# -- people ------------------------------------------------------------------------------------------------------------


def _people(session: Session, actor: Actor, place: Place) -> bool:
    del actor
    place.row.needs = place.step.needed
    asked = place.step.asked
    first = asked[:1] if place.step.in_turn else asked
    # Whom it goes to is found before the step is written: its deadline is by their calendar.
    question = routes.asked_in(
        session, place.run, place.kind, place.record, place.definition, place.row, fresh=True, first=place.fresh
    )
    plans = [approvers.plan(session, ask, question) for ask in first]
    decider = plans[0].decider
    set_deadline(session, place, decider.person_id if decider is not None else None)
    session.add(place.row)
    session.flush()
    tasks = [_put(session, place, ask, number, plan)
             for number, (ask, plan) in enumerate(zip(first, plans, strict=True))]  # fmt: skip
    look_for_gap(session, place.run, tasks)
    return False


def put(session: Session, place: Place, ask: Ask, number: int) -> Task:
    """One more question of a step that was entered before, and whom it goes to."""
    question = routes.asked_in(session, place.run, place.kind, place.record, place.definition, place.row)
    return _put(session, place, ask, number, approvers.plan(session, ask, question))


def _put(session: Session, place: Place, ask: Ask, number: int, plan: ApprovalPlan) -> Task:
    resource = records.resource_of(session, place.kind)
    task = Task(
        run_id=place.run.id, step_id=place.row.id, number=number, asks=ask.source(), kind=place.kind.name,
        subject=records.subject_of(session, place.kind, place.record),
        action=approvers.action_of(place.kind, ask), resource=resource.name,
        resource_id=records.identity_of(place.record), digest=digest(resource, place.record),
        requester_person_id=place.run.requester_person_id, requester_account_id=place.run.requester_account_id,
        asked_at=clock.now(), late_person_ids=[],
        to_do=place.step.type == "assign",
    )  # fmt: skip
    routes.store(session, task, plan)
    return task


def look_for_gap(session: Session, run: Run, waiting: Sequence[Task] | None = None) -> None:
    """Say of a run whether nobody can go on with it, since when; ``waiting`` are its open tasks where they are known.
    """
    routes.mark_gap(session, run, waiting)


def set_deadline(session: Session, place: Place, person_id: int | None) -> None:
    """By when a step should be done, in working days of whoever is asked."""
    deadline = place.step.within
    if deadline is None:
        return
    calendar = calendar_of(session, person_id)
    today = clock.now().astimezone(ZoneInfo(calendar.zone)).date()
    place.row.due_at = end_of(calendar, today, deadline.days)
    if deadline.remind:
        before = add_working_days(calendar, today, max(deadline.days - deadline.remind, 0))
        place.row.remind_at = datetime.combine(before, _MORNING, ZoneInfo(calendar.zone))


def calendar_of(session: Session, person_id: int | None) -> WorkCalendar:
    """The calendar somebody works by; that of the installation for nobody."""
    return calendars_of(session, [person_id or 0])[person_id or 0]


def end_of(calendar: WorkCalendar, day: date, days: int) -> datetime:
    """The end of the working day that lies so many working days after a day."""
    last = add_working_days(calendar, day, days) + timedelta(days=1)
    return datetime.combine(last, time(), ZoneInfo(calendar.zone))


# -- what is done at once ----------------------------------------------------------------------------------------------


def _notify(session: Session, actor: Actor, place: Place) -> bool:
    del actor
    question = routes.question_of(session, place.run, place.kind, place.record, place.definition)
    for ask in place.step.by:
        found = approvers.plan(session, ask, question)
        step = found.decider
        if step is not None and step.person_id is not None:
            readers.let_read(session, place.run, step.person_id, readers.COPIED)
    return True


def _set(session: Session, actor: Actor, place: Place) -> bool:
    del actor
    detail, resource = place.step.detail, records.resource_of(session, place.kind)
    scope = conditions.scope_of(resource, place.definition)
    try:
        formula = conditions.compiled(detail["value"], scope, conditions.KINDS[detail["as"]], name=detail["field"])
        value = formula.row(conditions.values_of(session, resource, place.record, place.definition, place.run.values))
    except DomainError as error:
        return fail(session, place, _(
            "The field {name} could not be set: {why}", name=detail["field"], why=error.message
        ))
    place.run.values = {**place.run.values, detail["field"]: value}
    return True


def _tag(session: Session, actor: Actor, place: Place) -> bool:
    del session, actor
    if place.step.detail["tag"] not in place.run.tags:
        place.run.tags = [*place.run.tags, place.step.detail["tag"]]
    return True


# -- what is waited for ------------------------------------------------------------------------------------------------


def _wait(session: Session, actor: Actor, place: Place) -> bool:
    del actor
    detail = place.step.detail
    zone = ZoneInfo(of(session).config.zone)
    if "days" in detail:
        calendar = calendar_of(session, place.run.requester_person_id)
        place.row.due_at = end_of(calendar, clock.now().astimezone(ZoneInfo(calendar.zone)).date(), detail["days"])
        return False
    known = detail["until"] in records.dates_of(type(place.record))
    day = getattr(place.record, detail["until"], None) if known else None
    if day is None:
        return fail(session, place, _("The record says no date {name} to wait for.", name=detail["until"]))
    place.row.due_at = datetime.combine(day, time(), zone)
    return place.row.due_at <= clock.now()


def _webhook(session: Session, actor: Actor, place: Place) -> bool:
    del actor
    run, row = place.run, place.row
    emit(session, ProcessCalled(
        run.id, row.id, run.process, place.step.key, run.resource, run.resource_id, place.step.detail["reply"],
    ))  # fmt: skip
    if not place.step.detail["reply"]:
        return True
    calendar = calendar_of(session, None)
    days = place.step.within.days if place.step.within is not None else PATIENCE
    row.due_at = end_of(calendar, clock.now().astimezone(ZoneInfo(calendar.zone)).date(), days)
    return False


def _subprocess(session: Session, actor: Actor, place: Place) -> bool:
    """What it starts is started by ``going``, which knows how to."""
    del session, actor, place
    return False


_DOING: Mapping[str, Callable[[Session, Actor, Place], bool]] = {
    "decide": _people, "review": _people, "assign": _people, "notify": _notify, "set": _set, "tag": _tag,
    "wait": _wait, "webhook": _webhook, "subprocess": _subprocess,
}
