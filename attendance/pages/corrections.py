"""Punch corrections: what I asked for, asking for one, one request, the list of a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import CORRECTION, CORRECTION_READ, CORRECTION_REQUEST
from attendance.models import Correction
from attendance.models.leave import DRAFT
from attendance.pages.blueprint import blueprint
from attendance.rules.shift import DAY
from attendance.schemas import CorrectionFormSchema
from attendance.services import correcting
from attendance.services.overtime.requests import employment_of
from attendance.services.overtime.spans import roster
from attendance.services.show import name_of, names_of
from remit.base import Actor, DomainError, Month, NotFound, clock
from remit.services import allowed, load
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to, signed_in
from remit.workflow import deciding_of

_ = catalogue("attendance")


@blueprint.get("/corrections")
@signed_in
def corrections(session: Session, actor: Actor) -> Page:
    """The corrections I asked for."""
    rows = correcting.requests(session, actor, own=True)
    return page(
        "attendance/corrections.html", title=_("My punch corrections"), rows=[_row(one) for one in rows],
        may_ask=allowed(session, actor, CORRECTION_REQUEST),
    )  # fmt: skip


def _row(one: Correction) -> dict[str, Any]:
    return {
        "url": url_for("attendance.one_correction", correction_id=one.id), "when": correcting.when(one),
        "way": text.WAYS[one.way], "state": text.LEAVE_STATES[one.state],
    }  # fmt: skip


@blueprint.route("/corrections/new", methods=["GET", "POST"])
@access(CORRECTION_REQUEST)
def new_correction(session: Session, actor: Actor) -> Page | Response:
    """Ask for a punch that is missing or wrong; what the day lacks by the shift stands in the form."""
    return _form(session, actor, None)


@blueprint.route("/corrections/<id:correction_id>/edit", methods=["GET", "POST"])
@access(CORRECTION_REQUEST)
def edit_correction(session: Session, actor: Actor, correction_id: int) -> Page | Response:
    """Change my draft."""
    return _form(session, actor, _own(session, actor, correction_id))


def _own(session: Session, actor: Actor, correction_id: int) -> Correction:
    found = load(session, actor, CORRECTION_REQUEST, Correction, correction_id)
    if found.person_id != actor.person_id:
        raise NotFound("attendance.correction_own", _("Only whoever asks for a correction changes the request."))
    return found


def _day(actor: Actor) -> date:
    """The day an address names, else today; nonsense is passed over."""
    told = CorrectionFormSchema(only=("day",))
    try:
        day: date = told.load({"day": request.values.get("day", "")})["day"]
    except ValidationError:
        return clock.today(actor.zone)
    return day


def _form(session: Session, actor: Actor, found: Correction | None) -> Page | Response:
    day = found.day if found is not None and request.method == "GET" else _day(actor)
    first: dict[str, Any] = {"day": day, "time": "", "way": "in", "instead_id": None, "reason": ""}
    known: list[tuple[int, str]] = []
    left, note = None, None
    try:
        employment = employment_of(session, actor, day)
        suggested = correcting.suggest(session, employment, day) if found is None else None
        if suggested is not None:
            first |= {"time": str(text.clock_time(suggested.minute)), "way": suggested.way}
        known = [(one.id, str(text.clock_time(text.wall(one.at, one.zone, day))))
                 for one in correcting.wrong_punches(session, employment, day)]  # fmt: skip
        most = roster(session, employment, day).group.asking_rules().corrections
        left = max(0, most - correcting.used(session, employment.id, day))
    except DomainError as refused:
        note = refused.message
    if found is not None:
        minute = text.wall(found.at, found.zone, found.day) % DAY
        first |= {"time": str(text.clock_time(minute)), "way": found.way, "instead_id": found.instead_id,
                  "reason": found.reason}  # fmt: skip
    form = Form(CorrectionFormSchema, values=first, options={"instead_id": known})
    back = url_for("attendance.one_correction", correction_id=found.id) if found else url_for("attendance.corrections")

    def save(values: dict[str, Any]) -> Response:
        kept = correcting.draft(session, actor, found, values)
        if "draft" not in request.form:
            correcting.submit(session, actor, kept)
            flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("attendance.one_correction", correction_id=kept.id)

    return form.answer(session, lambda: page(
        "attendance/correction_form.html", form=form, back=back, left=left, note=note,
        title=_("Change the request") if found is not None else _("Ask for a punch correction"),
        crumb=[(_("My punch corrections"), url_for("attendance.corrections"))],
    ), save)  # fmt: skip


@blueprint.get("/corrections/<id:correction_id>")
@access(CORRECTION_READ)
def one_correction(session: Session, actor: Actor, correction_id: int) -> Page:
    """One request: what it says, and who decides it or did."""
    found = load(session, actor, CORRECTION_READ, Correction, correction_id)
    own = found.person_id == actor.person_id
    employment = correcting.employment_by_id(session, found)
    name = name_of(session, employment)
    return page(
        "attendance/one_correction.html", title=correcting.subject(session, found), found=found,
        crumb=[(_("My punch corrections"), url_for("attendance.corrections"))] if own else [],
        lines=[(_("Employee"), f"{name} {employment.number}"), *correcting.lines(session, found)],
        state=text.LEAVE_STATES[found.state], asked=deciding_of(session, CORRECTION, found, draft=found.state == DRAFT),
        may_submit=own and found.state == DRAFT,
        day=url_for("attendance.own_day", when=found.day) if own else "",
    )  # fmt: skip


@blueprint.post("/corrections/<id:correction_id>/submit")
@access(CORRECTION_REQUEST)
def submit_correction(session: Session, actor: Actor, correction_id: int) -> Response:
    """Hand my request in."""
    correcting.submit(session, actor, _own(session, actor, correction_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("attendance.one_correction", correction_id=correction_id)


@blueprint.post("/corrections/<id:correction_id>/discard")
@access(CORRECTION_REQUEST)
def discard_correction(session: Session, actor: Actor, correction_id: int) -> Response:
    """Drop my draft."""
    correcting.discard(session, actor, _own(session, actor, correction_id))
    flash(_("The draft is dropped."))
    return redirect_to("attendance.corrections")


@blueprint.get("/corrections/list")
@access(CORRECTION_READ)
def corrections_now(session: Session, actor: Actor) -> Page:
    """The corrections of the running month."""
    return corrections_month(session, actor, Month.of(clock.today(actor.zone)))


@blueprint.get("/corrections/list/<month:month>")
@access(CORRECTION_READ)
def corrections_month(session: Session, actor: Actor, month: Month) -> Page:
    """The corrections of a month of everybody the reader may see."""
    before = request.args.get("before", type=int)
    found = correcting.requests(session, actor, own=False, days=month.period,
                                before=before if before and before > 0 else None)  # fmt: skip
    names = names_of(session, [one.employment_id for one in found])
    return page(
        "attendance/corrections_list.html", title=_("Punch corrections"), month=month,
        rows=[{**_row(one), "name": names[one.employment_id][1], "number": names[one.employment_id][0]}
              for one in found],
        older=url_for("attendance.corrections_month", month=month, before=found[-1].id)
        if len(found) == correcting.PAGE else "",
        previous=url_for("attendance.corrections_month", month=month.previous()),
        following=url_for("attendance.corrections_month", month=month.next()),
    )  # fmt: skip
