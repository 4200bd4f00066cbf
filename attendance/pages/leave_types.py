"""The types of leave as HR keeps them: added, changed, given up."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import TYPES
from attendance.models import LeaveType
from attendance.pages.blueprint import blueprint
from attendance.schemas import LeaveTypeSchema, NewLeaveTypeSchema
from attendance.services.leave import types
from remit.base import FOREVER, Actor, NotFound, clock
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to

_ = catalogue("attendance")


@blueprint.get("/leave/types")
@access(TYPES)
def leave_types(session: Session, actor: Actor) -> Page:
    """The types of leave and their rules."""
    return page(
        "attendance/leave_types.html", title=_("Types of leave"), rows=types.all_types(session), text=text,
        forever=FOREVER, today=clock.today(actor.zone),
    )


@blueprint.route("/leave/types/new", methods=["GET", "POST"])
@access(TYPES)
def new_leave_type(session: Session, actor: Actor) -> Page | Response:
    """Add a type."""
    first = {"paid": True, "halves": True, "valid_from": clock.today(actor.zone)}
    form = Form(NewLeaveTypeSchema, values=first)

    def save(values: dict[str, Any]) -> Response:
        types.add_type(session, actor, values)
        flash(_("The type of leave is added."))
        return redirect_to("attendance.leave_types")

    back = url_for("attendance.leave_types")
    return form.answer(session, lambda: page(
        "attendance/leave_type.html", title=_("Add a type of leave"), form=form, crumb=[(_("Types of leave"), back)],
        back=back, retire="",
    ), save)  # fmt: skip


@blueprint.post("/leave/types/<code>/retire")
@access(TYPES)
def retire_leave_type(session: Session, actor: Actor, code: str) -> Response:
    """Give a type up from today on."""
    if all(one.code != code for one in types.all_types(session)):
        raise NotFound("attendance.leave_type", _("There is no leave of the kind {kind}.", kind=code))
    found = types.type_named(session, code)
    types.retire_type(session, actor, found)
    flash(_("{title} is given up; nobody asks for it from today on.", title=text.leave_title(found)))
    return redirect_to("attendance.leave_types")


@blueprint.route("/leave/types/<code>", methods=["GET", "POST"])
@access(TYPES)
def leave_type(session: Session, actor: Actor, code: str) -> Page | Response:
    """Change a type, or give it up."""
    today = clock.today(actor.zone)
    found = next((one for one in types.all_types(session) if one.code == code), None)
    if found is None:
        raise NotFound("attendance.leave_type", _("There is no leave of the kind {kind}.", kind=code))
    form = Form(LeaveTypeSchema, values=_values(found))

    def save(values: dict[str, Any]) -> Response:
        types.change_type(session, actor, types.type_named(session, code), values)
        flash(_("The type of leave is changed; what was approved before stays as it is."))
        return redirect_to("attendance.leave_types")

    back = url_for("attendance.leave_types")
    return form.answer(session, lambda: page(
        "attendance/leave_type.html", title=text.leave_title(found), form=form, crumb=[(_("Types of leave"), back)],
        back=back,
        retire=url_for("attendance.retire_leave_type", code=code) if found.valid_from < today < found.valid_to else "",
    ), save)  # fmt: skip


def _values(found: LeaveType) -> dict[str, Any]:
    said = {name: getattr(found, name) for name in LeaveTypeSchema().fields}
    return {**said, "valid_to": None if found.valid_to == FOREVER else found.valid_to}
