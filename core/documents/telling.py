"""What people are told about documents: that one ends, or has ended. Which one it is stands behind the link.

A document of a person is told to that person; one of a company, a unit or a position to whoever put it on file. Who
else may see it by the lists is not asked here: nothing answers that without looking at everybody.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.db.guard import system
from core.documents.events import DocumentExpired, DocumentExpiring, OfDocument
from core.documents.models import Document
from core.kernel.specs import Message, Notification, Recipients

_ = catalogue("documents")


def _whose(session: Session, event: OfDocument) -> Recipients:
    if event.person_id is not None:
        return Recipients(persons=[event.person_id])
    with system(session, "telling who put a document on file that it ends"):
        found = session.scalars(select(Document.created_by).where(Document.id == event.document_id)).one_or_none()
    return Recipients(accounts=[found] if found is not None else [])


def _expiring(session: Session, event: DocumentExpiring) -> Message:
    del session
    own = event.person_id is not None
    return Message(
        _("A document of yours ends soon") if own else _("A document that you put on file ends soon"),
        (_("It holds until {day}. See that it is renewed in time.", day=event.expires_on),),
        f"/documents/{event.document_id}", _("Look at the document"),
    )


def _expired(session: Session, event: DocumentExpired) -> Message:
    del session
    own = event.person_id is not None
    return Message(
        _("A document of yours has ended") if own else _("A document that you put on file has ended"),
        (_("It held until {day}, and no other has taken its place.", day=event.expires_on),),
        f"/documents/{event.document_id}", _("Look at the document"),
    )


NOTIFICATIONS = (
    Notification(
        "documents.document_expiring", _("A document of mine ends soon"), _("Documents"), on=DocumentExpiring.name,
        to=_whose, tell=_expiring,
    ),
    Notification(
        "documents.document_expired", _("A document of mine has ended"), _("Documents"), on=DocumentExpired.name,
        to=_whose, tell=_expired,
    ),
)
