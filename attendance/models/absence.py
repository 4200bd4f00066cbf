"""Days on which somebody was excused: leave and business trips, as far as attendance must know them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.rules.shift import Excuse
from remit.models import Base, Id, no_overlap

ABSENCE_KINDS = (
    "annual", "personal", "sick", "maternity", "paternity", "childcare", "marriage", "bereavement", "injury", "trip",
)  # fmt: skip


class Absence(Base):
    """Whole days `[valid_from, valid_to)` for which an employment need not punch.

    `paid` is false for leave without pay; a trip is work. Balances and requests are no matter of this table.
    """

    __tablename__ = "attendance_absence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    paid: Mapped[bool] = mapped_column(Boolean, default=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)

    @property
    def excuse(self) -> Excuse:
        """What it means for the days it covers."""
        if self.kind == "trip":
            return Excuse.TRIP
        return Excuse.PAID_LEAVE if self.paid else Excuse.UNPAID_LEAVE


no_overlap(Absence.__table__, keys=["employment_id"], period=("valid_from", "valid_to"))
