"""A question whether a draft of a list is published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime
from core.workflow.models import SUBMITTED


class ListPublication(Base):
    """Somebody asks that a draft is published as it stands: ``mark`` is the SHA-256 of its text, which does not change
    while it is asked. ``unit_id`` is whose list it is, nobody's for that of the whole installation. ``reason`` says why
    it should be although a unit objects or has not answered. ``list_id`` is what came of it.
    """

    __tablename__ = "core_list_publication"
    __table_args__ = (
        Index("ix_core_list_publication_draft_id", "draft_id", "id"),
        Index("ix_core_list_publication_unit_id", "unit_id"),
        Index("ix_core_list_publication_legal_entity_id", "legal_entity_id"),
        Index("ix_core_list_publication_list_id", "list_id"),
        Index("ix_core_list_publication_requester_person_id", "requester_person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list_draft.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    version: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    mark: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(12), default=SUBMITTED)
    requester_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    list_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_list.id"))
