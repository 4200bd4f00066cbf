"""The tables of the bridge: connections, what stands for what on both sides, and what did not get across."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, EncryptedJSON, EncryptedText, Id, UtcDateTime


class Connection(Base):
    """A database of a Tryton server that leads are exchanged with.

    ``channel`` and ``reason`` are the codes for leads that begin there, and for those that are lost there.
    ``employees`` says which employee there is which person here, by personnel number; ``fallback`` is whose an
    opportunity is while the lead is in nobody's hands or in those of somebody not named. ``rules`` says whose word
    counts, by field.
    """

    __tablename__ = "crm_tryton_connection"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    url: Mapped[str] = mapped_column(String(300))
    database: Mapped[str] = mapped_column(String(80))
    login: Mapped[str] = mapped_column(String(80))
    password: Mapped[str] = mapped_column(EncryptedText("crm_tryton_connection.password"))
    company: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40))
    fallback: Mapped[int] = mapped_column(Integer)
    employees: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (Index("ix_crm_tryton_connection_unit_id", "unit_id"),)


class State(Base):
    """How far a connection has come, and how it goes.

    ``out_cursor`` is the place in the record of leads. ``in_since`` is up to when changes there were read to the end;
    while a reading is under way, ``in_id`` is the last record of it and ``in_seen`` the latest change it met.
    """

    __tablename__ = "crm_tryton_state"
    __audit__ = False  # a bookmark, not a fact

    connection_id: Mapped[int] = mapped_column(
        Id, ForeignKey("crm_tryton_connection.id"), primary_key=True, autoincrement=False
    )
    out_cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    in_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_id: Mapped[int] = mapped_column(Integer, default=0)
    in_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[list[Any] | None] = mapped_column(default=None)


class Link(Base):
    """A lead here and an opportunity there are one. ``agreed`` is what both sides last said of it, sealed."""

    __tablename__ = "crm_tryton_link"
    __audit__ = False  # the lead's own history says what was changed

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    connection_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_tryton_connection.id"))
    lead_id: Mapped[int] = mapped_column(BigInteger)
    opportunity: Mapped[int] = mapped_column(Integer)
    party: Mapped[int | None] = mapped_column(Integer)
    agreed: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("crm_tryton_link.agreed"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("connection_id", "lead_id"), UniqueConstraint("connection_id", "opportunity"))


class Letter(Base):
    """Something that did not get across: a lead (``out``) or an opportunity (``in``), and why; nothing of its content.

    ``seen`` is when that thing had last changed: while it stays as it was, it is left alone, unless somebody asked for
    it ``again``; the next run then reads it anew where it stands. ``done_at`` is when it got across or was laid aside.
    """

    __tablename__ = "crm_tryton_letter"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    connection_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_tryton_connection.id"))
    way: Mapped[str] = mapped_column(String(3))
    number: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[list[Any]] = mapped_column()
    tries: Mapped[int] = mapped_column(Integer, default=1)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    again: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("connection_id", "way", "number"),
        Index("ix_crm_tryton_letter_done_at", "connection_id", "done_at"),
    )
