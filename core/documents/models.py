"""Documents, their versions, and what was told about their end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BlindIndex, EncryptedText, Id

NUMBER = "core_document.number"


class Document(Base):
    """A document of a kind that is kept on something.

    ``entity`` and ``entity_id`` say on what (``person``, ``employment``, ``position``, ``unit``, ``legal_entity``); one
    of the ids below says where that belongs, for the scopes of the lists. ``number`` is encrypted, ``number_shown`` is
    what lists show of it, ``number_index`` finds a second document of that number. ``expires_on`` is the last day on
    which it holds; None means for good. What is ``held`` is not deleted.
    """

    __tablename__ = "core_document"
    __table_args__ = (
        Index("ix_core_document_entity_entity_id", "entity", "entity_id"),
        Index("ix_core_document_kind_number_index", "kind", "number_index"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(20))
    entity_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    number: Mapped[str | None] = mapped_column(EncryptedText(NUMBER))
    number_index: Mapped[str | bytes | None] = mapped_column(BlindIndex(NUMBER))
    number_shown: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date, index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    held: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]


class DocumentVersion(Base):
    """One state of a document as a file; the highest ``number`` is the newest."""

    __tablename__ = "core_document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("core_document.id", ondelete="CASCADE"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("core_file.id"), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None]


class DocumentNotice(Base):
    """That the end of a document was told so many days beforehand; ``lead`` -1 tells that it is over."""

    __tablename__ = "core_document_notice"
    __audit__ = False

    document_id: Mapped[int] = mapped_column(Id, ForeignKey("core_document.id", ondelete="CASCADE"), primary_key=True)
    expires_on: Mapped[date] = mapped_column(Date, primary_key=True)
    lead: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
