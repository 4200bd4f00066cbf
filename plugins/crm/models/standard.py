"""What counts as a qualified lead, as both departments have signed it, and how each lead was judged by it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class Standard(Base):
    """A version of the standard of qualification of a company, in force from a day until the next one begins.

    ``content`` holds the questions that leads answer and the criteria of both levels, as ``services/standard/content``
    reads it; ``digest`` is the SHA-256 of what is signed. ``state`` is one of ``STANDARD_STATES``. Marketing's head
    signs for ``marketing_unit_id``, sales' for ``sales_unit_id``.
    """

    __tablename__ = "crm_standard"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    marketing_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    sales_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("legal_entity_id", "version"),
        Index("ix_crm_standard_marketing_unit_id", "marketing_unit_id"),
        Index("ix_crm_standard_sales_unit_id", "sales_unit_id"),
        Index("ix_crm_standard_drafted_by_person_id", "drafted_by_person_id"),
    )


class Judgement(Base):
    """How a lead stands by the version it was judged by last: the keys of the criteria it ``met``."""

    __tablename__ = "crm_judgement"

    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"), primary_key=True, autoincrement=False)
    standard_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_standard.id"))
    met: Mapped[list[Any]] = mapped_column(default=list)
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_crm_judgement_standard_id", "standard_id"),)
