"""Asking, answering and withdrawing: the only ways a task changes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.authority.rates.table import words
from core.authority.routing import ApprovalPlan
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.stored import to_json
from core.base.text import catalogue
from core.db.guard import system
from core.events.outbox import emit
from core.kernel.specs import Answer, TaskKind
from core.workflow import records, routes, several
from core.workflow.digest import digest
from core.workflow.events import TaskAnswered, TaskNudged
from core.workflow.models import APPROVED, OPEN, REFUSED, VOID, WITHDRAWN, Task

_ = catalogue("workflow")

MOST_COMMENT = 2_000


def ask(session: Session, actor: Actor, kind: str, record: Any) -> Task:
    """Put the question of a kind about a record; who may put it is the caller's to know.

    While it is open it is put once: the second time returns the first task. Raises ``LookupError`` for a kind that no
    module registers.
    """
    found = records.kind_named(session, kind)
    session.flush()
    identity = records.identity_of(record)
    task = session.scalars(
        select(Task).where(Task.kind == kind, Task.resource_id == identity, Task.state == OPEN)
    ).one_or_none()
    if task is not None:
        return task
    task = _asked(session, found, record, actor.person_id, actor.account_id)
    session.flush()
    routes.store(session, task, routes.plan_of(session, task))
    return task


def _asked(session: Session, kind: TaskKind, record: Any, person_id: int | None, account_id: int | None) -> Task:
    """A question that was put just now, by a person from an account, about what the record says."""
    resource = records.resource_of(session, kind)
    task = Task(
        kind=kind.name, action=kind.action, resource=resource.name, resource_id=records.identity_of(record),
        digest=digest(resource, record), requester_person_id=person_id, requester_account_id=account_id,
        asked_at=clock.now(),
    )  # fmt: skip
    session.add(task)
    return task


def answer(
    session: Session, actor: Actor, task_id: int, said: Answer, *, seen: str, comment: str = ""
) -> Task:
    """Approve or refuse; ``seen`` is the digest of what the answering person had before his eyes.

    Where the entry needs several, a yes leaves the task open until the last of them; a no closes it.
    By the lists of this moment: raises ``Denied`` for whoever may not decide it, whomever they named before. Raises
    ``DomainError`` where it was answered meanwhile, where the record changed since it was looked at, and for a refusal
    without a word why; ``NotFound`` where there is no such task.
    """
    task = records.held(session, task_id)
    if task is None:
        raise not_there()
    if task.state != OPEN:
        raise DomainError("task.answered", _(
            "{name} was quicker: it is answered already. Nothing of yours was kept.", name=task.decider_name or "–",
        ))  # fmt: skip
    comment = comment.strip()
    if said == REFUSED and not comment:
        raise DomainError("task.comment", _("Say why you refuse; whoever asked reads it."), "comment")
    if len(comment) > MOST_COMMENT:
        raise DomainError("task.comment", _("Write at most {most} characters.", most=MOST_COMMENT), "comment")
    kind = records.kind_named(session, task.kind)
    record = records.record_of(session, kind, task.resource_id, hold=True)
    if record is None:
        raise not_there()
    if digest(records.resource_of(session, kind), record) != task.digest or seen != task.digest:
        raise DomainError("task.changed", _("It was changed while you looked at it; read it again, then decide."))
    plan = routes.plan_of(session, task)
    decision = require(session, actor, task.action, record)
    if said == APPROVED and not several.agree(session, actor, task, decision, comment):
        routes.store(session, task, routes.plan_of(session, task))
        return task
    task.state, task.decided_at, task.comment = said, clock.now(), comment
    task.decider_person_id, task.decider_account_id, task.decider_name = actor.person_id, actor.account_id, actor.name
    task.entry, task.list_version = decision.entry, decision.list_version
    task.assignment_id, task.delegation_id = decision.assignment_id, decision.delegation_id
    task.on_behalf_of_person_id = decision.on_behalf_of
    if decision.compared is not None:
        task.compared_minor, task.compared_currency = decision.compared.minor, decision.compared.wanted
        task.compared_by = to_json(words(decision.compared))
    task.path = passed_over(plan, actor)
    kind.answered(session, actor, record, said)
    session.flush()
    _tell(session, task, said)
    return task


def passed_over(plan: ApprovalPlan | None, actor: Actor) -> list[Any]:
    """The posts that could not decide before the one that does, as stored texts: post, holder, why not."""
    steps = plan.path if plan is not None else ()
    return [
        {"post": dict(step.post.title), "name": step.name, "why": to_json(step.message), "code": step.code}
        for step in steps if step.person_id != actor.person_id and not (step.decision and step.decision.allowed)
    ]


def withdraw(session: Session, actor: Actor, task_id: int) -> Task:
    """Take a question back; only whoever put it may, while it is open."""
    task = records.held(session, task_id)
    if task is None or not (actor.is_system or task.requester_person_id == actor.person_id is not None):
        raise not_there()
    if task.state != OPEN:
        raise DomainError("task.answered", _("It is answered already and cannot be taken back."))
    kind = records.kind_named(session, task.kind)
    record = records.record_of(session, kind, task.resource_id, hold=True)
    task.state, task.decided_at, task.decider_name = WITHDRAWN, clock.now(), actor.name
    with system(session, "a question is taken back by whoever put it"):
        if record is not None:
            kind.answered(session, actor, record, WITHDRAWN)
        session.flush()
    _tell(session, task, WITHDRAWN)
    return task


def nudge(session: Session, actor: Actor, task_id: int) -> Task:
    """Remind whoever a question waits for (催办): only whoever put it may, each decider once a day of his own zone.

    It goes to whoever decides it by the lists of this moment. Raises ``DomainError`` where it is answered, where nobody
    may decide it, and where that one was reminded today; ``NotFound`` for anybody else's question.
    """
    task = records.held(session, task_id)
    if task is None or actor.person_id is None or task.requester_person_id != actor.person_id:
        raise not_there()
    if task.state != OPEN:
        raise DomainError("task.answered", _("It is answered already; nobody has to be reminded."))
    routes.store(session, task, routes.plan_of(session, task))
    if task.next_person_id is None:
        raise DomainError("task.gap", _("Nobody may decide it, so that nobody can be reminded; the lists have to say "
                                        "who may."))  # fmt: skip
    if nudged_today(task, actor):
        raise DomainError("task.nudged", _("You have reminded of it today; you may again tomorrow."))
    task.nudged_at, task.nudged_person_id = clock.now(), task.next_person_id
    emit(session, TaskNudged(task.id, task.next_person_id))
    session.flush()
    return task


def nudged_today(task: Task, actor: Actor) -> bool:
    """Whether whoever a question waits for was reminded of it on this day, as the reader counts days."""
    if task.nudged_at is None or task.nudged_person_id != task.next_person_id:
        return False
    zone = ZoneInfo(actor.zone)
    return task.nudged_at.astimezone(zone).date() == clock.now().astimezone(zone).date()


def make_void(session: Session, actor: Actor, task: Task, record: Any) -> Task:
    """What was approved is no longer what the record says: the approval ends, and the question is put again."""
    kind = records.kind_named(session, task.kind)
    task.state = VOID
    kind.answered(session, actor, record, VOID)
    routes.forget(session, task.action)
    _tell(session, task, VOID)
    return _asked(session, kind, record, task.requester_person_id, task.requester_account_id)


def answer_of(session: Session, kind: str, record: Any) -> Task | None:
    """The latest task about a record, whatever became of it."""
    statement = select(Task).where(Task.kind == kind, Task.resource_id == records.identity_of(record))
    return session.scalars(statement.order_by(Task.id.desc()).limit(1)).one_or_none()


def is_approved(session: Session, kind: str, record: Any) -> bool:
    """Whether the record as it stands is what was approved last."""
    task = answer_of(session, kind, record)
    if task is None or task.state != APPROVED:
        return False
    return task.digest == digest(records.resource_of(session, records.kind_named(session, kind)), record)


def not_there() -> NotFound:
    """The error for a task that is not there, or not for whoever asks."""
    return NotFound("task.missing", _("There is no such task, or it is not yours to see."))


def _tell(session: Session, task: Task, said: Answer) -> None:
    emit(session, TaskAnswered(task.id, said, task.requester_person_id, task.decider_person_id))
