"""Reading the audit log: what happened to one thing, what one account did, who looked at one person's data."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.audit.actions import READ
from core.audit.models import AuditEntry
from core.base.actor import Actor

PAGE = 100


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
    session: Session, actor: Actor, person_id: int, *, before: int | None = None, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """Who opened masked data of one person, when and what for, newest first."""
    statement = select(AuditEntry).where(AuditEntry.subject_id == person_id, AuditEntry.kind == "reveal")
    return _page(session, actor, statement, before, limit)


def _page(
    session: Session, actor: Actor, statement: Select[AuditEntry], before: int | None, limit: int
) -> Sequence[AuditEntry]:
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    statement = statement.order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(visible(session, actor, READ, statement)).all()
