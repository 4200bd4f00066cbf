"""Decisions that take the yes of several persons: who has agreed so far, and who may be the next.

They are as many persons as the entry says, and none of them agrees in the stead of another, nor two in the stead of
one: whoever decides for somebody speaks for both. An entry that needs nobody besides decides alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.workflow.models import Task, TaskYes

_ = catalogue("workflow")


def given(session: Session, task: Task) -> Sequence[TaskYes]:
    """The yeses to what the record says now, the first one first; those to what it said before count no longer."""
    statement = select(TaskYes).where(TaskYes.task_id == task.id, TaskYes.digest == task.digest)
    return session.scalars(statement.order_by(TaskYes.id)).all()


def people(yeses: Sequence[TaskYes]) -> frozenset[int]:
    """Everybody who has agreed or in whose stead somebody has."""
    both = {one.person_id for one in yeses} | {one.on_behalf_of_person_id for one in yeses}
    return frozenset(one for one in both if one is not None)


def agree(session: Session, actor: Actor, task: Task, decision: Decision, comment: str) -> bool:
    """Keep a yes where it needs others, or others were given; whether with it enough have agreed for its entry.

    Raises ``DomainError`` for somebody who has agreed already, himself or through another, or who is nobody.
    """
    before = given(session, task)
    if not before and decision.needs <= 1:
        return True
    if actor.person_id is None:
        raise DomainError("task.nobody", _("Several persons must agree, and this account belongs to none."))
    if actor.person_id in {one.person_id for one in before}:
        raise DomainError("task.again", _("You have agreed already; another must agree as well."))
    if people(before) & {actor.person_id, decision.on_behalf_of}:
        raise DomainError("task.same", _(
            "You and the person you would agree for, or who agreed for you, count as one; another must agree."
        ))  # fmt: skip
    session.add(TaskYes(
        task_id=task.id, digest=task.digest, person_id=actor.person_id, account_id=actor.account_id, name=actor.name,
        said_at=clock.now(), comment=comment, needs=decision.needs, entry=decision.entry or "",
        list_version=decision.list_version, assignment_id=decision.assignment_id,
        delegation_id=decision.delegation_id, on_behalf_of_person_id=decision.on_behalf_of,
    ))  # fmt: skip
    session.flush()
    return len(before) + 1 >= decision.needs


def deciders(session: Session, task: Task) -> frozenset[int]:
    """Everybody who decided a task that is answered, and in whose stead: one person, or all who agreed."""
    both = {task.decider_person_id, task.on_behalf_of_person_id} - {None}
    return people(given(session, task)) | frozenset(one for one in both if one is not None)
