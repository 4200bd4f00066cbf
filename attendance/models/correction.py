"""Requests for a punch that is missing or wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.models.leave import DRAFT
from remit.models import Base, EncryptedText, Id, UtcDateTime

IN: Final = "in"
OUT: Final = "out"
WAYS: Final = (IN, OUT)


class Correction(Base):
    """Somebody asks for a punch at ``at`` that belongs to ``day``, coming ``in`` or going ``out``.

    ``instead_id`` is a punch that was wrong: once this is approved it stays where it is and counts no more.
    ``punch_id`` is the punch that the approval made.
    """

    __tablename__ = "attendance_correction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(3))
    instead_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_punch.id"), index=True)
    punch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_punch.id"), unique=True)
    reason: Mapped[str] = mapped_column(EncryptedText("attendance_correction.reason"), default="")
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_attendance_correction_employment_id", "employment_id", "day"),
        Index("ix_attendance_correction_person_id", "person_id", "id"),
    )
