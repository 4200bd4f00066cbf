"""What was decided before, for the totals of entries and for what belongs together.

A module says of its action ``used=used(SpendRequest, "amount", "currency")``: every decision stands in a task with the
entry it was made by, so that no module counts by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, func, inspect, select
from sqlalchemy.orm import Session

from core.base.text import Text
from core.db import guard
from core.kernel.house import of
from core.kernel.specs import Likeness, Sibling, Usage
from core.workflow.models import APPROVED, Task
from core.workflow.processes.models import APPROVED as DONE
from core.workflow.processes.models import RUNNING, Run


def used(
    model: type[Any], amount: str, currency: str
) -> Callable[[Session, Usage], Mapping[str | None, int]]:
    """A function that adds up the amounts of records of a model that were approved under an entry in a period, by
    currency. One that was compared in the currency of the total counts as what it came to then.
    """

    def count(session: Session, usage: Usage) -> Mapping[str | None, int]:
        own, kept = getattr(model, currency), Task.compared_currency == usage.currency
        settled = and_(own != usage.currency, kept)
        # Grouped over a subselect: a parameter that is repeated in GROUP BY would not be the same to PostgreSQL.
        rows = select(
            case((settled, Task.compared_currency), else_=own).label("currency"),
            case((settled, Task.compared_minor), else_=getattr(model, amount)).label("minor"),
        ).select_from(model).join(Task, Task.resource_id == inspect(model).primary_key[0]).join(*_standing()).where(
            Task.resource == _resource(session, model), Task.state == APPROVED, Task.entry == usage.entry,
            Task.decided_at >= usage.since, Task.decided_at < usage.until,
            *_not(model, usage.besides),
        ).subquery()  # fmt: skip
        statement = select(rows.c.currency, func.sum(rows.c.minor)).group_by(rows.c.currency)
        return {one: int(minor or 0) for one, minor in session.execute(_marked(statement, model))}

    return count


def siblings(
    model: type[Any], amount: str, currency: str, title: Callable[[Any], Text | str]
) -> Callable[[Session, Likeness], Sequence[Sibling]]:
    """A function that finds the approved records of a model that are alike in the attributes an entry names: each in
    its currency, or in the one that is asked in where it was compared in that.
    """

    def find(session: Session, likeness: Likeness) -> list[Sibling]:
        alike = [getattr(model, name) == getattr(likeness.obj, name) for name in likeness.by]
        if likeness.until is not None:
            alike.append(Task.decided_at < likeness.until)
        statement = select(model, Task.compared_minor, Task.compared_currency).select_from(model).join(
            Task, Task.resource_id == inspect(model).primary_key[0]
        ).join(*_standing()).where(
            Task.resource == _resource(session, model), Task.state == APPROVED, Task.decided_at >= likeness.since,
            *alike, *_not(model, likeness.obj),
        ).order_by(Task.decided_at.desc())  # fmt: skip
        return [
            Sibling(title(row), minor, likeness.currency)
            if kept == likeness.currency != getattr(row, currency)
            else Sibling(title(row), getattr(row, amount), getattr(row, currency) or "")
            for row, minor, kept in session.execute(_marked(statement, model))
        ]

    return find


def _standing() -> tuple[type[Run], Any]:
    """A yes counts while its process goes on or has ended with a yes; one that another refused afterwards does not."""
    return Run, and_(Run.id == Task.run_id, Run.state.in_((RUNNING, DONE)))


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
    return guard.mark(statement, [("workflow.count", model.__tablename__), ("workflow.count", Run.__tablename__)])
