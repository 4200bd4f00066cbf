"""Templates in versions, the register of what was issued, and what was revoked. Nothing in them ever changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.audit.append_only import append_only
from core.db.base import Base
from core.db.types import EncryptedText, Id, UtcDateTime

#: Chinese, English, or both on one sheet.
LANGUAGES = ("zh_CN", "en", "both")


class LetterTemplate(Base):
    """A version of the text of a kind of letter; before the first, the text of its module holds.

    ``parts`` is ``{part: {locale: text}}``.
    """

    __tablename__ = "core_letter_template"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(100))

    __table_args__ = (UniqueConstraint("kind", "version"),)


class Letter(Base):
    """A letter that was issued: what, about whom, for whom and what for, by whom under which entry, and its PDF.

    ``template_version`` 0 is the text of the module. ``groups`` are the masked groups it shows. ``digest`` is the
    SHA-256 of the PDF in hex, ``code`` what verifies the paper together with its number.
    """

    __tablename__ = "core_letter"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    language: Mapped[str] = mapped_column(String(8))
    addressee: Mapped[str | None] = mapped_column(EncryptedText("core_letter.addressee"))
    purpose: Mapped[str | None] = mapped_column(EncryptedText("core_letter.purpose"))
    template_version: Mapped[int] = mapped_column(Integer)
    groups: Mapped[list[str]] = mapped_column(JSON)
    issued_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(String(100))
    account_id: Mapped[int | None] = mapped_column(Id)
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[int | None] = mapped_column(Id)
    kept_until: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        Index("ix_core_letter_employment_id", "employment_id", "id"),
        Index("ix_core_letter_person_id", "person_id", "id"),
    )


class LetterRevocation(Base):
    """A letter that is valid no more: since when, by whom under which entry, and why."""

    __tablename__ = "core_letter_revocation"

    letter_id: Mapped[int] = mapped_column(Id, ForeignKey("core_letter.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(100))
    account_id: Mapped[int | None] = mapped_column(Id)
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500))


for _made in (LetterTemplate, Letter, LetterRevocation):
    append_only(_made.__table__)
