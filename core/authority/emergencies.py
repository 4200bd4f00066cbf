"""Pages about emergencies: what one may open, what is open, and what a superior looks at afterwards."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.audit.words import thing
from core.authority import emergency
from core.authority.actions import EMERGENCIES, OPEN, REVIEW
from core.base.actor import Actor
from core.base.text import catalogue
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

emergencies = ModuleBlueprint("emergency", __name__, url_prefix="/authority/emergency")

STATES = {
    "open": (_("Open now"), "bad"), "waits": (_("To be looked at"), "warn"), "late": (_("Overdue"), "bad"),
    "reviewed": (_("Looked at"), "ok"),
}


class OpenSchema(fields.Schema):
    """What is opened, and why."""

    what = fields.String(required=True, metadata={"label": _("What you open"), "span": True})
    reason = fields.String(required=True, max_length=500, metadata={
        "label": _("What has happened"), "kind": "textarea", "span": True,
        "hint": _("Your superior and whoever keeps the lists are told at once.")})


class ReviewSchema(fields.Schema):
    """What a superior found."""

    words = fields.String(required=True, max_length=500, metadata={
        "label": _("What you found"), "kind": "textarea", "span": True})


@emergencies.get("")
@access(EMERGENCIES)
def index(session: Session, actor: Actor) -> Page:
    """What I may open, what is open, and what was opened by those I look after."""
    return page(
        "authority/emergency.html", title=_("Authority for emergencies"), states=STATES,
        own=emergency.own(session, actor), seen=emergency.seen(session, actor), reader=actor.person_id,
        may_open=allowed(session, actor, OPEN),
    )


@emergencies.route("/new", methods=["GET", "POST"])
@access(OPEN)
def new(session: Session, actor: Actor) -> Page | Response:
    """Open what is dormant."""
    offered = [
        (f"{one.assignment_id}:{one.citation}",
         _("{what} ({entry}), for {count} hour", "{what} ({entry}), for {count} hours", what=one.line.title,
           entry=one.citation, count=one.hours))
        for one in emergency.own(session, actor) if one.until is None
    ]  # fmt: skip
    form = Form(OpenSchema, values={"what": request.args.get("what", ""), "reason": ""},
                options={"what": [("", _("Choose")), *offered]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        number, _colon, citation = values["what"].partition(":")
        emergency.open_up(
            session, actor, assignment_id=int(number) if number.isascii() and number.isdecimal() else 0,
            citation=citation, reason=values["reason"],
        )
        flash(_("It is open and ends by itself. Every decision you take by it is looked at."), "warn")
        return redirect_to("emergency.index")

    return form.answer(session, lambda: page(
        "authority/emergency_new.html", title=_("Open authority for an emergency"), form=form, offered=bool(offered),
        crumb=[(_("Authority for emergencies"), url_for("emergency.index"))],
    ), save)  # fmt: skip


@emergencies.post("/<id:number>/close")
@access(OPEN)
def close(session: Session, actor: Actor, number: int) -> Response:
    """End it before its time."""
    emergency.close(session, actor, number)
    flash(_("It has ended."))
    return redirect_to("emergency.index")


@emergencies.route("/<id:number>", methods=["GET", "POST"])
@access(EMERGENCIES)
def show(session: Session, actor: Actor, number: int) -> Page | Response:
    """One of them with what was done by it, and the word of the superior."""
    found = emergency.show(session, actor, number)
    may = found.state in ("waits", "late") and allowed(session, actor, REVIEW, found.row)
    form = Form(ReviewSchema, values={"words": ""})

    def save(values: dict[str, Any]) -> Response:
        emergency.review(session, actor, number, values["words"])
        flash(_("It is recorded that you have looked at it."))
        return redirect_to("emergency.index")

    return form.answer(session, lambda: page(
        "authority/emergency_one.html", title=_("{entry}, opened by {name}", entry=found.row.entry, name=found.name),
        one=found, states=STATES, form=form, may_review=may, mine=found.row.person_id == actor.person_id,
        deeds=[(deed.at, thing(deed.object_type), deed.object_id or "") for deed in found.deeds],
        crumb=[(_("Authority for emergencies"), url_for("emergency.index"))],
    ), save)  # fmt: skip
