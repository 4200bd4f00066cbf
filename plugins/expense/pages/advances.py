"""Advances: the form, and one advance with its ledger and its way."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.expense.actions import ADVANCE, ADVANCE_READ, ADVANCE_REQUEST, PAYMENT_CONFIRM
from plugins.expense.models import Advance, Payment
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.schemas import AdvanceSchema, BackSchema
from plugins.expense.services import advances as services
from plugins.expense.services import ledger, question
from plugins.expense.services.places import own_places
from plugins.expense.text import DRAFT, ENTRIES, PAID, STATES, _
from remit.base import Actor, NotFound, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to
from remit.workflow import deciding_of


@blueprint.route("/advances/new", methods=["GET", "POST"])
@access(ADVANCE_REQUEST)
def new_advance(session: Session, actor: Actor) -> Page | Response:
    """Ask for an advance; who will decide is shown before it is handed in."""
    return _form(session, actor, None)


@blueprint.route("/advances/<id:advance_id>/edit", methods=["GET", "POST"])
@access(ADVANCE_REQUEST)
def edit_advance(session: Session, actor: Actor, advance_id: int) -> Page | Response:
    """Change my draft."""
    return _form(session, actor, _own(session, actor, advance_id))


def _own(session: Session, actor: Actor, advance_id: int) -> Advance:
    found = load(session, actor, ADVANCE_REQUEST, Advance, advance_id)
    if found.requester_person_id != actor.person_id:
        raise NotFound("expense.advance_own", _("Only whoever asked for an advance changes it."))
    return found


def _form(session: Session, actor: Actor, found: Advance | None) -> Page | Response:
    places = own_places(session, actor)
    form = Form(AdvanceSchema, values=found or {
        "category": "travel", "needed_on": clock.today(actor.zone), "unit_id": places[0].unit_id if places else None,
    }, options={"unit_id": [(place.unit_id, str(place.title)) for place in places]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = services.draft(session, actor, found, values)
        return redirect_to("expense.advance", advance_id=kept.id)

    back = url_for("expense.advance", advance_id=found.id) if found else url_for("expense.mine")
    return form.answer(session, lambda: page(
        "expense/form.html", title=_("Change the advance") if found else _("Ask for an advance"), form=form, back=back,
        sub=_("The next page shows who decides, and why, before you hand it in."),
        crumb=[(_("My expenses"), url_for("expense.mine"))],
        missing="" if places else _("You hold no post today. Money is claimed by a unit in which one holds a post."),
    ), save)  # fmt: skip


@blueprint.get("/advances/<id:advance_id>")
@access(ADVANCE_READ)
def advance(session: Session, actor: Actor, advance_id: int) -> Page:
    """One advance: what it says, its ledger, and who decides it or did."""
    found = load(session, actor, ADVANCE_READ, Advance, advance_id)
    own = found.requester_person_id == actor.person_id
    rows = ledger.entries(session, found)
    asked = Payment(legal_entity_id=found.legal_entity_id, total=found.amount, currency=found.currency)
    return page(
        "expense/advance.html", title=question.advance_subject(session, found), found=found, rows=rows, entries=ENTRIES,
        facts=question.advance_lines(session, found), state=STATES[found.state],
        crumb=[(_("My expenses"), url_for("expense.mine"))],
        asked=deciding_of(session, ADVANCE, found, draft=found.state == DRAFT),
        may_edit=own and found.state == DRAFT,
        may_back=found.state == PAID and bool(rows) and rows[-1].balance > 0
        and allowed(session, actor, PAYMENT_CONFIRM, asked),
    )  # fmt: skip


@blueprint.post("/advances/<id:advance_id>/submit")
@access(ADVANCE_REQUEST)
def submit_advance(session: Session, actor: Actor, advance_id: int) -> Response:
    """Hand my advance in."""
    services.submit(session, actor, _own(session, actor, advance_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("expense.advance", advance_id=advance_id)


@blueprint.post("/advances/<id:advance_id>/discard")
@access(ADVANCE_REQUEST)
def discard_advance(session: Session, actor: Actor, advance_id: int) -> Response:
    """Drop my draft."""
    services.discard(session, actor, _own(session, actor, advance_id))
    flash(_("The draft is dropped."))
    return redirect_to("expense.mine")


@blueprint.route("/advances/<id:advance_id>/back", methods=["GET", "POST"])
@access(PAYMENT_CONFIRM)
def give_back(session: Session, actor: Actor, advance_id: int) -> Page | Response:
    """Write down what was paid back of an advance."""
    found = load(session, actor, ADVANCE_READ, Advance, advance_id)
    left = ledger.balances(session, [found.id]).get(found.id, 0)
    form = Form(BackSchema, values={"amount": left})

    def save(values: dict[str, Any]) -> Response:
        services.give_back(session, actor, found, values["amount"], values["note"])
        return redirect_to("expense.advance", advance_id=advance_id)

    back = url_for("expense.advance", advance_id=advance_id)
    return form.answer(session, lambda: page(
        "expense/form.html", title=_("Paid back"), form=form, back=back, sub="", missing="",
        crumb=[(found.number, back)],
    ), save)  # fmt: skip
