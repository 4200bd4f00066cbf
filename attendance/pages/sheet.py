"""The month sheet: people by row, days across; closing and reopening; one person's month."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import CLOSE, DAYS, PUNCHES, REOPEN
from attendance.models import CLOSED
from attendance.pages import views
from attendance.pages.blueprint import blueprint
from attendance.pages.mine import day_page
from attendance.schemas import ReopenSchema, SheetQuery
from attendance.services import month as months
from attendance.services.show import PAGE, Sheet, month_views, name_of, sheet
from remit.base import Actor, DomainError, Month, NotFound, clock
from remit.models import Employment
from remit.services import allowed, load
from remit.specs import Denied
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to

_ = catalogue("attendance")


@blueprint.get("/sheet")
@access(DAYS)
def running_sheet(session: Session, actor: Actor) -> Page:
    """The sheet of the running month."""
    return month_sheet(session, actor, Month.of(clock.today(actor.zone)))


@blueprint.get("/sheet/<month:month>")
@access(DAYS)
def month_sheet(session: Session, actor: Actor, month: Month) -> Page:
    """The sheet of a month for whom the reader may see."""
    return _sheet(session, actor, month, Form(ReopenSchema))


@blueprint.post("/sheet/<month:month>/close")
@access(CLOSE)
def close(session: Session, actor: Actor, month: Month) -> Response:
    """Close the month; what HR should know stands on the next page.

    Two thousand people take less than a second, so the answer waits for it.
    """
    try:
        with session.begin_nested():
            report = months.close_month(session, actor, month)
    except Denied:
        raise
    except DomainError as refused:
        # Whoever pressed the button twice got what he wanted the first time.
        flash(refused.message, "info" if refused.code == "attendance.closed" else "bad")
    else:
        flash(text.closed_sentence(month, report.people, report.days))
        for warning in report.warnings:
            flash(warning, "warn")
    return redirect_to("attendance.month_sheet", month=month)


@blueprint.post("/sheet/<month:month>/reopen")
@access(REOPEN)
def reopen(session: Session, actor: Actor, month: Month) -> Page | Response:
    """Open the month again, with a reason."""
    form = Form(ReopenSchema)

    def save(values: dict[str, Any]) -> Response:
        months.reopen_month(session, actor, month, reason=values["reason"])
        flash(_("The attendance of {month} is open again.", month=month.title))
        return redirect_to("attendance.month_sheet", month=month)

    return form.answer(session, lambda: _sheet(session, actor, month, form), save)


@blueprint.get("/sheet/people/<id:employment_id>/<month:month>")
@access(DAYS)
def person_month(session: Session, actor: Actor, employment_id: int, month: Month) -> Page:
    """The month of one person, day by day."""
    employment = load(session, actor, DAYS, Employment, employment_id)
    view = month_views(session, month, [employment.id]).get(employment.id)
    name = name_of(session, employment)
    if view is None:
        message = _("{number} was not employed in {month}.", number=employment.number, month=month.title)
        raise NotFound("attendance.no_days", message)
    back = (_("Attendance sheet"), url_for("attendance.month_sheet", month=month))
    punches = allowed(session, actor, PUNCHES, employment)

    def url(when: date) -> str:
        return url_for("attendance.person_day", employment_id=employment.id, when=when)

    return page(
        "attendance/mine.html", title=f"{name} {employment.number}", crumb=[back], month=month, view=view,
        weeks=views.weeks(view, clock.today(actor.zone), url if punches else None),
        figures=views.figures(view.totals), legend=views.LEGEND,
        previous=url_for("attendance.person_month", employment_id=employment.id, month=month.previous()),
        following=url_for("attendance.person_month", employment_id=employment.id, month=month.next()),
    )  # fmt: skip


@blueprint.get("/sheet/people/<id:employment_id>/<day:when>")
@access(PUNCHES)
def person_day(session: Session, actor: Actor, employment_id: int, when: date) -> Page:
    """One person's day with its punches."""
    employment = load(session, actor, PUNCHES, Employment, employment_id)
    month = Month.of(when)
    view = month_views(session, month, [employment.id]).get(employment.id)
    if view is None or when not in view.days:
        message = _("{number} was not employed on {day}.", number=employment.number, day=when)
        raise NotFound("attendance.no_day", message)
    name = f"{name_of(session, employment)} {employment.number}"
    back = (month.title, url_for("attendance.person_month", employment_id=employment.id, month=month))
    return day_page(session, actor, view, when, title=name, back=back)


def _sheet(session: Session, actor: Actor, month: Month, form: Form) -> Page:
    query = _query()
    shown = sheet(session, actor, month, page=query["page"], name=query["name"])
    first = (shown.page - 1) * PAGE

    def url(number: int) -> str:
        return url_for("attendance.month_sheet", month=month, page=number, name=query["name"] or None)

    closed = [one for one in shown.groups if one.id in shown.states and shown.states[one.id].state == CLOSED]
    return page(
        "attendance/sheet.html", {"sheet": "sheet"}, title=_("Attendance sheet"), month=month, shown=shown,
        days=views.sheet_days(month, shown),
        rows=views.sheet_rows(
            month, shown, lambda one: url_for("attendance.person_month", employment_id=one, month=month)
        ),
        sums=views.sheet_heads(), legend=views.LEGEND, query=query, form=form, sheet_total=shown.total,
        first=first + 1, last=first + len(shown.rows), groups=_groups(shown), all_closed=_all(shown, closed),
        closed_count=len(closed), may_close=bool(shown.groups) and allowed(session, actor, CLOSE),
        over=month.period.end <= clock.today(actor.zone),
        may_reopen=bool(closed) and allowed(session, actor, REOPEN),
        previous_page=url(shown.page - 1) if shown.page > 1 else "",
        next_page=url(shown.page + 1) if first + len(shown.rows) < shown.total else "",
        previous=url_for("attendance.month_sheet", month=month.previous()),
        following=url_for("attendance.month_sheet", month=month.next()),
    )  # fmt: skip


def _query() -> dict[str, Any]:
    """The filter as it was asked for; nonsense in an address shows the first page."""
    given = {name: request.args[name] for name in ("page", "name") if request.args.get(name)}
    try:
        found: dict[str, Any] = SheetQuery().load(given)
    except ValidationError:
        found = SheetQuery().load({})
    return found


def _all(shown: Sheet, closed: list[Any]) -> bool:
    return bool(shown.groups) and len(closed) == len(shown.groups)


def _groups(shown: Sheet) -> list[dict[str, Any]]:
    """Each attendance group with the state of its month."""
    found = []
    for group in shown.groups:
        state = shown.states.get(group.id)
        found.append({
            "title": group.title, "state": state.state if state else "open", "people": state.people if state else 0,
            "closed_at": state.closed_at if state and state.state == CLOSED else None,
            "reason": state.reopen_reason if state and state.state != CLOSED else None,
        })  # fmt: skip
    return found
