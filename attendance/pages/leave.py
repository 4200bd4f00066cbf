"""One's own leave: what is left, asking for more, one request with the way it takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import LEAVE, LEAVE_READ, LEAVE_REQUEST, RECORD
from attendance.models import LeaveRequest
from attendance.models.leave import DRAFT
from attendance.pages.blueprint import blueprint
from attendance.rules.absent_days import AFTERNOON, MORNING
from attendance.schemas import BEGINS, ENDS, LeaveSchema
from attendance.services.leave import look, requests
from attendance.services.leave.types import all_types, types_on
from attendance.services.show import name_of
from remit.base import Actor, NotFound, clock
from remit.models import Employment
from remit.services import allowed, load, system
from remit.text import Text, catalogue
from remit.web import Form, Page, access, flash, page, redirect_to, signed_in
from remit.workflow import deciding_of

_ = catalogue("attendance")

_ICONS = {
    "annual": "beach", "sick": "stethoscope", "personal": "user", "marriage": "heart-handshake",
    "maternity": "user-plus", "paternity": "user-plus", "childcare": "school", "injury": "urgent",
}  # fmt: skip


@blueprint.get("/leave")
@signed_in
def leave(session: Session, actor: Actor) -> Page:
    """What is left of my leave and until when, and what I asked for."""
    day = clock.today(actor.zone)
    balances = look.own_balances(session, actor, day)
    rows = requests.requests(session, actor, own=True)
    titles = {one.id: text.leave_title(one) for one in all_types(session)}
    return page(
        "attendance/leave.html", title=_("My leave"), balances=balances, employed=balances is not None,
        rows=[_row(one, titles) for one in rows], today=day, text=text,
        may_ask=balances is not None and allowed(session, actor, LEAVE_REQUEST),
    )  # fmt: skip


def _row(one: LeaveRequest, titles: dict[int, Text | str]) -> dict[str, Any]:
    return {
        "url": url_for("attendance.one_leave", leave_id=one.id), "title": titles[one.type_id],
        "span": text.span(one.span), "amount": text.days(one.amount), "state": text.LEAVE_STATES[one.state],
    }  # fmt: skip


@blueprint.route("/leave/new", methods=["GET", "POST"])
@access(LEAVE_REQUEST)
def new_leave(session: Session, actor: Actor) -> Page | Response:
    """Ask for leave: what it comes to and who decides stands beside the form while it is filled in."""
    return _form(session, actor, None)


@blueprint.route("/leave/<id:leave_id>/edit", methods=["GET", "POST"])
@access(LEAVE_REQUEST)
def edit_leave(session: Session, actor: Actor, leave_id: int) -> Page | Response:
    """Change my draft."""
    return _form(session, actor, _own(session, actor, leave_id))


def _own(session: Session, actor: Actor, leave_id: int) -> LeaveRequest:
    found = load(session, actor, LEAVE_REQUEST, LeaveRequest, leave_id)
    if found.person_id != actor.person_id:
        raise NotFound("attendance.leave_own", _("Only whoever asks for leave changes the request."))
    return found


def _form(session: Session, actor: Actor, found: LeaveRequest | None) -> Page | Response:
    today = clock.today(actor.zone)
    types = types_on(session, today)
    known = {one.id: one.code for one in types}
    first: dict[str, Any] = {
        "type": types[0].code if types else "", "first_day": _next_workday(today), "last_day": _next_workday(today),
    }  # fmt: skip
    if found is not None:
        names = ("first_day", "first_half", "last_day", "last_half", "reason", "evidence")
        first = {"type": known.get(found.type_id, ""), **{name: getattr(found, name) for name in names}}
    asked = _asked(first)
    form = Form(LeaveSchema, values=asked, options={
        "type": [(one.code, text.leave_title(one)) for one in types],
        "first_half": BEGINS.items(), "last_half": ENDS.items(),
    }, needed=("first_half", "last_half"))  # fmt: skip

    def show() -> Page:
        left = {one.leave_type.id: one for one in look.own_balances(session, actor, today, types) or ()}
        return page(
            "attendance/leave_form.html", {"count": "count"}, form=form,
            title=_("Change the request") if found is not None else _("Ask for leave"), text=text,
            crumb=[(_("My leave"), url_for("attendance.leave"))],
            back=url_for("attendance.one_leave", leave_id=found.id) if found else url_for("attendance.leave"),
            types=[_choice(one, left.get(one.id)) for one in types],
            wish=look.wish(session, actor, _shown(form, asked), types),
        )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = requests.draft(session, actor, found, values)
        if "draft" not in request.form:
            requests.submit(session, actor, kept)
            flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("attendance.one_leave", leave_id=kept.id)

    return form.answer(session, show, save)


def _next_workday(today: date) -> date:
    """Tomorrow, or Monday: what most people mean who begin to ask."""
    day = today + timedelta(days=1)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _asked(first: dict[str, Any]) -> dict[str, Any]:
    """The values the form begins with, and over them what the address says; nonsense in it is passed over."""
    given = {name: value for name, value in request.args.items() if name in LeaveSchema().fields and value}
    try:
        told = LeaveSchema(partial=True).load(given)
    except ValidationError as error:
        wrong = set(error.messages)
        told = LeaveSchema(partial=True).load({name: value for name, value in given.items() if name not in wrong})
    values: dict[str, Any] = {"first_half": MORNING, "last_half": AFTERNOON, "reason": "", "evidence": ""} | first
    values |= {name: told[name] for name in given if name in told}
    if values["last_day"] < values["first_day"] and "last_day" not in given:
        values["last_day"] = values["first_day"]
    return values


def _shown(form: Form, asked: dict[str, Any]) -> dict[str, Any]:
    """What the form holds, as far as it can be read: what was posted, else what it began with."""
    if request.method == "GET":
        return asked
    try:
        typed = {name: form[name].value for name in form.names if form[name].value != ""}
        return {**asked, **LeaveSchema().load(typed)}
    except ValidationError:
        return {**asked, "type": ""}


def _choice(one: Any, left: look.BalanceView | None) -> dict[str, Any]:
    if not one.balanced:
        hint: Text | str = _("Paid") if one.paid else _("Unpaid")
    else:
        hint = _("{days} left", days=text.days(left.left if left is not None else 0))
    icon = _ICONS.get(one.code, "calendar-off")
    return {"value": one.code, "label": text.leave_title(one), "hint": hint, "icon": icon}


@blueprint.get("/leave/<id:leave_id>")
@access(LEAVE_READ)
def one_leave(session: Session, actor: Actor, leave_id: int) -> Page:
    """One request: what it says, and who decides it or did."""
    found = load(session, actor, LEAVE_READ, LeaveRequest, leave_id)
    own = found.person_id == actor.person_id
    with system(session, "whose leave it is that the reader may see"):
        employment = session.get_one(Employment, found.employment_id)
    name = name_of(session, employment)
    return page(
        "attendance/one_leave.html", title=requests.subject(session, found), found=found, name=name,
        crumb=[(_("My leave"), url_for("attendance.leave"))] if own else [],
        lines=[(_("Employee"), f"{name} {employment.number}"), *requests.lines(session, found)],
        state=text.LEAVE_STATES[found.state], asked=deciding_of(session, LEAVE, found, draft=found.state == DRAFT),
        may_submit=own and found.state == DRAFT,
        may_cancel=requests.may_cancel(actor, found, allowed(session, actor, RECORD, employment)),
    )  # fmt: skip


@blueprint.post("/leave/<id:leave_id>/submit")
@access(LEAVE_REQUEST)
def submit_leave(session: Session, actor: Actor, leave_id: int) -> Response:
    """Hand my request in."""
    requests.submit(session, actor, _own(session, actor, leave_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("attendance.one_leave", leave_id=leave_id)


@blueprint.post("/leave/<id:leave_id>/discard")
@access(LEAVE_REQUEST)
def discard_leave(session: Session, actor: Actor, leave_id: int) -> Response:
    """Drop my draft."""
    requests.discard(session, actor, _own(session, actor, leave_id))
    flash(_("The draft is dropped."))
    return redirect_to("attendance.leave")


@blueprint.post("/leave/<id:leave_id>/cancel")
@access(LEAVE_READ)
def cancel_leave(session: Session, actor: Actor, leave_id: int) -> Response:
    """Cancel approved leave."""
    requests.cancel(session, actor, load(session, actor, LEAVE_READ, LeaveRequest, leave_id))
    flash(_("The leave is cancelled; its days are back."))
    return redirect_to("attendance.one_leave", leave_id=leave_id)
