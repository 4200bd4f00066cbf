"""Findings that somebody decided to live with, for a time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime


class CoverageAcceptance(Base):
    """A finding of the coverage report that is accepted with a reason up to and including a day.

    ``finding_key`` names it; another finding, such as a gap of other amounts, has another key and stands open.
    ``message`` is the finding as it read when it was accepted, for whoever reads it after it has gone.
    """

    __tablename__ = "core_coverage_acceptance"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    finding_key: Mapped[str] = mapped_column(String(40), unique=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    message: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str] = mapped_column(String(500))
    until: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str] = mapped_column(String(100))
    account_id: Mapped[int | None] = mapped_column(Id)
