"""What is told about documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("documents")


@dataclass(frozen=True, slots=True)
class OfDocument(Event):
    """Something about a document: its kind, and what it is kept on."""

    thing = "document"
    about = "document_id"

    document_id: int
    kind: str
    entity: str
    entity_id: int
    person_id: int | None


@dataclass(frozen=True, slots=True)
class DocumentAdded(OfDocument):
    """A document is there, or a new version of one."""

    name = "documents.document_added"
    title = _("Document added")

    version: int = 0


@dataclass(frozen=True, slots=True)
class DocumentExpiring(OfDocument):
    """A document ends soon; told once for each lead time of its kind. ``lead`` is the lead time that was reached."""

    name = "documents.document_expiring"
    title = _("Document ends soon")

    expires_on: date
    days_left: int
    lead: int


@dataclass(frozen=True, slots=True)
class DocumentExpired(OfDocument):
    """A document has ended, and none of its kind has taken its place."""

    name = "documents.document_expired"
    title = _("Document has ended")

    expires_on: date


EVENTS: tuple[type[Event], ...] = (DocumentAdded, DocumentExpiring, DocumentExpired)
