"""What the law of a country and the rules of a group say against a wish for overtime."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance import text
from attendance.models import OvertimeRequest
from attendance.models.leave import APPROVED, SUBMITTED
from attendance.models.overtime import DAY_KINDS, IN_LIEU, PAY
from attendance.services.overtime.spans import Planned
from remit.base import DomainError, Month
from remit.contracts import OvertimeDay, OvertimeLaw
from remit.models import EmploymentTerms, LegalEntity
from remit.services import give, system
from remit.text import Text, catalogue

_ = catalogue("attendance")

_COLUMNS = {
    "workday": OvertimeRequest.workday_minutes, "restday": OvertimeRequest.restday_minutes,
    "holiday": OvertimeRequest.holiday_minutes,
}  # fmt: skip


def law_of(session: Session, employment_id: int, day: date) -> OvertimeLaw | None:
    """The law of the country of somebody's company on a day; None where no country pack tells of one."""
    with system(session, "the country of the company of somebody who asks for overtime"):
        country = session.scalar(
            select(LegalEntity.country).join(EmploymentTerms, EmploymentTerms.legal_entity_id == LegalEntity.id)
            .where(EmploymentTerms.employment_id == employment_id, EmploymentTerms.valid_from <= day)
            .order_by(EmploymentTerms.valid_from.desc()).limit(1)
        )  # fmt: skip
    if not country:
        return None
    told = give(session, "give_overtime_law", country=country, day=day, strict=True)
    return cast("OvertimeLaw", told[0]) if told else None


def refuse_compensation(law: OvertimeLaw | None, wanted: Planned, compensation: str) -> None:
    """Refuse time off where the law wants pay; ``DomainError`` with the article."""
    if law is None or compensation != IN_LIEU:
        return
    for kind, minutes in zip(DAY_KINDS, wanted.by_kind, strict=True):
        if minutes and kind not in law.in_lieu:
            raise DomainError("attendance.overtime_pay", _(
                "{what} is paid; time off may not compensate it ({source}). Ask for pay, or for each day by itself.",
                what=text.OVERTIME_DAYS[kind], source=law.source), "compensation")  # fmt: skip


def beyond(
    session: Session, law: OvertimeLaw | None, employment_id: int, wanted: Planned, compensation: str, *,
    besides: int | None = None,
) -> list[Text]:  # fmt: skip
    """What bounds of the law a wish would exceed, a sentence each, together with what is asked for or approved already.

    What time off compensates counts for the bound of a day and not for that of a month.
    """
    if law is None:
        return []
    own = dict(zip(DAY_KINDS, wanted.by_kind, strict=True))
    found: list[Text] = []
    if law.day_minutes is not None:
        known = _sum(session, employment_id, (wanted.work_day, wanted.work_day), law.day_kinds, besides)
        total = known + sum(own[kind] for kind in law.day_kinds)
        if total > law.day_minutes and total > known:
            found.append(_(
                "That makes {total} of overtime on one day; {bound} are the most ({source}).",
                total=text.duration(total), bound=text.duration(law.day_minutes), source=law.source,
            ))  # fmt: skip
    if law.month_minutes is not None and compensation == PAY:
        month = Month.of(wanted.work_day).period
        known = _sum(session, employment_id, (month.start, month.last), law.month_kinds, besides, PAY)
        total = known + sum(own[kind] for kind in law.month_kinds)
        if total > law.month_minutes and total > known:
            found.append(_(
                "That makes {total} of overtime in {month}; {bound} are the most ({source}).",
                total=text.duration(total), month=Month.of(wanted.work_day).title,
                bound=text.duration(law.month_minutes), source=law.source,
            ))  # fmt: skip
    return found


def month_minutes(session: Session, employment_id: int, day: date, besides: int | None = None) -> int:
    """All overtime that somebody asked for or was approved in the month of a day, whatever its compensation."""
    month = Month.of(day).period
    return _sum(session, employment_id, (month.start, month.last), frozenset(_COLUMNS), besides)


def _sum(
    session: Session, employment_id: int, days: tuple[date, date], kinds: frozenset[OvertimeDay] | frozenset[str],
    besides: int | None, compensation: str | None = None,
) -> int:  # fmt: skip
    columns = [column for kind, column in _COLUMNS.items() if kind in kinds]
    if not columns:
        return 0
    statement = select(*(func.coalesce(func.sum(column), 0) for column in columns)).where(
        OvertimeRequest.employment_id == employment_id, OvertimeRequest.work_day.between(*days),
        OvertimeRequest.state.in_([SUBMITTED, APPROVED]),
    )  # fmt: skip
    if besides is not None:
        statement = statement.where(OvertimeRequest.id != besides)
    if compensation is not None:
        statement = statement.where(OvertimeRequest.compensation == compensation)
    with system(session, "how much overtime somebody asked for already"):
        return sum(int(one) for one in session.execute(statement).one())
