"""Reading the audit log: what happened to one thing, what one account did, who looked at one person's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.audit.actions import READ
from core.audit.models import AuditEntry
from core.base.actor import Actor
from core.db.guard import mark, table_of
from core.kernel.house import of

PAGE = 100
#: Where what lies above leaves the names of accounts: ``house.session_info["account_names"]``, a function of a
#: session and account ids.
NAMES = "account_names"
_OWN = [("audit:own", AuditEntry.__tablename__)]


def history(
    session: Session, actor: Actor, object_type: str, object_id: int | str, *, before: int | None = None,
    limit: int = PAGE,
) -> Sequence[AuditEntry]:
    """What happened to one thing and its dated versions, newest first.

    ``object_type`` is the table of the thing (``core_unit``). ``before`` is the id of the last entry of the page
    before. Only rows the actor may read under ``audit.log:read`` come back.
    """
    statement = select(AuditEntry).where(
        AuditEntry.root_type == object_type, AuditEntry.root_id == str(object_id)
    )
    return _page(session, actor, statement, before, limit)


def deeds(
    session: Session, actor: Actor, account_id: int, *, before: int | None = None, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """What one account did, newest first."""
    return _page(session, actor, select(AuditEntry).where(AuditEntry.account_id == account_id), before, limit)


def looks(
    session: Session, actor: Actor, person_id: int, *, group: str | None = None, before: int | None = None,
    limit: int = PAGE,
) -> Sequence[AuditEntry]:
    """Who opened masked data of one person, when and what for, newest first; of one ``group`` of fields, or of all.

    Somebody who opened the whole of what holds the person's data, such as a payroll, looked at it too.
    """
    return _page(session, actor, _looks(session, person_id, group), before, limit)


def own_looks(
    session: Session, actor: Actor, *, group: str | None = None, before: int | None = None, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """Who opened masked data of the actor himself, as ``looks`` tells it; needs no authority."""
    if actor.person_id is None:
        return []
    statement = _cut(_looks(session, actor.person_id, group), before, limit)
    return session.scalars(mark(statement, _OWN)).all()


def _looks(session: Session, person_id: int, group: str | None) -> Select[AuditEntry]:
    about = [AuditEntry.subject_id == person_id]
    for resource in of(session).registry.resource_types.values():
        if resource.holding is not None:
            rows = [str(key) for key in resource.holding(session, person_id)]
            about.append(and_(
                AuditEntry.subject_id.is_(None), AuditEntry.root_type == table_of(resource.model).name,
                AuditEntry.root_id.in_(rows), AuditEntry.person_id.is_distinct_from(person_id),
            ))  # fmt: skip
    statement = select(AuditEntry).where(or_(*about), AuditEntry.kind == "reveal")
    return statement if group is None else statement.where(AuditEntry.after["group"].as_string() == group)


def authors(
    session: Session, actor: Actor, roots: Iterable[tuple[str, int | str]]
) -> dict[tuple[str, str, str], str]:
    """Who wrote the objects of some histories, by table, id and kind of change (``insert``, ``update``), in names.

    ``roots`` are the things whose histories are looked into, as ``("core_unit", 3)``. Only what the actor may read
    under ``audit.log:read`` is told; work of the product itself has no author. Two statements.
    """
    wanted = [and_(AuditEntry.root_type == table, AuditEntry.root_id == str(key)) for table, key in roots]
    statement = (
        select(AuditEntry.object_type, AuditEntry.object_id, AuditEntry.kind, AuditEntry.account_id)
        .where(or_(*wanted), AuditEntry.kind.in_(("insert", "update")), AuditEntry.account_id.is_not(None))
        .order_by(AuditEntry.id)
    )
    rows = session.execute(visible(session, actor, READ, statement)).all()
    known = names(session, {row.account_id for row in rows})
    return {(row.object_type, row.object_id, row.kind): known.get(row.account_id, "") for row in rows}


def names(session: Session, account_ids: set[int]) -> dict[int, str]:
    """The names of accounts, as far as anybody above has said how to find them."""
    find: Callable[[Session, set[int]], dict[int, str]] | None = session.info.get(NAMES)
    return find(session, account_ids) if find is not None and account_ids else {}


def _page(
    session: Session, actor: Actor, statement: Select[AuditEntry], before: int | None, limit: int
) -> Sequence[AuditEntry]:
    return session.scalars(visible(session, actor, READ, _cut(statement, before, limit))).all()


def _cut(statement: Select[Any], before: int | None, limit: int) -> Select[Any]:
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return statement.order_by(AuditEntry.id.desc()).limit(limit)
