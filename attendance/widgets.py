"""The card on the home page: today's punches."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from attendance import text
from attendance.pages import views
from attendance.rules.shift import Status
from attendance.services.show import month_views, own_employments
from remit.base import Actor, Month, Period, clock
from remit.specs import Fragment, Widget
from remit.text import catalogue

_ = catalogue("attendance")

_LETTERS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def today(session: Session, actor: Actor) -> Fragment | None:
    """Today's punches and the hours of this week; stays away for accounts without employment."""
    day = clock.today(actor.zone)
    employments = own_employments(session, actor, Period(day, day + timedelta(days=1)))
    if not employments:
        return None
    monday = day - timedelta(days=day.weekday())
    ids = [employments[0].id]
    months = {month: month_views(session, month, ids) for month in {Month.of(monday), Month.of(day)}}
    known = {one: view for found in months.values() for seen in found.values() for one, view in seen.days.items()}
    now = known.get(day)
    week = [known.get(monday + timedelta(days=offset)) for offset in range(7)]
    columns = [
        {
            "label": _LETTERS[at], "value": one.worked if one else 0,
            "text": f"{one.worked / 60:.1f}" if one and one.worked else "–",
            "state": "now" if one and one.day == day else "off" if one and not one.scheduled else
                     "late" if one and (one.late or one.early) else "",
        }
        for at, one in enumerate(week)
    ]  # fmt: skip
    worked = sum(one.worked for one in week if one)
    return Fragment(
        "attendance/today.html",
        {
            "day": now, "times": views.times(now) if now else "", "columns": columns, "worked": f"{worked / 60:.1f}",
            "status": text.status(now.status) if now else None,
            "working": now is not None and now.status == Status.OPEN and now.first is not None,
        },
    )  # fmt: skip


WIDGETS = (Widget("attendance.today", _("Today's attendance"), today, area="today", order=10),)
