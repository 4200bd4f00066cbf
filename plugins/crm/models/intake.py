"""How leads come in: each time one was brought, the forms strangers fill in, how often people may be contacted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, BlindIndex, EncryptedText, Id, Translated, Translation, UtcDateTime


class Arrival(Base):
    """One time a lead was brought: by whom, over which channel, and what was said that the lead did not say yet.

    ``source`` is the way in and ``external_id`` the number it has there; the two together are taken once. ``outcome``
    is one of ``OUTCOMES``. ``contact``, ``phone`` and ``email`` are those of somebody else in the same company: the
    lead keeps its own, and is found by these as well. ``added`` names the fields of the lead that were empty and are
    filled from here, with their values unless these are personal; ``other`` has what differs from it by name.
    """

    __tablename__ = "crm_arrival"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"))
    source: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_channel.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    contact: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(EncryptedText("crm_arrival.phone"))
    phone_index: Mapped[str | bytes | None] = mapped_column(BlindIndex("crm_lead.phone"))
    email: Mapped[str | None] = mapped_column(EncryptedText("crm_arrival.email"))
    email_index: Mapped[str | bytes | None] = mapped_column(BlindIndex("crm_lead.email"))
    added: Mapped[dict[str, Any]] = mapped_column(default=dict)
    other: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_crm_arrival_lead_id", "lead_id", "id"),
        Index("ix_crm_arrival_channel_id", "channel_id", "at"),
        Index("ix_crm_arrival_campaign_id", "campaign_id"),
        Index("ix_crm_arrival_person_id", "person_id"),
        Index("ix_crm_arrival_phone_index", "phone_index"),
        Index("ix_crm_arrival_email_index", "email_index"),
    )


class LeadForm(Base):
    """A form on a website that anybody may fill in.

    ``key`` is in its address and cannot be guessed. ``fields`` are the names of what is asked beside the company, each
    with whether it must be told; ``consent`` is what whoever sends it agrees to, ``thanks`` what he reads afterwards.
    ``frames`` are the origins of the pages that may show it in a frame.
    """

    __tablename__ = "crm_form"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_channel.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    consent: Mapped[str] = mapped_column(String(500))
    thanks: Mapped[str] = mapped_column(String(300), default="")
    frames: Mapped[str] = mapped_column(String(1000), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        Index("ix_crm_form_channel_id", "channel_id"),
        Index("ix_crm_form_campaign_id", "campaign_id"),
    )


class ContactLimit(Base):
    """At most ``most`` contacts with one lead within any ``days`` days; all limits hold at once."""

    __tablename__ = "crm_contact_limit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    most: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("days"),
        CheckConstraint("most > 0", name="most_is_positive"),
        CheckConstraint("days > 0", name="days_is_positive"),
    )


class Exposure(Base):
    """What a channel showed and what was paid for it during ``[starts_on, ends_on)``, a day as a rule.

    ``paid`` is what really went out, in minor units of ``currency``, whatever had been approved; None is not known.
    ``evidence`` says where the figures are from, and files may lie beside it; ``source`` says whether they were typed
    (``entry``) or came in a file.
    """

    __tablename__ = "crm_exposure"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_channel.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int | None] = mapped_column(BigInteger)
    paid: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    source: Mapped[str] = mapped_column(String(12), default="entry")
    evidence: Mapped[str] = mapped_column(String(300), default="")
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        CheckConstraint("impressions >= 0", name="impressions_not_negative"),
        CheckConstraint("clicks >= 0", name="clicks_not_negative"),
        CheckConstraint("paid >= 0", name="paid_not_negative"),
        Index("ix_crm_exposure_channel_id", "channel_id", "starts_on"),
        Index("ix_crm_exposure_campaign_id", "campaign_id", "starts_on"),
        Index("ix_crm_exposure_unit_id", "unit_id"),
        Index("ix_crm_exposure_person_id", "person_id"),
    )


class ExposureFile(Base):
    """A file that shows where figures of a channel are from. Whoever may see the figures may open it."""

    __tablename__ = "crm_exposure_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    exposure_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_exposure.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("core_file.id", ondelete="CASCADE"), unique=True)
