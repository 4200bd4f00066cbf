"""Days and half days on which somebody was excused: leave and business trips, as far as attendance must know them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.rules.absent_days import AFTERNOON, MORNING
from attendance.rules.shift import Excuse
from remit.models import Base, Id, no_overlap

ABSENCE_KINDS = (
    "annual", "personal", "sick", "maternity", "paternity", "childcare", "marriage", "bereavement", "injury", "trip",
)  # fmt: skip


class Absence(Base):
    """Days `[valid_from, valid_to)` for which an employment need not punch, each from `first_half` to `last_half`.

    `kind` is one of `ABSENCE_KINDS` or the code of a leave type. `paid` is false for leave without pay; a trip is work.
    `request_id` is the request that was approved, if one was.
    """

    __tablename__ = "attendance_absence"
    #: Who is away is not asked to decide: whoever waits for somebody's answer is routed anew.
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    paid: Mapped[bool] = mapped_column(Boolean, default=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    first_half: Mapped[int] = mapped_column(SmallInteger, default=MORNING)
    last_half: Mapped[int] = mapped_column(SmallInteger, default=AFTERNOON)
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_leave.id"), index=True)

    @property
    def excuse(self) -> Excuse:
        """What it means for the days it covers."""
        if self.kind == "trip":
            return Excuse.TRIP
        return Excuse.PAID_LEAVE if self.paid else Excuse.UNPAID_LEAVE


no_overlap(
    Absence.__table__, keys=["employment_id"], period=("valid_from", "valid_to"), within=("first_half", "last_half")
)  # fmt: skip
