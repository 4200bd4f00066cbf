"""Leads: companies that may become customers, where they came from, and what happened to each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, BlindIndex, EncryptedText, Id, Translated, Translation, UtcDateTime, append_only


class Channel(Base):
    """Where leads come from: an advertising platform, a fair, somebody who recommended us.

    ``kind`` is one of ``CHANNEL_KINDS``. A channel that is no longer used is switched off, never removed.
    """

    __tablename__ = "crm_channel"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Choice(Base):
    """A word that a company chooses from when it describes leads: an industry, a region, a product, a reason of loss.

    ``kind`` is one of ``CHOICE_KINDS``; ``code`` is what tables, files and programs name it by.
    """

    __tablename__ = "crm_choice"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[Translation] = mapped_column(Translated)
    order: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (UniqueConstraint("kind", "code"),)


class Lead(Base):
    """A company, and somebody in it, that may become a customer.

    ``captured_unit_id`` brought it, ``unit_id`` has it in hand; the lists look at both. ``company_key`` is the name
    without what companies write differently; with the blind indexes of phone and mail it finds the lead again.
    ``staff`` is how many people work there, ``answers`` what was told on the way in, by the names that the standard of
    qualification uses.

    ``state`` is one of ``LEAD_STATES``. The times say when the lead first got so far and stay when it falls back: the
    funnel counts them. ``due_at`` is until when it has to be touched first, ``next_on`` the day of the next step.
    ``revision`` rises with each change, so that two people at once cannot overwrite each other.
    """

    __tablename__ = "crm_lead"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    captured_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_channel.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    captured_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    owner_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))

    company: Mapped[str] = mapped_column(String(160))
    company_key: Mapped[str] = mapped_column(String(160))
    contact: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(EncryptedText("crm_lead.phone"))
    phone_index: Mapped[str | bytes | None] = mapped_column(BlindIndex("crm_lead.phone"))
    email: Mapped[str | None] = mapped_column(EncryptedText("crm_lead.email"))
    email_index: Mapped[str | bytes | None] = mapped_column(BlindIndex("crm_lead.email"))
    industry: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    product: Mapped[str] = mapped_column(String(40), default="")
    staff: Mapped[int | None] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)

    state: Mapped[str] = mapped_column(String(12), default="new")
    captured_at: Mapped[datetime] = mapped_column(UtcDateTime)
    marketing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sales_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The first time somebody got it: a month that is over counts what it counted, whoever gets it later.
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    won_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_on: Mapped[date | None] = mapped_column(Date)
    closed_reason: Mapped[str] = mapped_column(String(40), default="")

    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_text: Mapped[str] = mapped_column(String(500), default="")
    consent_withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_lead.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1)

    __table_args__ = (
        CheckConstraint("staff IS NULL OR staff > 0", name="staff_is_positive"),
        Index("ix_crm_lead_captured_unit_id", "captured_unit_id", "captured_at"),
        Index("ix_crm_lead_unit_id", "unit_id", "state"),
        Index("ix_crm_lead_owner_person_id", "owner_person_id", "state", "next_on"),
        Index("ix_crm_lead_captured_by_person_id", "captured_by_person_id"),
        Index("ix_crm_lead_channel_id", "channel_id", "captured_at"),
        Index("ix_crm_lead_campaign_id", "campaign_id"),
        Index("ix_crm_lead_company_key", "company_key"),
        Index("ix_crm_lead_phone_index", "phone_index"),
        Index("ix_crm_lead_email_index", "email_index"),
        Index("ix_crm_lead_due_at", "state", "due_at"),
        Index("ix_crm_lead_merged_into_id", "merged_into_id"),
    )


class LeadEvent(Base):
    """Something that happened to a lead, in its own words: captured, merged, tagged, assigned, touched, rejected.

    ``kind`` is one of ``EVENT_KINDS``; ``data`` holds what the kind needs to be told again, by plain names.
    """

    __tablename__ = "crm_lead_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    said: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_crm_lead_event_lead_id", "lead_id", "id"),
        Index("ix_crm_lead_event_person_id", "person_id", "kind", "at"),
    )


append_only(LeadEvent.__table__)
