"""What was set about a schedule, and how far it has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base


class ScheduleSetting(Base):
    """What somebody changed about a schedule: its rule, or that it is paused. Without a row the job's own rule holds.

    ``rule`` None keeps the job's own.
    """

    __tablename__ = "core_schedule"

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str | None] = mapped_column(String(120))
    paused: Mapped[bool] = mapped_column(default=False)


class ScheduleState(Base):
    """How far a schedule has come. ``rule`` and ``zone`` are those ``next_at`` was worked out by; ``next_at`` None: it
    never comes. ``last_at`` is the moment it was last due, ``job_id`` the job that was asked for then.
    """

    __tablename__ = "core_schedule_state"
    __audit__ = False

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64))
    next_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    job_id: Mapped[int | None]
