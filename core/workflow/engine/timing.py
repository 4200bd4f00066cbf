"""What the clock does: ends waits, reminds, passes on what is late, and says of programs that never answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.events.outbox import emit
from core.workflow import records, routes
from core.workflow.designing import versions
from core.workflow.engine import going, moves, steps
from core.workflow.engine.steps import Place
from core.workflow.events import TaskDue, TaskOverdue
from core.workflow.models import OPEN as ASKED
from core.workflow.models import Task
from core.workflow.processes.models import OPEN, PASSED, RUNNING, Run, RunStep

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("workflow")

CLOCK = Actor.system("the time of a step is over")
#: So many steps are looked at in one transaction.
MOST = 100


def tick(house: House) -> None:
    """Do what has become due; called every few seconds where jobs run, in several processes at once."""
    with house.session(CLOCK) as session:  # an idle look writes nothing
        if session.scalar(_due().limit(1)) is None:
            return
    for number in _numbers(house):
        with house.session(CLOCK, write=True) as session:
            step_due(session, number)


def _numbers(house: House) -> list[int]:
    with house.session(CLOCK) as session:
        return list(session.scalars(_due().limit(MOST)))


def _due() -> Select[int]:
    now = clock.now()
    return select(RunStep.id).where(
        RunStep.state == OPEN,
        or_(RunStep.remind_at <= now, (RunStep.due_at <= now) & RunStep.overdue_at.is_(None)),
    ).order_by(RunStep.due_at, RunStep.id)  # fmt: skip


def step_due(session: Session, step_id: int) -> bool:
    """Do what is due about one step, once; whether something was."""
    row = session.get(RunStep, step_id)
    if row is None:
        return False
    run = moves.hold(session, row.run_id)
    session.refresh(row, with_for_update=True)
    now = clock.now()
    if row.state != OPEN or run.state != RUNNING:
        return False
    if row.due_at is not None and row.due_at <= now and row.overdue_at is None:
        row.overdue_at, row.remind_at = now, None
        _over(session, run, row)
        return True
    if row.remind_at is not None and row.remind_at <= now:
        row.remind_at = None
        for task in _waiting(session, row):
            if task.next_person_id is not None:
                emit(session, TaskDue(task.id, task.next_person_id))
        return True
    return False


def _waiting(session: Session, row: RunStep) -> list[Task]:
    statement = select(Task).where(Task.step_id == row.id, Task.state == ASKED).order_by(Task.number)
    return list(session.scalars(statement.with_for_update().execution_options(populate_existing=True)))


def _over(session: Session, run: Run, row: RunStep) -> None:
    kind = versions.kind_of(session, run.kind)
    definition = going.definition_of(session, run)
    step = definition.step(row.key)
    record = records.record_of(session, kind, run.resource_id, hold=True)
    if step is None or record is None:
        return
    if row.type == "wait":
        steps.leave(row, PASSED)
        going.go(session, CLOCK, kind, run, record, definition, definition.after(step))
    elif row.type == "webhook":
        steps.fail(
            session, Place(kind, definition, run, record, step, row), _("No program has answered in time.")
        )
    elif step.within is not None:
        for task in _waiting(session, row):
            _late(session, task, pass_on=step.within.then == "pass")


def _late(session: Session, task: Task, *, pass_on: bool) -> None:
    """Tell of a late task; where the process says so, whoever comes next is asked from now on."""
    late = task.next_person_id
    if late is None:
        return
    if pass_on:
        task.late_person_ids = [*task.late_person_ids, late]
        routes.store(session, task, routes.plan_of(session, task))
    emit(session, TaskOverdue(task.id, late, pass_on and task.next_person_id != late))


def replied(session: Session, actor: Actor, run: Run, row: RunStep, *, good: bool, note: str) -> None:
    """Take in what a program answered that a step has called; whoever calls has checked that it may, and holds the run.

    Once answered, or after its time, nothing is taken in: that is the caller's to say.
    """
    kind = versions.kind_of(session, run.kind)
    definition = going.definition_of(session, run)
    record = records.record_of(session, kind, run.resource_id, hold=True)
    step = definition.step(row.key)
    if record is None or step is None:
        return
    if good:
        steps.leave(row, PASSED, note or None)
        routes.say_stuck(session, run, None)
        going.go(session, actor, kind, run, record, definition, definition.after(step))
    else:
        steps.fail(
            session, Place(kind, definition, run, record, step, row), note or _("The program has refused.")
        )
