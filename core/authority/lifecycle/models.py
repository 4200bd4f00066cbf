"""Drafts of lists, what units answered about them, and who signed for what was published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime

#: Being written, units are asked about it, its publication is asked for, in force or to come, given up.
STATES = ("draft", "consulting", "asked", "published", "withdrawn")
ANSWERS = ("agree", "object")


class ListDraftRow(Base):
    """A version of a list before it is published, as its canonical YAML.

    ``reason`` says why it was published although a unit had objected or had not answered. ``list_id`` is what came of
    it.
    """

    __tablename__ = "core_list_draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    version: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_account_id: Mapped[int | None] = mapped_column(Id)
    author_person_id: Mapped[int | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    list_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_list.id"))
    reason: Mapped[str | None] = mapped_column(String(400))


class ListConsultation(Base):
    """A unit that a boundary of a draft names, and what its head answered: ``agree``, ``object``, or nothing yet."""

    __tablename__ = "core_list_consultation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list_draft.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_account_id: Mapped[int | None] = mapped_column(Id)
    answered_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (UniqueConstraint("draft_id", "unit_id"),)


class ListSignature(Base):
    """Somebody who holds a post of a list has read this version and signed for it."""

    __tablename__ = "core_list_signature"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        UniqueConstraint("list_id", "person_id"), Index("ix_core_list_signature_person_id", "person_id"),
    )
