"""What attendance tells people: that a month is final, or may change again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.events import MonthClosed, MonthReopened
from attendance.models import MonthResult
from remit.models import Employment
from remit.notify import Message, Notification, Recipients
from remit.services import system
from remit.text import catalogue

_ = catalogue("attendance")

GROUP = _("Attendance")
SEE = _("Look at my month")


def _whose_month(session: Session, event: MonthClosed | MonthReopened) -> Recipients:
    """Whose month of the groups in that state it is now."""
    state = "closed" if isinstance(event, MonthClosed) else "open"
    with system(session, "telling people about their month"):
        statement = (
            select(Employment.person_id).join(MonthResult, MonthResult.employment_id == Employment.id)
            .where(MonthResult.month == event.month.number, MonthResult.state == state).distinct()
        )
        return Recipients(persons=session.scalars(statement).all())


def _closed(session: Session, event: MonthClosed) -> Message:
    del session
    return Message(
        _("Your attendance of {month} is closed", month=event.month.title),
        (_("Your pay is worked out from it. If a day is wrong, tell whoever looks after attendance now."),),
        f"/attendance/mine/{event.month}", SEE,
    )


def _reopened(session: Session, event: MonthReopened) -> Message:
    del session
    return Message(
        _("The attendance of {month} was reopened", month=event.month.title),
        (_("Days may change again until it is closed."),), f"/attendance/mine/{event.month}", SEE,
    )


NOTIFICATIONS = (
    Notification(
        "attendance.month_closed", _("The attendance of a month is closed"), GROUP, channels=("app",),
        on=MonthClosed.name, to=_whose_month, tell=_closed,
    ),
    Notification(
        "attendance.month_reopened", _("The attendance of a month was reopened"), GROUP, channels=("app",),
        on=MonthReopened.name, to=_whose_month, tell=_reopened,
    ),
)
