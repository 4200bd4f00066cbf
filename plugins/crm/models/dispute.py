"""Rejected leads that marketing contests: what each side says, and how it was settled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class Dispute(Base):
    """A lead that sales rejected and marketing holds to be qualified.

    ``marketing_says`` and ``sales_says`` are one of ``DISPUTE_WORDS``, or nothing yet; where both say the same, that is
    the ``outcome``, else whoever stands above both decides. ``state`` is one of ``DISPUTE_STATES``.
    """

    __tablename__ = "crm_dispute"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"))
    marketing_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    sales_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    reason: Mapped[str] = mapped_column(String(40), default="")
    rejected_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    opened_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(500), default="")
    marketing_says: Mapped[str] = mapped_column(String(10), default="")
    sales_says: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    outcome: Mapped[str] = mapped_column(String(10), default="")
    settled_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_words: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        Index("ix_crm_dispute_lead_id", "lead_id", "state"),
        Index("ix_crm_dispute_marketing_unit_id", "marketing_unit_id", "state"),
        Index("ix_crm_dispute_sales_unit_id", "sales_unit_id", "state"),
        Index("ix_crm_dispute_legal_entity_id", "legal_entity_id"),
        Index("ix_crm_dispute_rejected_by_person_id", "rejected_by_person_id"),
        Index("ix_crm_dispute_opened_by_person_id", "opened_by_person_id"),
        Index("ix_crm_dispute_settled_by_person_id", "settled_by_person_id"),
    )
