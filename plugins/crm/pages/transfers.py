"""Moving money from one budget to another: the form, and one transfer with the way it takes."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import TRANSFER_KIND, TRANSFER_READ, TRANSFER_REQUEST
from plugins.crm.models import BudgetTransfer
from plugins.crm.pages import guard, returns
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.spending import TransferSchema
from plugins.crm.services import budgets
from plugins.crm.services import transfers as services
from plugins.crm.text import DRAFT, STATES, _
from remit.base import Actor, NotFound, format_money
from remit.services import load
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to
from remit.workflow import deciding_of


@blueprint.route("/budgets/transfers/new", methods=["GET", "POST"])
@access(TRANSFER_REQUEST)
def new_transfer(session: Session, actor: Actor) -> Page | Response:
    """Write a transfer down. ``because`` in the address names what led here, a hint of the return on spending or an
    alarm of the guard, and fills the form in.
    """
    because, campaign_id = request.args.get("because"), asked_id("campaign")
    told: dict[str, Any] = {}
    if because == "return":
        told = returns.proposal(session, actor)
    elif because == "guard" and campaign_id is not None:
        told = guard.proposal(session, actor, campaign_id)
    return _form(session, actor, None, told)


@blueprint.route("/budgets/transfers/<id:transfer_id>/edit", methods=["GET", "POST"])
@access(TRANSFER_REQUEST)
def edit_transfer(session: Session, actor: Actor, transfer_id: int) -> Page | Response:
    """Change my draft."""
    found = load(session, actor, TRANSFER_REQUEST, BudgetTransfer, transfer_id)
    if found.requester_person_id != actor.person_id:
        raise NotFound("crm.not_own", _("Only whoever wrote a request changes it."))
    return _form(session, actor, found, found)


def _form(session: Session, actor: Actor, found: BudgetTransfer | None, values: Any) -> Page | Response:
    standings = budgets.standings(session, actor)
    names = [(one.budget.id, str(_("{budget} ({left} left)", budget=one.budget.title, left=format_money(
        max(one.left, 0), currency=one.budget.currency, symbol=True)))) for one in standings]  # fmt: skip
    form = Form(TransferSchema, values=values, options={"from_budget_id": names, "to_budget_id": names})

    def save(posted: dict[str, Any]) -> Response:
        kept = services.draft(session, actor, found, posted)
        return redirect_to("crm.transfer", transfer_id=kept.id)

    back = url_for("crm.transfer", transfer_id=found.id) if found else url_for("crm.budgets")
    return form.answer(session, lambda: page(
        "crm/transfer_form.html", title=_("Change the request") if found else _("Move money between budgets"),
        form=form, crumb=[(_("Budgets"), url_for("crm.budgets"))], back=back, many=len(names),
    ), save)  # fmt: skip


@blueprint.get("/budgets/transfers/<id:transfer_id>")
@access(TRANSFER_READ)
def transfer(session: Session, actor: Actor, transfer_id: int) -> Page:
    """One transfer: what it moves, and who decides it or did."""
    found = load(session, actor, TRANSFER_READ, BudgetTransfer, transfer_id)
    own_draft = found.requester_person_id == actor.person_id and found.state == DRAFT
    return page(
        "crm/transfer.html", title=services.subject(session, found), crumb=[(_("Budgets"), url_for("crm.budgets"))],
        found=found, lines=services.lines(session, found), state=STATES[found.state],
        asked=deciding_of(session, TRANSFER_KIND, found, draft=found.state == DRAFT), own_draft=own_draft,
    )  # fmt: skip


@blueprint.post("/budgets/transfers/<id:transfer_id>/submit")
@access(TRANSFER_REQUEST)
def submit_transfer(session: Session, actor: Actor, transfer_id: int) -> Response:
    """Hand my transfer in."""
    services.submit(session, actor, load(session, actor, TRANSFER_REQUEST, BudgetTransfer, transfer_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("crm.transfer", transfer_id=transfer_id)


@blueprint.post("/budgets/transfers/<id:transfer_id>/discard")
@access(TRANSFER_REQUEST)
def discard_transfer(session: Session, actor: Actor, transfer_id: int) -> Response:
    """Drop my draft."""
    services.discard(session, actor, load(session, actor, TRANSFER_REQUEST, BudgetTransfer, transfer_id))
    flash(_("The draft is dropped."))
    return redirect_to("crm.budgets")
