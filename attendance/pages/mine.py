"""One's own attendance: the month as a grid, a day with its punches."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import CORRECTION_REQUEST, PUNCH
from attendance.pages import views
from attendance.pages.blueprint import blueprint
from attendance.services.show import MonthView, month_views, own_employments, punches_of
from remit.base import Actor, Month, NotFound, clock
from remit.services import allowed
from remit.text import Text, catalogue
from remit.web import Page, page, signed_in

_ = catalogue("attendance")


@blueprint.get("/mine")
@signed_in
def mine(session: Session, actor: Actor) -> Page:
    """The running month of whoever looks."""
    return own_month(session, actor, Month.of(clock.today(actor.zone)))


@blueprint.get("/mine/<month:month>")
@signed_in
def own_month(session: Session, actor: Actor, month: Month) -> Page:
    """One's own month: a mark for each day, the sums above."""
    found = own_employments(session, actor, month.period)
    seen = month_views(session, month, [one.id for one in found])
    view = next((seen[one.id] for one in found if one.id in seen), None)
    today = clock.today(actor.zone)
    return page(
        "attendance/mine.html", title=_("My attendance"), month=month, view=view,
        weeks=views.weeks(view, today, lambda day: url_for("attendance.own_day", when=day)) if view else [],
        figures=views.figures(view.totals) if view else [], legend=views.LEGEND,
        previous=url_for("attendance.own_month", month=month.previous()),
        following=url_for("attendance.own_month", month=month.next()) if month < Month.of(today) else "",
        may_punch=bool(found) and allowed(session, actor, PUNCH),
        may_correct=bool(found) and allowed(session, actor, CORRECTION_REQUEST),
    )  # fmt: skip


@blueprint.get("/mine/<day:when>")
@signed_in
def own_day(session: Session, actor: Actor, when: date) -> Page:
    """One's own day: what was punched and what it came to."""
    month = Month.of(when)
    for employment in own_employments(session, actor, month.period):
        view = month_views(session, month, [employment.id]).get(employment.id)
        if view is not None and when in view.days:
            back = (month.title, url_for("attendance.own_month", month=month))
            lacking = view.days[when].missing or view.days[when].absent
            correct = url_for("attendance.new_correction", day=when) if lacking and not view.closed and allowed(
                session, actor, CORRECTION_REQUEST) else ""  # fmt: skip
            return day_page(session, actor, view, when, title=_("My attendance"), back=back, correct=correct)
    raise NotFound("attendance.no_day", _("You were not employed on {day}.", day=when))


def day_page(
    session: Session, actor: Actor, view: MonthView, when: date, *, title: Text | str, back: tuple[Text | str, str],
    correct: str = "",
) -> Page:  # fmt: skip
    """The page of a day that the reader may see: its punches, and what it came to; ``correct`` leads on to asking for a
    punch that is missing.

    Punches of the next morning belong to it only when a shift went on past midnight, or when its end is missing.
    """
    day = view.days[when]
    end = 2 * 1440 if day.missing else max(1440, (day.last or 0) + 1)
    limit = datetime.combine(when, time()) + timedelta(minutes=end)
    punches = [one for one in punches_of(session, view.employment_id, when) if one.at.replace(tzinfo=None) < limit]
    return page(
        "attendance/day.html", title=title, crumb=[back], when=when, facts=text.facts(day), closed=view.closed,
        punches=punches, here=actor.zone, word=text.status(day.status), words=text.WHEREABOUTS, correct=correct,
    )  # fmt: skip
