"""Leave that HR records without a request, and what people had before the program knew them."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from attendance.models import Absence, LeaveLot, LeaveType
from attendance.models.leave import TAKEN
from attendance.rules.absent_days import AFTERNOON, MORNING, Span
from attendance.rules.lots import draw
from attendance.services.leave import ledger, requests
from attendance.services.leave.days import counted_days
from attendance.services.leave.types import all_types
from attendance.services.setup import record_absence
from remit.base import Actor, Period
from remit.models import Employment
from remit.services import system


def record_leave(
    session: Session, actor: Actor, employment: Employment, kind: str, period: Period, *, paid: bool | None = None
) -> Absence:
    """Note whole days of leave or a trip as ``record_absence`` does; what is taken from a balance is taken there.

    Raises ``DomainError`` also for more than what is left, with the numbers.
    """
    leave_type = next((one for one in all_types(session) if one.code == kind and one.balanced), None)
    days: list[tuple[date, int]] = []
    if leave_type is not None and leave_type.id is not None:
        ledger.hold(session, employment.id)
        span = Span(period.start, MORNING, period.last, AFTERNOON)
        days = counted_days(session, employment, leave_type, span)
        requests.refuse_missing(session, employment.id, leave_type, days, besides=None)
    absence = record_absence(session, actor, employment, kind, period, paid=paid)
    if leave_type is not None and days:
        stock = ledger.stocks(session, [employment.id])[employment.id, leave_type.id]
        for part in draw(stock.free, days).parts:
            ledger.write(session, actor, _lot(session, part.lot_id), TAKEN, -part.amount, part.day)
        session.flush()
    return absence


def _lot(session: Session, lot_id: int) -> LeaveLot:
    with system(session, "the lot that recorded leave is taken from"):
        return session.get_one(LeaveLot, lot_id)


def starts_with(
    session: Session, actor: Actor, employment: Employment, leave_type: LeaveType, *, kind: str, year: int,
    amount: int, expires: date,
) -> LeaveLot:  # fmt: skip
    """A lot that somebody brings along, such as days carried over from the year before the program was there."""
    lot = LeaveLot(
        employment_id=employment.id, type_id=leave_type.id, kind=kind, year=year, valid_from=date(year, 1, 1),
        expires=expires,
    )  # fmt: skip
    session.add(lot)
    session.flush()
    ledger.write(session, actor, lot, kind, amount, lot.valid_from)
    return lot
