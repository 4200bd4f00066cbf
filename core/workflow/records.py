"""The records that tasks are about: which kind they are of, loading one, holding it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import LOCALES, catalogue, use_locale
from core.db import guard
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import ResourceType, TaskKind
from core.workflow.models import Task
from core.workflow.processes.models import Run

_ = catalogue("workflow")

S = TypeVar("S", bound=Any)


def kind_named(session: Session, name: str) -> TaskKind:
    """A kind of question. Raises ``LookupError`` for one that no module registers, ``DomainError`` where its module is
    off.
    """
    registry = of(session).registry
    found = registry.task_kinds().get(name)
    if found is None:
        raise LookupError(f"the kind of task {name!r} is registered by no module")
    if name not in registry.task_kinds(state.read(session)):
        raise DomainError("task.off", _("The module that asks this is switched off."))
    return found


def resource_of(session: Session, kind: TaskKind) -> ResourceType:
    """The resource type a kind is about."""
    registry = of(session).registry
    return registry.resource_types[registry.actions[kind.action].resource or ""]


def record_of(session: Session, kind: TaskKind, record_id: int, *, hold: bool = False) -> Any | None:
    """The record a task is about, as it stands; None where it is gone. ``hold``: nobody changes it until the commit."""
    model = resource_of(session, kind).model
    statement = select(model).where(inspect(model).primary_key[0] == record_id)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(guard.mark(statement, [(kind.action, model.__tablename__)])).one_or_none()


def records_of(session: Session, kind: TaskKind, ids: Collection[int]) -> dict[int, Any]:
    """Records that tasks of a kind are about, by number, in one statement; those that are gone are left out."""
    model = resource_of(session, kind).model
    key = inspect(model).primary_key[0]
    statement = select(model).where(key.in_(sorted(ids)))
    found = session.scalars(guard.mark(statement, [(kind.action, model.__tablename__)])).all()
    return {identity_of(record): record for record in found}


def identity_of(record: Any) -> int:
    """The number of a record."""
    identity: int = inspect(record).identity[0]
    return identity


def subject_of(session: Session, kind: TaskKind, record: Any) -> Translation:
    """A record in one line, in every language: amounts and days in it are written as each of them writes them."""
    said = {}
    for locale in LOCALES:
        with use_locale(locale):
            said[locale] = str(kind.subject(session, record))
    return Translation(said)


def engine(statement: S) -> S:
    """A statement of the engine's own that touches runs: which of them it may is the engine's to know."""
    return guard.mark(statement, [("workflow.engine", Run.__tablename__)])


def run_at(session: Session, run_id: int) -> Run:
    """A run by its number; once read in a session it is not read again. Raises ``NoResultFound`` where there is none.
    """
    mark = frozenset([("workflow.engine", Run.__tablename__)])
    return session.get_one(Run, run_id, execution_options={guard.MARKER: mark})


def dates_of(model: type[Any]) -> frozenset[str]:
    """The names of the dates of a model, which a step may wait for."""
    return frozenset(
        name for name, column in inspect(model).columns.items() if column.type.python_type is date
    )


def held(session: Session, task_id: int) -> Task | None:
    """A task by number, held until the commit: two who answer at once come one after the other."""
    statement = select(Task).where(Task.id == task_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()
