"""Tasks for people to look at: the inbox, what one asked, what one decided, and one of them with its way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import allowed
from core.access.decision import Decision
from core.authority import saying
from core.authority.routing import ApprovalPlan
from core.base import clock
from core.base.actor import Actor
from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import TaskKind
from core.org.models import LegalEntity, Person, PositionVersion
from core.workflow import beside, comments, readers, records, routes, several, tasks, todo, way
from core.workflow.actions import REPAIR
from core.workflow.engine import going
from core.workflow.models import OPEN, Task, TaskYes
from core.workflow.processes.models import Run, RunComment, RunStep
from core.workflow.way import Named, Step

_ = catalogue("workflow")

#: Ways to look at tasks.
View = Literal["mine", "asked", "decided", "copied"]
VIEWS: tuple[View, ...] = get_args(View)
#: So many tasks stand on a page.
PAGE = 50
#: So many are routed anew while somebody looks; more are done where jobs run, in the same seconds.
MOST_NOW = 20
_MARK = [("workflow.read", "core_person")]


@dataclass(frozen=True, slots=True)
class Line:
    """A task in a list: what it asks, who asked, whom it waits for; ``todo`` is what it gives somebody to do."""

    task: Task
    kind: Text | str
    subject: Text | str
    requester: str
    waits_for: Text | str
    todo: Text | str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One task as its page shows it; ``mine`` is the decision about the reader, None where it is answered."""

    task: Task
    run: Run
    kind: TaskKind
    subject: Text | str
    lines: Sequence[tuple[Text | str, Any]]
    link: str
    requester: Named | None
    mine: Decision | None
    steps: Sequence[Step]
    gap: bool
    on_behalf_of: str
    agreed: Sequence[TaskYes] = ()
    beside: Sequence[tuple[Text, Text | str]] = ()
    comments: Sequence[RunComment] = ()
    options: tuple[str, ...] = ()
    todo: Text | str = ""

    @property
    def may_answer(self) -> bool:
        """Whether the reader may decide it, or agree as another of several."""
        return self.mine is not None and self.mine.allowed

    @property
    def compared(self) -> Text | str | None:
        """What an amount in another currency came to when it was decided, and by which rate."""
        said: Text | str | None = from_json(self.task.compared_by)
        return said

    @property
    def needs(self) -> int:
        """How many must agree, by the reader's entry where he may, else by the last one that was used."""
        if self.mine is not None and self.may_answer:
            return self.mine.needs
        return self.agreed[-1].needs if self.agreed else 1


def concerning(view: View, person_id: int | None) -> ColumnElement[bool]:
    """Which tasks are a person's: ``mine`` are the open ones he was found for when they were last routed, seconds ago
    at most where jobs run; ``asked`` are those he put, ``decided`` those he answered, or agreed to where several must.
    """
    person = person_id or 0
    if view == "mine":
        return and_(Task.state == OPEN, Task.next_person_id == person)
    if view == "asked":
        # One line for each request: the task it came to last.
        return and_(Task.requester_person_id == person, Task.id == _latest_of_run())
    if view == "copied":
        return and_(Task.run_id.in_(readers.told(person)), Task.id == _latest_of_run())
    agreed = select(TaskYes.task_id).where(TaskYes.person_id == person)
    return or_(and_(Task.decider_person_id == person, Task.state != OPEN), Task.id.in_(agreed))


def _latest_of_run() -> Any:
    other = aliased(Task)
    return select(func.max(other.id)).where(other.run_id == Task.run_id).correlate(Task).scalar_subquery()


def copied(session: Session, person_id: int) -> Sequence[Task]:
    """What a person was told of, the latest first."""
    statement = select(Task).where(concerning("copied", person_id))
    return session.scalars(statement.order_by(Task.id.desc()).limit(PAGE)).all()


def stored(session: Session, person_id: int, most: int = PAGE) -> list[Task]:
    """The open tasks of a person, the oldest first."""
    statement = select(Task).where(concerning("mine", person_id))
    return list(session.scalars(statement.order_by(Task.id).limit(most)))


def number(actor: Actor) -> ScalarSelect[int]:
    """How many tasks ``stored`` would find for the reader, a hundred at most, as a part of another statement."""
    few = select(Task.id).where(concerning("mine", actor.person_id)).limit(100).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def waiting(session: Session, person_id: int) -> list[Task]:
    """The open tasks that a person is to decide as the lists say now, the oldest first."""
    mine = {task.id: task for task in stored(session, person_id)}
    for task in routes.stale(session, MOST_NOW):  # what is stored about them is not true any more
        mine.pop(task.id, None)
        plan = routes.plan_of(session, task)
        if plan is not None and plan.decider is not None and plan.decider.person_id == person_id:
            mine[task.id] = task
    return [mine[key] for key in sorted(mine)]


def asked(session: Session, person_id: int) -> Sequence[Task]:
    """What a person asked, the latest first."""
    statement = select(Task).where(concerning("asked", person_id))
    return session.scalars(statement.order_by(Task.id.desc()).limit(PAGE)).all()


def decided(session: Session, person_id: int) -> Sequence[Task]:
    """What a person answered, or agreed to where several must, the latest first."""
    latest = func.coalesce(Task.decided_at, Task.asked_at)
    statement = select(Task).where(concerning("decided", person_id))
    return session.scalars(statement.order_by(latest.desc(), Task.id.desc()).limit(PAGE)).all()


def lines(session: Session, found: Collection[Task]) -> list[Line]:
    """Tasks as lines of a list, in as many statements for one kind as for all; those of modules that are off are left
    out.
    """
    kinds = of(session).registry.task_kinds(state.read(session))
    people = names(session, {task.requester_person_id for task in found} | {task.next_person_id for task in found})
    to_do = todo.of_tasks(session, found)
    posts = _posts(session, {task.next_position_id for task in found})
    rows = []
    for task in found:
        kind = kinds.get(task.kind)
        if kind is None:
            continue
        waits = people.get(task.next_person_id or 0, "") or str(posts.get(task.next_position_id or 0, ""))
        subject = str(task.subject) or kind.title  # those put before subjects were kept have none until they are routed
        rows.append(Line(
            task, kind.title, _subject(subject, to_do.get(task.id, "")), people.get(task.requester_person_id or 0, ""),
            waits, to_do.get(task.id, ""),
        ))
    return rows


def _subject(subject: Text | str, to_do: Text | str) -> Text | str:
    """What it is about; what is to do comes first."""
    return _("{todo} ({subject})", todo=to_do, subject=subject) if to_do else subject


def show(session: Session, actor: Actor, task_id: int) -> Shown:
    """One task, for who asked, who decides or decided in its process, who was told of it, and who may decide it or see
    its record or its run. ``NotFound`` for anybody else, whether it exists or not.
    """
    task = session.get(Task, task_id)
    kinds = of(session).registry.task_kinds(state.read(session))
    kind = kinds.get(task.kind) if task is not None else None
    record = records.record_of(session, kind, task.resource_id) if task is not None and kind is not None else None
    if task is None or kind is None or record is None:
        raise tasks.not_there()
    run = records.run_at(session, task.run_id)
    rows = way.rows_of(session, run)  # what is read once is not read again
    question = routes.asked_of(session, task, record) if task.state == OPEN else None
    plan = routes.plan_of(session, task, question) if question is not None else None
    plans = {task.id: plan} if plan is not None else {}
    plans |= {one.id: found for one in rows.tasks if one.state == OPEN and one.id != task.id
              and (found := routes.plan_of(session, one)) is not None}  # fmt: skip
    mine = tasks.decision_about(session, actor, task, question, plan) if task.state == OPEN else None
    yeses = several.given(session, task)
    if mine is not None and mine.allowed and several.people(yeses) & {actor.person_id, mine.on_behalf_of}:
        definition = of(session).registry.actions[task.action]
        mine = saying.agreed(definition, mine, himself=actor.person_id in {one.person_id for one in yeses})
    if actor.person_id not in several.people(yeses) and not _may_see(session, actor, task, run, record, mine):
        raise tasks.not_there()
    people = names(session, {task.requester_person_id, task.on_behalf_of_person_id})
    requester = task.requester_person_id
    return Shown(
        task, run, kind, kind.subject(session, record), kind.lines(session, record), kind.link(record),
        Named(requester, people.get(requester, "")) if requester is not None else None, mine,
        way.of_run(session, run, kind, record, plans, rows), plan is not None and plan.gap,
        people.get(task.on_behalf_of_person_id or 0, ""), yeses,
        beside.facts(session, task, mine) if mine is not None and mine.allowed else (),
        comments.of_run(session, run), options_of(session, run, task) if mine is not None and mine.allowed else (),
        todo.of_tasks(session, [task]).get(task.id, ""),
    )  # fmt: skip


def latest_task(session: Session, actor: Actor, run_id: int) -> Task:
    """The task that a run came to last, for whom ``show`` would show it; ``NotFound`` for anybody else."""
    found = session.scalar(select(func.max(Task.id)).where(Task.run_id == run_id))
    if found is None:
        raise tasks.not_there()
    return show(session, actor, found).task


def options_of(session: Session, run: Run, task: Task) -> tuple[str, ...]:
    """What whoever decides a task may do beside approving and refusing it, as its process says."""
    row = session.get_one(RunStep, task.step_id)
    step = going.definition_of(session, run).step(row.key)
    return tuple(sorted(step.allow)) if step is not None else ()


def _may_see(
    session: Session, actor: Actor, task: Task, run: Run, record: Any, mine: Decision | None
) -> bool:
    if actor.person_id is not None and actor.person_id in (task.requester_person_id, task.decider_person_id):
        return True
    if mine is not None and mine.allowed:
        return True
    if actor.person_id is not None and session.scalar(
        select(Task.id).where(Task.run_id == run.id, Task.decider_person_id == actor.person_id).limit(1)
    ) is not None:  # fmt: skip
        return True
    # Whoever looks after what is stuck has to see it; figures of processes tell nobody what a request says.
    if readers.may_read(session, run, actor.person_id) or (
        run.stuck is not None and allowed(session, actor, REPAIR, run)
    ):
        return True
    read = of(session).registry.resource_types[task.resource].read
    return bool(read) and allowed(session, actor, read, record)


def names(session: Session, ids: set[int | None]) -> dict[int, str]:
    """Names of people by id; whoever takes part in a question knows who else does."""
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    rows = session.execute(guard.mark(select(Person.id, Person.name).where(Person.id.in_(wanted)), _MARK))
    return {key: name for key, name in rows}


def _posts(session: Session, ids: set[int | None]) -> dict[int, Translation]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    rows = session.execute(
        select(PositionVersion.position_id, PositionVersion.title)
        .where(PositionVersion.position_id.in_(wanted), as_of(PositionVersion, clock.today()))
    )
    return {key: title for key, title in rows}


@dataclass(frozen=True, slots=True)
class Deciding:
    """How a record is decided, for its page: the way it would take before it is handed in, the way it takes since then,
    and the task it came to last.
    """

    preview: way.Preview | None = None
    steps: Sequence[Step] = ()
    task: Task | None = None


def deciding_of(session: Session, kind: str, record: Any, *, draft: bool) -> Deciding:
    """How a record is decided; ``draft``: it is being written, for the first time or again."""
    task, run = tasks.answer_of(session, kind, record), tasks.run_of(session, kind, record)
    if draft:
        return Deciding(way.preview(session, kind, record), (), task)
    return Deciding(None, way_of(session, run, record) if run is not None else (), task)


def way_of(session: Session, run: Run, record: Any) -> list[Step]:
    """The way of a run for the page of its record."""
    return way.of_run(session, run, records.kind_named(session, run.kind), record, _plans(session, run))


def _plans(session: Session, run: Run) -> dict[int, ApprovalPlan]:
    """The ways of the tasks of a run that wait, by their number."""
    waiting = tasks.open_tasks(session, run)
    return {one.id: plan for one in waiting if (plan := routes.plan_of(session, one)) is not None}


def company_of(session: Session, legal_entity_id: int) -> str:
    """The name of a company, for what is printed of it."""
    return str(session.scalar(select(LegalEntity.name).where(LegalEntity.id == legal_entity_id)) or "")
