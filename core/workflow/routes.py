"""Who is to answer a task, as the lists say now. What is stored is only as good as the epoch and day it was found in.

Whoever looks at his inbox sees what is true at that moment: tasks whose route is older are asked about anew while he
looks. Beside that every process that runs jobs looks for such tasks and stores what the lists say, so that a new
decider is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, union_all, update
from sqlalchemy.orm import Session, aliased

from core.authority import totals
from core.authority.models import BreakGlass
from core.authority.routing import ApprovalPlan
from core.base import clock
from core.base.actor import Actor
from core.db import guard
from core.events.outbox import emit
from core.kernel import state
from core.kernel.house import of
from core.kernel.models import Epoch
from core.workflow import approvers, records, several
from core.workflow.approvers import Question
from core.workflow.designing import versions
from core.workflow.events import ProcessStuck, TaskRouted
from core.workflow.models import APPROVED, OPEN, Task
from core.workflow.processes.definition import Definition, read_ask
from core.workflow.processes.models import RUNNING, Run, RunStep

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import TaskKind

ROUTER = Actor.system("finding who decides")
_ENDED = [("workflow.route", BreakGlass.__tablename__)]
#: So many tasks are routed anew in one transaction, or while somebody looks at his inbox.
MOST = 100


def plan_of(session: Session, task: Task, question: Question | None = None) -> ApprovalPlan | None:
    """The way of the question as lists and organisation say today; None where there is nothing to ask about. Whoever
    has asked already what is asked (``asked_of``) says so.
    """
    question = question or asked_of(session, task)
    return approvers.plan(session, read_ask(task.asks), question) if question is not None else None


def asked_of(session: Session, task: Task, record: Any | None = None) -> Question | None:
    """What a task asks, about what, with what was said before; None where its record or its module is gone."""
    kind = of(session).registry.task_kinds(state.read(session)).get(task.kind)
    if record is None and kind is not None:
        record = records.record_of(session, kind, task.resource_id)
    if kind is None or record is None:
        return None
    run = records.run_at(session, task.run_id)
    version = versions.version_of(session, run.version_id)
    definition = versions.definition_of(version)
    question = question_of(session, run, kind, record, definition, task.step_id, but=task.id)
    return replace(
        question, agreed=question.agreed | several.people(several.given(session, task)),
        passed=frozenset(task.late_person_ids), handed=task.handed_person_id,
        citation=f"{run.process}@{version.number}/{_key(session, task)}", version=version.number,
    )  # fmt: skip


def asked_in(
    session: Session, run: Run, kind: TaskKind, record: Any, definition: Definition, row: RunStep, *,
    fresh: bool = False, first: bool = False,
) -> Question:
    """What a task that is about to be put in a step will ask; ``fresh``: nobody has answered in that step yet,
    ``first``: nor in any other of the run.
    """
    version = versions.version_of(session, run.version_id)
    if first:
        question = Question(kind, record, run.requester_person_id, agreed=frozenset())
    else:
        question = question_of(session, run, kind, record, definition, None if fresh else row.id)
    return replace(question, citation=f"{run.process}@{version.number}/{row.key}", version=version.number)


def _key(session: Session, task: Task) -> str:
    return session.get_one(RunStep, task.step_id).key


def question_of(
    session: Session, run: Run, kind: TaskKind, record: Any, definition: Definition, step_id: int | None = None, *,
    but: int | None = None,
) -> Question:
    """What a run asks, in a step of it where one is named. Whoever has agreed in the same step counts no second time,
    nor, where the definition wants distinct persons, whoever has in another; the task ``but`` is asked as if nobody had
    answered it.
    """
    agreed: frozenset[int] = frozenset()
    if step_id is not None or definition.distinct:
        others = select(Task).where(Task.run_id == run.id, Task.state == APPROVED, Task.id != (but or 0))
        others = others if definition.distinct else others.where(Task.step_id == step_id)
        for one in session.scalars(others):
            agreed |= several.deciders(session, one)
    return Question(kind, record, run.requester_person_id, agreed=agreed)


def store(session: Session, task: Task, plan: ApprovalPlan | None) -> None:
    """Note whom the lists name, and tell of it where it is somebody else than the one told last."""
    step = plan.decider if plan is not None else None
    task.routed_epoch, task.routed_at = _epoch(session), clock.now()
    task.next_person_id = step.person_id if step is not None else None
    task.next_position_id = step.post.position_id if step is not None else None
    task.next_assignment_id = step.assignment_id if step is not None else None
    tell = task.next_person_id is not None and task.next_person_id != task.told_person_id
    task.told_person_id = task.next_person_id if tell else task.told_person_id
    session.add(task)
    session.flush()
    if task.next_person_id is not None and tell:
        said: dict[str, Any] = {}
        if task.to_do:
            run, row = records.run_at(session, task.run_id), session.get_one(RunStep, task.step_id)
            said = {"version_id": run.version_id, "step": row.key}
        emit(session, TaskRouted(task.id, task.next_person_id, **said))


def say_stuck(session: Session, run: Run, since: datetime | None) -> None:
    """Note since when nobody can go on with a run by himself, or that it goes on; of those it is a part of as well."""
    run.stuck, above = since, run
    while above.parent_step_id:
        above = records.run_at(session, session.get_one(RunStep, above.parent_step_id).run_id)
        above.stuck = since
    session.flush()
    if since is not None:
        emit(session, ProcessStuck(run.id))


def mark_gap(session: Session, run: Run, waiting: Sequence[Task] | None = None) -> None:
    """Note since when nobody may go on with a run, and tell whoever looks after it; or that somebody may again.
    ``waiting`` are its open tasks where they are known.
    """
    if run.state != RUNNING:
        run.stuck = None
        return
    if waiting is None:
        waiting = session.scalars(select(Task).where(Task.run_id == run.id, Task.state == OPEN)).all()
    gap = any(one.next_person_id is None for one in waiting)
    if gap and run.stuck is None:
        say_stuck(session, run, clock.now())
    elif waiting and not gap and run.stuck is not None:
        say_stuck(session, run, None)


def _epoch(session: Session) -> int:
    """The epoch that others find after this transaction, also where it changes organisation or lists itself."""
    if not state.bumped(session):
        return state.epoch(session)
    return session.scalar(select(Epoch.epoch).where(Epoch.id == state.EPOCH_ID)) or 0


def stale(session: Session, most: int = MOST) -> list[Task]:
    """Open tasks whose route was found in another epoch, on another day, before something that was opened for an
    emergency ended, or before the last decision about the same action where that may change who decides the next; as
    many as ``most``.

    Each reason is looked up in an index of its own: a hundred thousand tasks whose routes are fresh cost no more than
    ten.
    """
    ended = select(func.max(BreakGlass.until)).where(BreakGlass.until <= clock.now()).scalar_subquery()
    midnight = datetime.combine(clock.today(), time(), ZoneInfo(clock.DEFAULT_ZONE))
    reasons = [
        Task.routed_epoch < _epoch(session), Task.routed_at.is_(None), Task.routed_at < midnight,
        Task.routed_at < ended, *(_overtaken(action) for action in sorted(totals.counting(session))),
    ]  # fmt: skip
    # In the order of their index: a database that expects many to match would read the whole table for the first few.
    found = [
        select(Task.id).where(Task.state == OPEN, reason)
        .order_by(Task.routed_epoch if reason is reasons[0] else Task.routed_at).limit(most).subquery()
        for reason in reasons
    ]
    either = union_all(*(select(one.c.id) for one in found))
    statement = select(Task).where(Task.id.in_(either), Task.state == OPEN).order_by(Task.id).limit(most)
    return list(session.scalars(guard.mark(statement, _ENDED)))


def _overtaken(action: str) -> ColumnElement[bool]:
    """Tasks about an action that were routed before the last decision about it."""
    other = aliased(Task)
    latest = select(func.max(other.decided_at)).where(other.action == action).scalar_subquery()
    return and_(Task.action == action, Task.routed_at <= latest)


def forget(session: Session, action: str) -> None:
    """Have the open tasks about an action routed anew: what one of its decisions used up of a total is free again.

    One that somebody answers at this moment is passed over; his answer is by the lists of that moment anyway. It is one
    statement, since approvals become void while a session writes its changes down.
    """
    others = select(Task.id).where(Task.action == action, Task.state == OPEN).order_by(Task.id)
    session.execute(
        update(Task).where(Task.id.in_(others.with_for_update(skip_locked=True))).values(routed_at=None),
        execution_options={"synchronize_session": False},
    )


def refresh(house: House) -> None:
    """Store what the lists say of the tasks whose route is old; called every few seconds where jobs run."""
    with house.session(ROUTER) as session:  # an idle look writes nothing
        if not stale(session, 1):
            return
    with house.session(ROUTER, write=True) as session:
        locked = select(Task).where(Task.id.in_([task.id for task in stale(session)]), Task.state == OPEN)
        runs = set()
        for task in session.scalars(locked.order_by(Task.id).with_for_update(skip_locked=True)).all():
            question = asked_of(session, task)
            if question is not None and not task.subject:  # put before subjects were kept
                task.subject = records.subject_of(session, question.kind, question.record)
            store(session, task, plan_of(session, task, question) if question is not None else None)
            runs.add(task.run_id)
        for run in session.scalars(
            records.engine(select(Run).where(Run.id.in_(sorted(runs))).order_by(Run.id))
        ):
            mark_gap(session, run)
