"""The cards on the home page: today's punches and the hours of the week; one's leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import LEAVE_REQUEST, PUNCH
from attendance.rules.shift import Status
from attendance.services import punching
from attendance.services.leave import look
from attendance.services.show import DayView, own_days
from remit.base import Actor, Period, clock
from remit.services import allowed
from remit.specs import Fragment, Widget
from remit.text import catalogue

_ = catalogue("attendance")

_LETTERS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
#: The height of a full bar in minutes.
LONGEST = 600


def today(session: Session, actor: Actor) -> Fragment | None:
    """Today's punches and the hours of this week; stays away for accounts without employment.

    While nothing of this week is worked yet, as on a Monday morning, last week's hours stand there instead.
    """
    day = clock.today(actor.zone)
    monday = day - timedelta(days=day.weekday())
    own = own_days(session, actor, Period(monday - timedelta(days=7), monday + timedelta(days=7)))
    if own is None:
        return None
    known, rules = own.days, own.rules(day)
    this, last = week(known, monday), week(known, monday - timedelta(days=7))
    fresh = not any(one.worked for one in this if one) and any(one.worked for one in last if one)
    shown, now = (last, None) if fresh else (this, day)
    today = known.get(day)
    from attendance.pages import views  # a card is only ever shown on a page

    return Fragment(
        "attendance/today.html",
        {
            "day": today, "times": views.times(today) if today else "", "columns": columns(shown, now),
            "worked": hours(sum(one.worked for one in shown if one)),
            "planned": hours(sum(one.planned for one in shown if one)),
            "week": _("Hours of last week") if fresh else _("Hours of this week"), "longest": LONGEST,
            "status": text.status(today.status) if today else None,
            "working": today is not None and today.status == Status.OPEN and today.first is not None,
            "punch": punching.new_token() if rules is not None and allowed(session, actor, PUNCH) else "",
            "locate": rules is not None and rules.location != "off",
        },
    )  # fmt: skip


def week(known: Mapping[date, DayView], monday: date) -> list[DayView | None]:
    """The seven days from a Monday; None where somebody was not employed."""
    return [known.get(monday + timedelta(days=offset)) for offset in range(7)]


def columns(days: list[DayView | None], now: date | None) -> list[dict[str, Any]]:
    """A bar for each day of a week."""
    return [
        {
            "label": _LETTERS[at], "value": one.worked if one else 0,
            "text": hours(one.worked) if one and one.worked else "–",
            "state": "now" if one and one.day == now else "off" if one is None or not one.scheduled else
                     "late" if one.late or one.early else "",
        }
        for at, one in enumerate(days)
    ]  # fmt: skip


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal: 8.2, 40."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def leave(session: Session, actor: Actor) -> Fragment | None:
    """What is left of one's leave, the next of it, and the way to ask for more."""
    if actor.person_id is None or not allowed(session, actor, LEAVE_REQUEST):
        return None
    balances = look.own_card(session, actor, clock.today(actor.zone))
    coming = look.upcoming(session, actor)
    return Fragment("attendance/my_leave.html", {
        "balances": balances, "text": text, "next": coming[0] if coming else None, "states": text.LEAVE_STATES,
    })  # fmt: skip


WIDGETS = (
    Widget("attendance.today", _("Today's attendance"), today, area="today", order=10),
    Widget("attendance.leave", _("My leave"), leave, area="side", order=10, action=LEAVE_REQUEST),
)
