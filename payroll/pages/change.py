"""Changes of pay: the list, writing one down, one with its way, and the pay page of somebody."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from payroll.actions import CHANGE, CHANGE_READ, CHANGE_REQUEST, CHANGE_TELL
from payroll.models import APPROVED, DRAFT, SalaryChange
from payroll.pages.blueprint import blueprint
from payroll.schemas import PREFIX, WhoSchema, change_schema, told
from payroll.services.changes import agreed, deciding, drafting, pay
from payroll.services.present import percent
from payroll.text import CHANGE_STATES, _
from remit.base import Actor, Month, NotFound, clock
from remit.models import Employment
from remit.services import allowed, load
from remit.text import Text
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to
from remit.workflow import answer_of, preview, run_of, way_of


@blueprint.get("/changes")
@access(CHANGE_READ)
def changes(session: Session, actor: Actor) -> Page:
    """The changes of pay one may see, the latest first."""
    own = request.args.get("show") == "mine"
    before = asked_id("before")
    rows = drafting.changes(session, actor, own=own, before=before)
    return page(
        "payroll/changes.html", title=_("Changes of pay"), rows=_rows(session, rows), own=own,
        older=rows[-1].id if len(rows) == drafting.PAGE else None, first=before is None,
        may_ask=allowed(session, actor, CHANGE_REQUEST) and actor.person_id is not None,
    )  # fmt: skip


def _rows(session: Session, found: Any) -> list[dict[str, Any]]:
    names = agreed.names_of(session, {one.person_id for one in found})
    return [
        {"change": one, "name": names.get(one.person_id, "–"), "state": CHANGE_STATES[one.state],
         "rise": percent(one.rise)}
        for one in found
    ]  # fmt: skip


@blueprint.route("/changes/new", methods=["GET", "POST"])
@access(CHANGE_REQUEST)
def new_change(session: Session, actor: Actor) -> Page | Response:
    """Say whose pay is to change."""
    form = Form(WhoSchema)

    def show() -> Page:
        return page("payroll/change_who.html", title=_("Ask for a change of pay"), form=form, crumb=_crumb(),
                    back=url_for("payroll.changes"))  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        found = pay.employment_for(session, actor, values["employee"])
        return redirect_to("payroll.ask_change", employment_id=found.id)

    return form.answer(session, show, save)


@blueprint.route("/pay/<id:employment_id>/change", methods=["GET", "POST"])
@access(CHANGE_REQUEST)
def ask_change(session: Session, actor: Actor, employment_id: int) -> Page | Response:
    """Write a change of somebody's pay down."""
    return _form(session, actor, pay.to_change(session, actor, employment_id), None)


@blueprint.route("/changes/<id:change_id>/edit", methods=["GET", "POST"])
@access(CHANGE_REQUEST)
def edit_change(session: Session, actor: Actor, change_id: int) -> Page | Response:
    """Change my draft."""
    found = _own(session, actor, change_id)
    return _form(session, actor, agreed.employment_of(session, found.employment_id), found)


def _own(session: Session, actor: Actor, change_id: int) -> SalaryChange:
    found = load(session, actor, CHANGE_REQUEST, SalaryChange, change_id)
    if not drafting.is_own(actor, found):
        raise NotFound("payroll.change_own", _("Only whoever wrote a request changes it."))
    return found


def _form(session: Session, actor: Actor, employment: Employment, found: SalaryChange | None) -> Page | Response:
    first = Month.of(clock.today(actor.zone)).next().start
    day = found.valid_from if found is not None else first
    shown = agreed.parts(session, employment.id, day)
    name = agreed.name_of(session, employment.person_id)
    new = {one["component"]: one["after"] for one in found.amounts} if found is not None else {}
    values: dict[str, Any] = {
        "valid_from": day, "reason": found.reason if found is not None else "",
        **{f"{PREFIX}{one.component}": new.get(one.component, one.amount) for one in shown},
    }
    currency = agreed.place(session, employment, clock.today(actor.zone)).currency
    form = Form(change_schema(shown, currency), values=values)

    def show() -> Page:
        back = url_for("payroll.change", change_id=found.id) if found else url_for("payroll.changes")
        return page(
            "payroll/change_form.html", title=_("Pay of {name}", name=name), form=form, crumb=_crumb(), back=back,
            number=employment.number,
        )

    def save(given: dict[str, Any]) -> Response:
        kept = drafting.draft(session, actor, employment, found, told(given))
        if "draft" not in request.form:
            drafting.submit(session, actor, kept)
            flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("payroll.change", change_id=kept.id)

    return form.answer(session, show, save)


@blueprint.get("/changes/<id:change_id>")
@access(CHANGE_READ)
def change(session: Session, actor: Actor, change_id: int) -> Page:
    """One change: what it says, and the way it takes."""
    found = load(session, actor, CHANGE_READ, SalaryChange, change_id)
    own = drafting.is_own(actor, found) and found.requester_person_id == actor.person_id
    run = run_of(session, CHANGE, found)
    return page(
        "payroll/change.html", title=deciding.subject(session, found), found=found, crumb=_crumb(),
        lines=deciding.lines(session, found), state=CHANGE_STATES[found.state],
        task=answer_of(session, CHANGE, found),
        preview=preview(session, CHANGE, found) if found.state == DRAFT and own else None,
        steps=way_of(session, run, found) if run is not None and found.state != DRAFT else [],
        may_submit=own and found.state == DRAFT, may_drop=own and found.state == DRAFT and run is None,
        may_tell=found.state == APPROVED and found.told_at is None and allowed(session, actor, CHANGE_TELL, found),
    )  # fmt: skip


@blueprint.post("/changes/<id:change_id>/submit")
@access(CHANGE_REQUEST)
def submit_change(session: Session, actor: Actor, change_id: int) -> Response:
    """Hand my draft in."""
    drafting.submit(session, actor, _own(session, actor, change_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("payroll.change", change_id=change_id)


@blueprint.post("/changes/<id:change_id>/discard")
@access(CHANGE_REQUEST)
def discard_change(session: Session, actor: Actor, change_id: int) -> Response:
    """Drop my draft."""
    drafting.discard(session, actor, _own(session, actor, change_id))
    flash(_("The draft is dropped."))
    return redirect_to("payroll.changes")


@blueprint.post("/changes/<id:change_id>/tell")
@access(CHANGE_TELL)
def tell_change(session: Session, actor: Actor, change_id: int) -> Response:
    """Tell the person of an approved change."""
    drafting.tell(session, actor, load(session, actor, CHANGE_TELL, SalaryChange, change_id))
    flash(_("The person is told; from now on it stands on the own pay page."))
    return redirect_to("payroll.change", change_id=change_id)


@blueprint.get("/pay")
@access(CHANGE_READ)
def own_pay(session: Session, actor: Actor) -> Response:
    """The way to one's own pay page."""
    return redirect_to("payroll.pay_of", employment_id=pay.own_employment(session, actor).id)


@blueprint.get("/pay/<id:employment_id>")
@access(CHANGE_READ)
def pay_of(session: Session, actor: Actor, employment_id: int) -> Page:
    """What is agreed with somebody, how it came about, and what was asked for."""
    found = pay.of_employment(session, actor, employment_id)
    return page(
        "payroll/pay.html", title=_("My agreed pay") if found.own else _("Pay of {name}", name=found.name), pay=found,
        crumb=[] if found.own else _crumb(), rows=_rows(session, found.changes),
    )  # fmt: skip


def _crumb() -> list[tuple[Text, str]]:
    return [(_("Changes of pay"), url_for("payroll.changes"))]
