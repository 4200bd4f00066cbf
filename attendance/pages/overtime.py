"""Overtime: what I asked for, asking for more, one request with the way it takes, the list of a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import OVERTIME, OVERTIME_EXPORT, OVERTIME_READ, OVERTIME_REQUEST, RECORD
from attendance.models import OvertimeRequest
from attendance.models.leave import DRAFT
from attendance.pages.blueprint import blueprint
from attendance.rules.shift import DAY
from attendance.schemas import OvertimeSchema
from attendance.services.overtime import look, requests
from attendance.services.overtime.bounds import month_minutes
from attendance.services.show import name_of, own_employments
from remit.base import Actor, Month, NotFound, Period, clock
from remit.services import allowed, load
from remit.text import catalogue
from remit.web import Form, Page, access, disposition, flash, page, redirect_to, signed_in
from remit.workflow import deciding_of

_ = catalogue("attendance")


@blueprint.get("/overtime")
@signed_in
def overtime(session: Session, actor: Actor) -> Page:
    """The overtime I asked for, and what it comes to in the running month."""
    today = clock.today(actor.zone)
    found = own_employments(session, actor, Period(today, today + timedelta(days=1)))
    rows = requests.requests(session, actor, own=True)
    month = month_minutes(session, found[0].id, today) if found else 0
    return page(
        "attendance/overtime.html", title=_("My overtime"), employed=bool(found), rows=[_row(one) for one in rows],
        month=text.duration(month), may_ask=bool(found) and allowed(session, actor, OVERTIME_REQUEST),
    )  # fmt: skip


def _row(one: OvertimeRequest) -> dict[str, Any]:
    return {
        "url": url_for("attendance.one_overtime", overtime_id=one.id), "when": requests.when(one),
        "amount": text.duration(one.minutes), "compensation": text.COMPENSATIONS[one.compensation],
        "counts": text.duration(one.recognised) if one.recognised is not None else "",
        "state": text.LEAVE_STATES[one.state],
    }  # fmt: skip


@blueprint.route("/overtime/new", methods=["GET", "POST"])
@access(OVERTIME_REQUEST)
def new_overtime(session: Session, actor: Actor) -> Page | Response:
    """Ask for overtime: what it comes to and who decides stands beside the form while it is filled in."""
    return _form(session, actor, None)


@blueprint.route("/overtime/<id:overtime_id>/edit", methods=["GET", "POST"])
@access(OVERTIME_REQUEST)
def edit_overtime(session: Session, actor: Actor, overtime_id: int) -> Page | Response:
    """Change my draft."""
    return _form(session, actor, _own(session, actor, overtime_id))


def _own(session: Session, actor: Actor, overtime_id: int) -> OvertimeRequest:
    found = load(session, actor, OVERTIME_REQUEST, OvertimeRequest, overtime_id)
    if found.person_id != actor.person_id:
        raise NotFound("attendance.overtime_own", _("Only whoever asks for overtime changes the request."))
    return found


def _form(session: Session, actor: Actor, found: OvertimeRequest | None) -> Page | Response:
    first: dict[str, Any] = {
        "day": clock.today(actor.zone), "starts": "18:30", "ends": "20:30", "compensation": "pay", "reason": "",
    }  # fmt: skip
    if found is not None:
        begin, end = requests.wall_minutes(found)
        first = {"day": found.day, "starts": str(text.clock_time(begin % DAY)), "ends": str(text.clock_time(end % DAY)),
                 "compensation": found.compensation, "reason": found.reason}  # fmt: skip
    asked = _asked(first)
    form = Form(OvertimeSchema, values=asked)

    def show() -> Page:
        return page(
            "attendance/overtime_form.html", {"count": "count"}, form=form, text=text,
            title=_("Change the request") if found is not None else _("Ask for overtime"),
            crumb=[(_("My overtime"), url_for("attendance.overtime"))],
            back=url_for("attendance.one_overtime", overtime_id=found.id) if found else url_for("attendance.overtime"),
            wish=look.wish(session, actor, _shown(form, asked), besides=found),
        )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = requests.draft(session, actor, found, values)
        if "draft" not in request.form:
            requests.submit(session, actor, kept)
            flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("attendance.one_overtime", overtime_id=kept.id)

    return form.answer(session, show, save)


def _asked(first: dict[str, Any]) -> dict[str, Any]:
    """The values the form begins with, and over them what the address says; nonsense in it is passed over."""
    given = {name: value for name, value in request.args.items() if name in OvertimeSchema().fields and value}
    try:
        told = OvertimeSchema(partial=True).load(given)
    except ValidationError as error:
        wrong = set(error.messages)
        told = OvertimeSchema(partial=True).load({name: value for name, value in given.items() if name not in wrong})
    return first | {name: told[name] for name in given if name in told}


def _shown(form: Form, asked: dict[str, Any]) -> dict[str, Any] | None:
    """What the form holds, as far as it can be read: what was posted, else what it began with."""
    if request.method == "GET":
        return asked
    try:
        typed = {name: form[name].value for name in form.names if form[name].value != ""}
        return {**asked, **OvertimeSchema(partial=("reason",)).load(typed)}
    except ValidationError:
        return None


@blueprint.get("/overtime/<id:overtime_id>")
@access(OVERTIME_READ)
def one_overtime(session: Session, actor: Actor, overtime_id: int) -> Page:
    """One request: what it says, and who decides it or did."""
    found = load(session, actor, OVERTIME_READ, OvertimeRequest, overtime_id)
    own = found.person_id == actor.person_id
    employment = requests.employment_by_id(session, found)
    name = name_of(session, employment)
    return page(
        "attendance/one_overtime.html", title=requests.subject(session, found), found=found,
        crumb=[(_("My overtime"), url_for("attendance.overtime"))] if own else [],
        lines=[(_("Employee"), f"{name} {employment.number}"), *requests.lines(session, found)],
        state=text.LEAVE_STATES[found.state], asked=deciding_of(session, OVERTIME, found, draft=found.state == DRAFT),
        may_submit=own and found.state == DRAFT,
        may_cancel=requests.may_cancel(actor, found, allowed(session, actor, RECORD, employment)),
    )  # fmt: skip


@blueprint.post("/overtime/<id:overtime_id>/submit")
@access(OVERTIME_REQUEST)
def submit_overtime(session: Session, actor: Actor, overtime_id: int) -> Response:
    """Hand my request in."""
    requests.submit(session, actor, _own(session, actor, overtime_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("attendance.one_overtime", overtime_id=overtime_id)


@blueprint.post("/overtime/<id:overtime_id>/discard")
@access(OVERTIME_REQUEST)
def discard_overtime(session: Session, actor: Actor, overtime_id: int) -> Response:
    """Drop my draft."""
    requests.discard(session, actor, _own(session, actor, overtime_id))
    flash(_("The draft is dropped."))
    return redirect_to("attendance.overtime")


@blueprint.post("/overtime/<id:overtime_id>/cancel")
@access(OVERTIME_READ)
def cancel_overtime(session: Session, actor: Actor, overtime_id: int) -> Response:
    """Cancel approved overtime."""
    requests.cancel(session, actor, load(session, actor, OVERTIME_READ, OvertimeRequest, overtime_id))
    flash(_("The overtime is cancelled."))
    return redirect_to("attendance.one_overtime", overtime_id=overtime_id)


@blueprint.get("/overtime/list")
@access(OVERTIME_READ)
def overtime_now(session: Session, actor: Actor) -> Page:
    """The overtime of the running month."""
    return overtime_month(session, actor, Month.of(clock.today(actor.zone)))


@blueprint.get("/overtime/list/<month:month>")
@access(OVERTIME_READ)
def overtime_month(session: Session, actor: Actor, month: Month) -> Page:
    """The overtime of a month of everybody the reader may see."""
    before = request.args.get("before", type=int)
    rows = look.month(session, actor, month, before=before if before and before > 0 else None)
    return page(
        "attendance/overtime_list.html", title=_("Overtime"), month=month,
        rows=[{**_row(one.request), "name": one.name, "number": one.number} for one in rows],
        older=url_for("attendance.overtime_month", month=month, before=rows[-1].request.id)
        if len(rows) == requests.PAGE else "",
        table=url_for("attendance.overtime_table", month=month) if rows and allowed(session, actor, OVERTIME_EXPORT)
        else "",
        previous=url_for("attendance.overtime_month", month=month.previous()),
        following=url_for("attendance.overtime_month", month=month.next()),
    )  # fmt: skip


@blueprint.get("/overtime/list/<month:month>.csv")
@access(OVERTIME_EXPORT)
def overtime_table(session: Session, actor: Actor, month: Month) -> Response:
    """The same as a table, minutes as whole numbers."""
    name = f"{_('Overtime')}-{month}.csv"
    data = look.table(session, actor, month)
    return Response(data, mimetype="text/csv", headers={"Content-Disposition": disposition(name)})

