"""Spending: what was asked for, the form, and one request with the way it takes."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import KIND, SPEND_READ, SPEND_REQUEST
from plugins.crm.models import SpendRequest
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.spending import spend_schema
from plugins.crm.services import campaigns
from plugins.crm.services import spending as services
from plugins.crm.services.places import own_places
from plugins.crm.text import APPROVED, CATEGORIES, DRAFT, STATES, SUBMITTED, _
from remit.base import CURRENCIES, Actor, NotFound, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to
from remit.workflow import deciding_of


@blueprint.get("/spending")
@access(SPEND_READ)
def spending(session: Session, actor: Actor) -> Page:
    """The requests one may see, the latest first."""
    own = request.args.get("show") == "mine"
    before = asked_id("before")
    rows = services.requests(session, actor, own=own, before=before)
    return page(
        "crm/spending.html", title=_("Spending"), rows=rows, own=own, states=STATES, categories=CATEGORIES,
        older=rows[-1].id if len(rows) == services.PAGE else None, first=before is None,
        may_ask=allowed(session, actor, SPEND_REQUEST) and actor.person_id is not None,
    )


@blueprint.route("/spending/new", methods=["GET", "POST"])
@access(SPEND_REQUEST)
def new_spend(session: Session, actor: Actor) -> Page | Response:
    """Write a request down; who will decide is shown before it is handed in."""
    return _form(session, actor, None)


@blueprint.route("/spending/<id:spend_id>/edit", methods=["GET", "POST"])
@access(SPEND_REQUEST)
def edit_spend(session: Session, actor: Actor, spend_id: int) -> Page | Response:
    """Change my request."""
    found = load(session, actor, SPEND_REQUEST, SpendRequest, spend_id)
    if found.requester_person_id != actor.person_id:
        raise NotFound("crm.not_own", _("Only whoever wrote a request changes it."))
    return _form(session, actor, found)


def _form(session: Session, actor: Actor, found: SpendRequest | None) -> Page | Response:
    places, today = own_places(session, actor), clock.today(actor.zone)
    told = request.form.get("currency", found.currency if found is not None else "CNY")
    form = Form(
        spend_schema(told if told in CURRENCIES else "CNY"),
        values=found or {"needed_on": today, "currency": "CNY", "unit_id": places[0].unit_id if places else None},
        options={
            "unit_id": [(place.unit_id, str(place.title)) for place in places],
            "campaign_id": [(one.id, one.title) for one in campaigns.campaigns(session, actor, on=today)],
        },
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = services.draft(session, actor, found, values)
        return redirect_to("crm.spend", spend_id=kept.id)

    back = url_for("crm.spend", spend_id=found.id) if found else url_for("crm.spending")
    return form.answer(session, lambda: page(
        "crm/spend_form.html", title=_("Change the request") if found else _("Ask to spend money"), form=form,
        crumb=[(_("Spending"), url_for("crm.spending"))], back=back, places=places,
        approved=found is not None and found.state == APPROVED,
    ), save)  # fmt: skip


@blueprint.get("/spending/<id:spend_id>")
@access(SPEND_READ)
def spend(session: Session, actor: Actor, spend_id: int) -> Page:
    """One request: what it says, and who decides it or did."""
    found = load(session, actor, SPEND_READ, SpendRequest, spend_id)
    own = found.requester_person_id == actor.person_id
    return page(
        "crm/spend.html", title=services.subject(session, found), crumb=[(_("Spending"), url_for("crm.spending"))],
        found=found, lines=services.lines(session, found), state=STATES[found.state],
        asked=deciding_of(session, KIND, found, draft=found.state == DRAFT),
        may_submit=own and found.state == DRAFT, may_edit=own and found.state in (DRAFT, SUBMITTED, APPROVED),
    )  # fmt: skip


@blueprint.post("/spending/<id:spend_id>/submit")
@access(SPEND_REQUEST)
def submit_spend(session: Session, actor: Actor, spend_id: int) -> Response:
    """Hand my request in."""
    services.submit(session, actor, load(session, actor, SPEND_REQUEST, SpendRequest, spend_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("crm.spend", spend_id=spend_id)


@blueprint.post("/spending/<id:spend_id>/discard")
@access(SPEND_REQUEST)
def discard_spend(session: Session, actor: Actor, spend_id: int) -> Response:
    """Drop my draft."""
    services.discard(session, actor, load(session, actor, SPEND_REQUEST, SpendRequest, spend_id))
    flash(_("The draft is dropped."))
    return redirect_to("crm.spending")
