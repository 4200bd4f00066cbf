"""A draft that runs beside the lists in force, and the decisions it would have turned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime

_RUNNING = text("stopped_at IS NULL")


class ShadowList(Base):
    """A draft of a unit's list that runs beside the one in force; ``draft`` is its canonical text.

    ``place`` is the code of the unit, ``-`` for the installation's own list; of one list one draft runs at a time.
    That it begins and ends raises the epoch, so every process knows from its next request on.
    """

    __tablename__ = "core_shadow_list"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    place: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    version: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200), default="")
    draft: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(String(100), default="")
    started_by_account_id: Mapped[int | None] = mapped_column(Id)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by: Mapped[str] = mapped_column(String(100), default="")

    __table_args__ = (
        Index("uq_core_shadow_list_running", "place", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )


class ShadowDifference(Base):
    """A decision that came out otherwise than by the draft: who asked for what, what was answered and by which entry
    (``allowed``, ``code``, ``entry``, ``message``), and what the draft would have said.

    ``would_code`` FAILED: the draft could not be asked; ``would_message`` says why. Sentences are stored texts.
    """

    __tablename__ = "core_shadow_difference"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    shadow_id: Mapped[int] = mapped_column(Id, ForeignKey("core_shadow_list.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(128))
    object_type: Mapped[str | None] = mapped_column(String(64))
    object_id: Mapped[str | None] = mapped_column(String(128))
    allowed: Mapped[bool]
    code: Mapped[str] = mapped_column(String(20))
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[Any] = mapped_column(JSON)
    would_code: Mapped[str] = mapped_column(String(20))
    would_entry: Mapped[str | None] = mapped_column(String(128))
    would_message: Mapped[Any] = mapped_column(JSON)

    __table_args__ = (Index("ix_core_shadow_difference_shadow_id", "shadow_id", "id"),)
