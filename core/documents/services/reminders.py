"""Telling of documents that end, once for each lead time, however often and however late the job runs."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from core.base import clock
from core.db import locks
from core.db.guard import system
from core.documents.events import DocumentExpired, DocumentExpiring
from core.documents.kinds import kinds
from core.documents.models import Document, DocumentNotice
from core.documents.services.lists import replaced
from core.events.outbox import emit_many
from core.kernel.events import Event
from core.org.models import Employment

#: The lead of the notice that a document has ended.
OVER = -1


def remind(session: Session, *, today: date | None = None) -> dict[str, int]:
    """Tell what is due on a day and was not told yet. Returns how many of each.

    Where several lead times have passed untold, after an outage or for a document that was entered late, the last one
    alone is told. What has been replaced by a later document, and what belongs to somebody who has left, is not told.
    """
    day = today or clock.today()
    known = {kind.name: kind for kind in kinds(session).values() if kind.expires}
    furthest = max((lead for kind in known.values() for lead in kind.remind), default=0)
    locks.hold(session, "documents.remind")
    with system(session, "telling of documents that end"):
        gone = select(Employment.person_id).group_by(Employment.person_id).having(
            ~Employment.person_id.in_(select(Employment.person_id).where(Employment.left_on > day))
        )
        documents = session.scalars(
            select(Document).where(
                Document.kind.in_(known), Document.expires_on <= day + timedelta(days=furthest), ~replaced(),
                or_(Document.person_id.is_(None), Document.person_id.not_in(gone)),
            ).order_by(Document.id)
        ).all()
        told = {
            (one.document_id, one.expires_on, one.lead)
            for one in session.scalars(
                select(DocumentNotice).join(Document, Document.id == DocumentNotice.document_id)
                .where(DocumentNotice.expires_on == Document.expires_on,
                       Document.expires_on <= day + timedelta(days=furthest))
            )
        }
    events: list[Event] = []
    notices = []
    for document in documents:
        assert document.expires_on is not None
        left = (document.expires_on - day).days
        due = [OVER] if left < 0 else [lead for lead in known[document.kind].remind if left <= lead]
        fresh = [lead for lead in due if (document.id, document.expires_on, lead) not in told]
        if fresh and min(due) in fresh:
            events.append(_event(document, document.expires_on, left, min(due)))
        notices += [
            {"document_id": document.id, "expires_on": document.expires_on, "lead": lead, "told_at": clock.now()}
            for lead in fresh
        ]
    if notices:
        session.execute(insert(DocumentNotice), notices)
    emit_many(session, events)
    over = sum(isinstance(event, DocumentExpired) for event in events)
    return {"expiring": len(events) - over, "expired": over}


def _event(document: Document, expires_on: date, left: int, lead: int) -> Event:
    if lead == OVER:
        return DocumentExpired(
            document.id, document.kind, document.entity, document.entity_id, document.person_id, expires_on
        )
    return DocumentExpiring(
        document.id, document.kind, document.entity, document.entity_id, document.person_id, expires_on, left, lead
    )
