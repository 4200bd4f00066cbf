"""Adding, changing, opening and removing documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed, load, require, visible
from core.audit.events import record_decision, record_reveal
from core.base import clock
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db import guard
from core.documents.actions import CHANGE, HOLD, OPEN, READ
from core.documents.events import DocumentAdded
from core.documents.kinds import kind_of, kinds, masked
from core.documents.models import Document, DocumentVersion
from core.events.outbox import emit
from core.files import links, sniff
from core.files import service as files
from core.files.models import File
from core.kernel.specs import DocumentKind
from core.org.models import Employment, LegalEntity, Person, Position, Unit
from core.org.resources import READ as READ_PERSON

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("documents")

#: What a document may be.
ACCEPT = sniff.PAPERS
#: How long a reveal opens the number on the page.
NUMBER = "number"
_MODELS: Mapping[str, type[Any]] = {
    "person": Person, "employment": Employment, "position": Position, "unit": Unit, "legal_entity": LegalEntity,
}
_MARK = [(CHANGE, "core_document")]


def find(session: Session, actor: Actor, document_id: int, action: str = READ) -> Document:
    """A document that the actor may do this to. ``NotFound`` when there is none, or not for him.

    Where its kind names an action of its own for reading, that one is asked as well.
    """
    found = load(session, actor, action, Document, document_id)
    kind = kinds(session).get(found.kind)
    if kind is None or (kind.read != READ and not allowed(session, actor, kind.read, found)):
        raise NotFound("not_found", _("There is nothing here, or it is not yours to see."))
    return found


def thing(session: Session, actor: Actor, entity: str, entity_id: int) -> Any:
    """What a document is kept on, if the actor may see it. ``NotFound`` otherwise."""
    model = _MODELS.get(entity)
    if model is None:
        raise NotFound("not_found", _("There is nothing here, or it is not yours to see."))
    if entity in ("person", "employment"):
        return load(session, actor, READ_PERSON, model, entity_id)
    found = session.get(model, entity_id)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is not yours to see."))
    return found


def offered(session: Session, actor: Actor, entity: str, on: Any) -> dict[str, DocumentKind]:
    """The kinds the actor may keep on a loaded thing, by name. Raises ``Denied`` with the reason where there is none.
    """
    found = _allowed(session, actor, entity, on)
    if not found:
        require(session, actor, CHANGE, _blank(actor, DocumentKind("", "", entity), on))  # type: ignore[arg-type]
    return found


def may_keep(session: Session, actor: Actor, entity: str, on: Any) -> bool:
    """Whether the actor may keep a document of any kind on a loaded thing."""
    return bool(_allowed(session, actor, entity, on))


def _allowed(session: Session, actor: Actor, entity: str, on: Any) -> dict[str, DocumentKind]:
    found: dict[str, DocumentKind] = {}
    may: dict[str, bool] = {}
    for kind in kinds(session).values():
        if kind.entity == entity:
            if kind.write not in may:
                may[kind.write] = allowed(session, actor, kind.write, _blank(actor, kind, on))
            if may[kind.write]:
                found[kind.name] = kind
    return found


def create(
    session: Session, actor: Actor, kind: DocumentKind, on: Any, *, number: str | None = None,
    issued_on: date | None = None, expires_on: date | None = None, note: str = "",
) -> Document:
    """Keep a document on a loaded person, employment, position, unit or company.

    Raises ``DomainError`` for a number that cannot be or is kept already, or days that do not follow each other.
    """
    require(session, actor, kind.write, _blank(actor, kind, on))
    return write_new(session, actor, kind, on, number=number, issued_on=issued_on, expires_on=expires_on, note=note)


def write_new(
    session: Session, actor: Actor, kind: DocumentKind, on: Any, *, number: str | None = None,
    issued_on: date | None = None, expires_on: date | None = None, note: str = "",
) -> Document:
    """The same for a caller who has asked who may: an import, the demo."""
    document = _blank(actor, kind, on)
    write(session, actor, document, kind, number=number, issued_on=issued_on, expires_on=expires_on, note=note)
    session.add(document)
    session.flush()
    return document


def _blank(actor: Actor, kind: DocumentKind, on: Any) -> Document:
    return Document(
        kind=kind.name, entity=kind.entity, entity_id=on.id, created_at=clock.now(), created_by=actor.account_id,
        held=False, note="", number_shown="", **_place(kind, on),
    )


def change(
    session: Session, actor: Actor, document: Document, *, number: str | None, issued_on: date | None,
    expires_on: date | None, note: str,
) -> Document:
    """Write down other facts of a document. ``number`` None leaves the number as it is."""
    kind = kind_of(session, document.kind)
    require(session, actor, kind.write, document)
    write(session, actor, document, kind, number=number, issued_on=issued_on, expires_on=expires_on, note=note)
    session.flush()
    return document


def add_version(
    session: Session, actor: Actor, document: Document, source: bytes | BinaryIO, *, name: str
) -> DocumentVersion:
    """Keep a file as the newest version of a document; raises as ``files.put`` does."""
    kind = kind_of(session, document.kind)
    require(session, actor, kind.write, document)
    file = files.put(
        session, actor, source, name=name, kind="document", personal=True, keep_days=None, accept=ACCEPT,
        subject_id=document.person_id, thumbnail=True,
    )
    file.held = document.held
    newest = select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document.id)
    version = DocumentVersion(
        document_id=document.id, number=(session.scalar(newest) or 0) + 1, file_id=file.id, added_at=clock.now(),
        added_by=actor.account_id,
    )
    session.add(version)
    session.flush()
    emit(session, DocumentAdded(
        document_id=document.id, kind=document.kind, entity=document.entity, entity_id=document.entity_id,
        person_id=document.person_id, version=version.number,
    ))  # fmt: skip
    return version


def versions(session: Session, document: Document) -> list[tuple[DocumentVersion, File]]:
    """The versions of a document that the caller has loaded, newest first."""
    rows = session.execute(
        select(DocumentVersion, File).join(File, File.id == DocumentVersion.file_id)
        .where(DocumentVersion.document_id == document.id).order_by(DocumentVersion.number.desc())
    )
    return [(version, file) for version, file in rows]


def version(session: Session, document: Document, number: int) -> File:
    """The file of one version. ``NotFound`` when there is none."""
    found = session.scalars(
        select(File).join(DocumentVersion, DocumentVersion.file_id == File.id)
        .where(DocumentVersion.document_id == document.id, DocumentVersion.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound("not_found", _("There is no such version of this document."))
    return found


def is_own(actor: Actor, document: Document) -> bool:
    """Whether a document is the actor's own, or about nobody in person: then nobody asks what for."""
    return document.person_id is None or document.person_id == actor.person_id


def open_version(session: Session, actor: Actor, document: Document, file: File, purpose: str) -> File:
    """Be allowed to read a version for some minutes; who looked and what for is recorded.

    Raises ``DomainError`` ``reveal.purpose`` where somebody else's is asked for without saying what for.
    """
    require(session, actor, OPEN, document)
    if not is_own(actor, document):
        links.record(session, actor, file, _purpose(purpose))
    return file


def reveal_number(session: Session, actor: Actor, document: Document, purpose: str) -> str:
    """The number in clear; who looked and what for is recorded. Raises as ``open_version`` does."""
    decision = require(session, actor, OPEN, document)
    if not is_own(actor, document):
        record_reveal(
            session, NUMBER, document, subject_id=document.person_id, purpose=_purpose(purpose), decision=decision
        )
    return document.number or ""


def hold(session: Session, actor: Actor, document: Document, held: bool) -> None:
    """Hold a document with all its versions back from deletion, or release it."""
    record_decision(session, require(session, actor, HOLD, document), document)
    document.held = held
    for _version, file in versions(session, document):
        files.hold(session, file, held)
    session.flush()


def remove(session: Session, actor: Actor, document: Document) -> None:
    """Delete a document with all its versions. Raises ``DomainError`` ``document.held`` when it is held back."""
    require(session, actor, kind_of(session, document.kind).write, document)
    if document.held:
        raise DomainError("document.held", _("This document is held back from deletion. Release it first."))
    erase(session, [document])


def erase(session: Session, documents: list[Document]) -> None:
    """Delete documents and the files of their versions; the caller has asked who may."""
    for document in documents:
        kept = versions(session, document)
        for kept_version, _file in kept:
            session.delete(kept_version)
        session.flush()
        files.remove(session, [file for _version, file in kept])
        session.delete(document)
    session.flush()


# -- parts -----------------------------------------------------------------------------------------------------------


def _place(kind: DocumentKind, on: Any) -> dict[str, int]:
    if kind.entity == "employment":
        return {"person_id": on.person_id}
    return {f"{kind.entity}_id": on.id}


def write(
    session: Session, actor: Actor, document: Document, kind: DocumentKind, *, number: str | None,
    issued_on: date | None, expires_on: date | None, note: str,
) -> None:
    """Put facts onto a document after checking them; for callers who have asked who may."""
    if issued_on is not None and expires_on is not None and expires_on < issued_on:
        raise DomainError("document.days", _("It cannot end before it was issued."), "expires_on")
    if issued_on is not None and issued_on > clock.today():
        raise DomainError("document.days", _("The day of issue lies in the future."), "issued_on")
    document.issued_on, document.note = issued_on, note.strip()
    document.expires_on = expires_on if kind.expires else None
    told = (number or "").strip()
    if not told:
        return
    if kind.check is not None:
        kind.check(told)
    _refuse_double(session, actor, document, kind, told)
    document.number, document.number_shown = told, masked(kind, told)
    document.number_index = kind.normal(told) if kind.normal else told


def _refuse_double(session: Session, actor: Actor, document: Document, kind: DocumentKind, number: str) -> None:
    wanted = kind.normal(number) if kind.normal else number
    with session.no_autoflush:
        other = session.scalars(guard.mark(
            select(Document).where(
                Document.kind == kind.name, Document.number_index == wanted, Document.id != (document.id or 0)
            ).limit(1), _MARK,
        )).first()  # fmt: skip
        if other is None:
            return
        person = None
        if other.person_id is not None:
            person = session.scalars(
                visible(session, actor, READ_PERSON, select(Person).where(Person.id == other.person_id))
            ).one_or_none()
    if person is not None and allowed(session, actor, READ, other):
        raise DomainError(
            "document.double",
            _("{kind} with this number is kept already, of {name}.", kind=kind.title, name=person.name), "number",
        )
    raise DomainError("document.double", _("{kind} with this number is kept already.", kind=kind.title), "number")


def _purpose(purpose: str) -> str:
    told = " ".join(purpose.split())
    if len(told) < 2:
        raise DomainError("reveal.purpose", _("Say what you need it for."), "purpose")
    return told[:500]
