"""The tables of the mappings, of how far each has come, and of what did not get across."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, EncryptedText, Id, UtcDateTime


class Mapping(Base):
    """How another program's words and ours translate.

    ``way`` is ``in`` for what is received at the address ``endpoint_id`` of the house, ``out`` for what is posted to
    ``url``, signed with ``secret``. ``rules`` are the lines, as ``rules.written`` writes them.
    """

    __tablename__ = "crm_webhook_mapping"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    way: Mapped[str] = mapped_column(String(3))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    endpoint_id: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[str] = mapped_column(String(500), default="")
    secret: Mapped[str | None] = mapped_column(EncryptedText("crm_webhook_mapping.secret"))
    rules: Mapped[str] = mapped_column(String(8000))
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        UniqueConstraint("endpoint_id"),
        Index("ix_crm_webhook_mapping_unit_id", "unit_id"),
    )


class State(Base):
    """How far a mapping that sends has come in the record of leads, and when it tries again."""

    __tablename__ = "crm_webhook_state"
    __audit__ = False  # a bookmark, not a fact

    mapping_id: Mapped[int] = mapped_column(
        Id, ForeignKey("crm_webhook_mapping.id"), primary_key=True, autoincrement=False
    )
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[list[Any] | None] = mapped_column(default=None)


class Sent(Base):
    """What a receiver was last told of a lead, as a digest: just that is not told again."""

    __tablename__ = "crm_webhook_sent"
    __audit__ = False  # follows from what was sent

    mapping_id: Mapped[int] = mapped_column(
        Id, ForeignKey("crm_webhook_mapping.id"), primary_key=True, autoincrement=False
    )
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


class Letter(Base):
    """Something that could not be mapped or was refused: a delivery by its number, or a lead by its own; and why.

    ``body`` is what was received, sealed, so that it can be mapped anew; what is sent is read anew where it stands.
    """

    __tablename__ = "crm_webhook_letter"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mapping_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_webhook_mapping.id"))
    key: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(EncryptedText("crm_webhook_letter.body"))
    why: Mapped[list[Any]] = mapped_column()
    field: Mapped[str] = mapped_column(String(40), default="")
    tries: Mapped[int] = mapped_column(Integer, default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("mapping_id", "key"),
        Index("ix_crm_webhook_letter_done_at", "mapping_id", "done_at"),
    )
