"""Leave: its types, what is granted in lots, the ledger of what became of it, and requests.

Amounts are hundredths of a day everywhere. The ledger is only ever appended to; what is left of a lot is the sum of its
entries and stands nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from attendance.rules.absent_days import Span
from remit.base import FOREVER
from remit.models import Base, EncryptedText, Id, Translated, Translation, UtcDateTime, append_only

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
CANCELLED: Final = "cancelled"

OPENING: Final = "opening"
GRANT: Final = "grant"
CARRY_OVER: Final = "carry_over"
OVERTIME: Final = "overtime"
TAKEN: Final = "taken"
RETURNED: Final = "returned"
EXPIRED: Final = "expired"
CORRECTION: Final = "correction"
ENTRY_KINDS: Final = (OPENING, GRANT, CARRY_OVER, OVERTIME, TAKEN, RETURNED, EXPIRED, CORRECTION)


class LeaveType(Base):
    """A kind of leave that people ask for, in force during `[valid_from, valid_to)`.

    `halves`: half days may be taken. `balanced`: it is taken from what was granted; otherwise there is no bound here.
    `natural`: rest days and holidays count as well, as for maternity. Requests of `evidence_from` hundredths of a day
    or more say what proves them; 0 asks for nothing. What is granted for a year may be taken until `carry_months`
    after its end. `code` is what the absence it makes is called.
    """

    __tablename__ = "attendance_leave_type"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    halves: Mapped[bool] = mapped_column(Boolean, default=True)
    paid: Mapped[bool] = mapped_column(Boolean, default=True)
    balanced: Mapped[bool] = mapped_column(Boolean, default=False)
    natural: Mapped[bool] = mapped_column(Boolean, default=False)
    evidence_from: Mapped[int] = mapped_column(Integer, default=0)
    carry_months: Mapped[int] = mapped_column(Integer, default=0)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)

    __table_args__ = (CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),)


class LeaveLot(Base):
    """Leave granted at once to an employment, to be taken in `[valid_from, expires)`.

    `year` is what it is granted for. At most one lot of a type is granted for a year by the rules (`granted`); openings
    and grants by hand are lots of their own, and so is what each overtime gave (`overtime_id`).
    """

    __tablename__ = "attendance_leave_lot"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    type_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_leave_type.id"))
    kind: Mapped[str] = mapped_column(String(12))
    year: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date] = mapped_column(Date)
    expires: Mapped[date] = mapped_column(Date)
    overtime_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_overtime.id"), unique=True)

    __table_args__ = (
        CheckConstraint("valid_from < expires", name="valid_from_before_expires"),
        Index("uq_attendance_leave_lot_year", "employment_id", "type_id", "year", "kind", unique=True,
              sqlite_where=text("overtime_id IS NULL"), postgresql_where=text("overtime_id IS NULL")),
        Index("ix_attendance_leave_lot_expires", "expires"),
    )


class LeaveEntry(Base):
    """One line of the ledger: so much more (or, below zero, less) of a lot, counting from `day`.

    `day` is the day of leave for what is taken and returned. Who wrote it and when stands beside it; `note` says why
    where a person did it. Nothing here is ever changed: what was wrong is corrected by another line.
    """

    __tablename__ = "attendance_leave_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    type_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_leave_type.id"))
    lot_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_leave_lot.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_leave.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(Id)
    note: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_something"),
        Index("ix_attendance_leave_entry_employment_id", "employment_id", "type_id"),
    )


append_only(LeaveEntry.__table__)


class LeaveRequest(Base):
    """Somebody asks for leave, from the half `first_half` of `first_day` to the half `last_half` of `last_day`.

    `amount` and `days`, pairs of day and amount, are what it came to by the plan of the person when it was handed in;
    a roster or calendar that changes later changes neither. Who decided under which entry stands in its task.
    """

    __tablename__ = "attendance_leave"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    type_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_leave_type.id"))
    first_day: Mapped[date] = mapped_column(Date)
    first_half: Mapped[int] = mapped_column(SmallInteger)
    last_day: Mapped[date] = mapped_column(Date)
    last_half: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[int] = mapped_column(Integer)
    days: Mapped[list[Any]] = mapped_column(default=list)
    paid: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(EncryptedText("attendance_leave.reason"), default="")
    evidence: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="first_day_not_after_last_day"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        Index("ix_attendance_leave_employment_id", "employment_id", "first_day"),
        Index("ix_attendance_leave_person_id", "person_id", "id"),
    )

    @property
    def span(self) -> Span:
        """From when to when, as the pure rules know it."""
        return Span(self.first_day, self.first_half, self.last_day, self.last_half)

    @property
    def parts(self) -> list[tuple[date, int]]:
        """The days that count, each with how much of it."""
        return [(date.fromisoformat(day), amount) for day, amount in self.days]


class WorkingLife(Base):
    """Since when somebody has been working, with whatever employers: what statutory leave is counted by.

    `since` is the first day of work that counts; `proof` what showed it, such as social insurance records.
    """

    __tablename__ = "attendance_working_life"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"), unique=True)
    since: Mapped[date] = mapped_column(Date)
    proof: Mapped[str] = mapped_column(String(200), default="")
