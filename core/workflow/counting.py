"""What was decided before, for the totals of entries and for what belongs together.

A module says of its action ``used=used(SpendRequest, "amount", "currency")``: every decision stands in a task with the
entry it was made by, so that no module counts by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from core.base.text import Text
from core.db import guard
from core.kernel.house import of
from core.kernel.specs import Likeness, Sibling, Usage
from core.workflow.models import APPROVED, Task


def used(model: type[Any], amount: str, currency: str) -> Callable[[Session, Usage], int]:
    """A function that adds up the amounts of records of a model that were approved under an entry in a period."""

    def count(session: Session, usage: Usage) -> int:
        statement = select(func.coalesce(func.sum(getattr(model, amount)), 0)).join(
            Task, Task.resource_id == inspect(model).primary_key[0]
        ).where(
            Task.resource == _resource(session, model), Task.state == APPROVED, Task.entry == usage.entry,
            Task.decided_at >= usage.since, Task.decided_at < usage.until,
            getattr(model, currency) == usage.currency, *_not(model, usage.besides),
        )  # fmt: skip
        return int(session.scalar(_marked(statement, model)) or 0)

    return count


def siblings(
    model: type[Any], amount: str, currency: str, title: Callable[[Any], Text | str]
) -> Callable[[Session, Likeness], Sequence[Sibling]]:
    """A function that finds the approved records of a model that are alike in the attributes an entry names."""

    def find(session: Session, likeness: Likeness) -> list[Sibling]:
        alike = [getattr(model, name) == getattr(likeness.obj, name) for name in likeness.by]
        if likeness.until is not None:
            alike.append(Task.decided_at < likeness.until)
        statement = select(model).join(Task, Task.resource_id == inspect(model).primary_key[0]).where(
            Task.resource == _resource(session, model), Task.state == APPROVED, Task.decided_at >= likeness.since,
            getattr(model, currency) == likeness.currency, *alike, *_not(model, likeness.obj),
        ).order_by(Task.decided_at.desc())  # fmt: skip
        return [Sibling(title(row), getattr(row, amount)) for row in session.scalars(_marked(statement, model))]

    return find


def _resource(session: Session, model: type[Any]) -> str:
    found = of(session).registry.resource_of(model)
    if found is None:
        raise LookupError(f"{model.__name__} is no resource type")
    return found.name


def _not(model: type[Any], record: Any) -> list[Any]:
    """Any but this record; one that is not stored yet was never decided about."""
    state = inspect(record, raiseerr=False) if record is not None else None
    identity = state.identity if state is not None and isinstance(record, model) else None
    return [inspect(model).primary_key[0] != identity[0]] if identity else []


def _marked(statement: Any, model: type[Any]) -> Any:
    return guard.mark(statement, [("workflow.count", model.__tablename__)])
