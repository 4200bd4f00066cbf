"""Deals: the list, one deal with its discounts, opening, winning and losing it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, DEAL_READ, DEAL_WORK, DISCOUNT_REQUEST, KIND
from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Customer, Deal, Lead
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.following import DealSchema, DiscountSchema, LoseSchema, WinSchema
from plugins.crm.services.deals import discounts, opening
from plugins.crm.services.following import contacting
from plugins.crm.services.leads.listing import names_of
from plugins.crm.text import DEAL_KINDS, DEAL_STATES, OPEN, STATES, SUBMITTED, _
from remit.base import Actor, clock
from remit.services import allowed, load, require
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to
from remit.workflow import deciding_of


@blueprint.get("/deals")
@access(DEAL_READ)
def deals(session: Session, actor: Actor) -> Page:
    """The deals one may see, by state."""
    state = request.args.get("state", OPEN)
    state = state if state in DEAL_STATES else OPEN
    before = asked_id("before")
    found = opening.deals(session, actor, state, before)
    rows = found[: opening.PAGE]
    names = names_of(session, [one.owner_person_id for one in rows])
    return page(
        "crm/deals.html", title=_("Deals"), rows=rows, names=names, kinds=DEAL_KINDS, states=DEAL_STATES, state=state,
        tabs=[{"label": words, "url": f"?state={key}", "current": key == state}
              for key, (words, _kind) in DEAL_STATES.items()],
        older=f"?state={state}&before={rows[-1].id}" if len(found) > opening.PAGE else "", first=before is None,
    )  # fmt: skip


@blueprint.get("/deals/<id:deal_id>")
@access(DEAL_READ)
def deal(session: Session, actor: Actor, deal_id: int) -> Page:
    """One deal, with the discounts that were asked for."""
    found = load(session, actor, DEAL_READ, Deal, deal_id)
    given = discounts.of_deal(session, actor, found)
    waits = next((one for one in given if one.state == SUBMITTED), None)
    may = allowed(session, actor, DEAL_WORK, found) and found.state == OPEN
    return page(
        "crm/deal.html", title=found.title, found=found, crumb=[(_("Deals"), url_for("crm.deals"))],
        state=DEAL_STATES[found.state], kind=DEAL_KINDS[found.kind], may_work=may and waits is None,
        owner=names_of(session, [found.owner_person_id]).get(found.owner_person_id or 0),
        discounts=[(one, STATES[one.state], discounts.percent(one.rate)) for one in given],
        asked=deciding_of(session, KIND, waits, draft=False) if waits is not None else None,
        may_discount=may and waits is None and allowed(session, actor, DISCOUNT_REQUEST),
        reason=dict(contacting.reasons(session)).get(found.closed_reason, found.closed_reason),
    )  # fmt: skip


@blueprint.route("/leads/<id:lead_id>/deals/new", methods=["GET", "POST"])
@access(DEAL_WORK)
def new_deal(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Open a deal with a lead."""
    return _new(session, actor, load(session, actor, LEAD_READ, Lead, lead_id), "crm.lead", {"lead_id": lead_id})


@blueprint.route("/customers/<id:customer_id>/deals/new", methods=["GET", "POST"])
@access(DEAL_WORK)
def new_customer_deal(session: Session, actor: Actor, customer_id: int) -> Page | Response:
    """Open a renewal or an extension with a customer."""
    found = load(session, actor, CUSTOMER_READ, Customer, customer_id)
    return _new(session, actor, found, "crm.customer", {"customer_id": customer_id})


def _new(
    session: Session, actor: Actor, source: Lead | Customer, endpoint: str, named: dict[str, Any]
) -> Page | Response:
    require(session, actor, DEAL_WORK, opening.draft_of(source))
    known = source.term_end if isinstance(source, Customer) else None
    kinds = ("new",) if isinstance(source, Lead) else ("renewal", "upsell")
    form = Form(DealSchema, values={
        "kind": kinds[0], "expected_on": known or clock.today(actor.zone), "title": source.company, "months": 12,
    }, options={"kind": [(key, DEAL_KINDS[key]) for key in kinds]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        made = opening.open_deal(session, actor, source, values)
        return redirect_to("crm.deal", deal_id=made.id)

    back = url_for(endpoint, **named)
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Open a deal"), form=form, back=back, crumb=[(source.company, back)],
    ), save)  # fmt: skip


@blueprint.route("/deals/<id:deal_id>/win", methods=["GET", "POST"])
@access(DEAL_WORK)
def win_deal(session: Session, actor: Actor, deal_id: int) -> Page | Response:
    """A deal is won."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    form = Form(WinSchema, values={"won_on": clock.today(actor.zone), "revision": found.revision})

    def save(values: dict[str, Any]) -> Response:
        customer = opening.win(session, actor, found, values)
        flash(_("{company} is a customer.", company=customer.company))
        return redirect_to("crm.deal", deal_id=found.id)

    return _answer(session, found, form, _("Won"), save)


@blueprint.route("/deals/<id:deal_id>/lose", methods=["GET", "POST"])
@access(DEAL_WORK)
def lose_deal(session: Session, actor: Actor, deal_id: int) -> Page | Response:
    """A deal comes to nothing."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    form = Form(LoseSchema, values={"revision": found.revision}, options={"reason": contacting.reasons(session)})

    def save(values: dict[str, Any]) -> Response:
        opening.lose(session, actor, found, values["reason"], values["revision"])
        flash(_("The deal is closed."))
        return redirect_to("crm.deal", deal_id=found.id)

    return _answer(session, found, form, _("Lost"), save)


@blueprint.route("/deals/<id:deal_id>/discount", methods=["GET", "POST"])
@access(DISCOUNT_REQUEST)
def discount_deal(session: Session, actor: Actor, deal_id: int) -> Page | Response:
    """Ask for a discount on a deal."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    form = Form(DiscountSchema)

    def save(values: dict[str, Any]) -> Response:
        discounts.request(session, actor, found, values["amount"], values["reason"])
        flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("crm.deal", deal_id=found.id)

    return _answer(session, found, form, _("Ask for a discount"), save)


def _answer(session: Session, found: Deal, form: Form, title: Any, save: Any) -> Page | Response:
    back = url_for("crm.deal", deal_id=found.id)
    answer: Page | Response = form.answer(session, lambda: page(
        "crm/form.html", title=title, form=form, back=back, crumb=[(_("Deals"), url_for("crm.deals")),
                                                                  (found.title, back)],
    ), save)  # fmt: skip
    return answer

