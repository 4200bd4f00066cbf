"""Customers: who is one, whose renewal is due, who left; one customer with his deals and recommendations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, CUSTOMER_WORK
from plugins.crm.models import Customer
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.following import LoseSchema, ReferralSchema
from plugins.crm.services.deals import customers as services
from plugins.crm.services.following import contacting
from plugins.crm.services.leads.listing import names_of
from plugins.crm.text import ACTIVE, CUSTOMER_STATES, DEAL_STATES, LEAD_STATES, _
from remit.base import Actor
from remit.services import allowed, load
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to


@blueprint.get("/customers")
@access(CUSTOMER_READ)
def customers(session: Session, actor: Actor) -> Page:
    """The customers one may see."""
    words = {"active": _("Customers"), "due": _("Renewal due"), "left": _("Left us")}
    show = request.args.get("show", "active")
    show = show if show in words else "active"
    before = asked_id("before")
    found = services.customers(session, actor, show, before)
    rows, counts = found[: services.PAGE], services.counts(session, actor)
    return page(
        "crm/customers.html", title=_("Customers"), rows=[
            {"id": one.id, "company": one.company, "since": one.since_on, "owner": one.owner_person_id,
             "until": one.term_end - timedelta(days=1) if one.term_end else None, "state": CUSTOMER_STATES[one.state]}
            for one in rows
        ],
        names=names_of(session, [one.owner_person_id for one in rows]),
        tabs=[{"label": text, "url": f"?show={key}", "current": key == show, "count": counts[key]}
              for key, text in words.items()],
        older=f"?show={show}&before={rows[-1].id}" if len(found) > services.PAGE and show != "due" else "",
    )  # fmt: skip


@blueprint.get("/customers/<id:customer_id>")
@access(CUSTOMER_READ)
def customer(session: Session, actor: Actor, customer_id: int) -> Page:
    """One customer."""
    found = load(session, actor, CUSTOMER_READ, Customer, customer_id)
    may = allowed(session, actor, CUSTOMER_WORK, found)
    reasons = dict(contacting.reasons(session))
    return page(
        "crm/customer.html", title=found.company, found=found, state=CUSTOMER_STATES[found.state],
        crumb=[(_("Customers"), url_for("crm.customers"))], may_work=may, active=found.state == ACTIVE,
        owner=names_of(session, [found.owner_person_id]).get(found.owner_person_id or 0),
        until=found.term_end - timedelta(days=1) if found.term_end else None,
        reason=reasons.get(found.churned_reason, found.churned_reason),
        due=found.state == ACTIVE and found.term_end is not None and found.term_end <= services.due_by(actor),
        deals=services.deals_of(session, actor, found), deal_states=DEAL_STATES, lead_states=LEAD_STATES,
        recommended=services.recommended(session, actor, found),
    )  # fmt: skip


@blueprint.route("/customers/<id:customer_id>/churn", methods=["GET", "POST"])
@access(CUSTOMER_WORK)
def churn_customer(session: Session, actor: Actor, customer_id: int) -> Page | Response:
    """A customer leaves."""
    found = load(session, actor, CUSTOMER_WORK, Customer, customer_id)
    form = Form(LoseSchema, values={"revision": found.revision}, options={"reason": contacting.reasons(session)})

    def save(values: dict[str, Any]) -> Response:
        services.churn(session, actor, found, values["reason"], values["revision"])
        flash(_("It is written down."))
        return redirect_to("crm.customer", customer_id=found.id)

    return _answer(session, found, form, _("The customer leaves"), save)


@blueprint.route("/customers/<id:customer_id>/refer", methods=["GET", "POST"])
@access(CUSTOMER_WORK)
def refer_customer(session: Session, actor: Actor, customer_id: int) -> Page | Response:
    """Keep whom a customer recommended us to."""
    found = load(session, actor, CUSTOMER_WORK, Customer, customer_id)
    form = Form(ReferralSchema, options={
        "lead_id": [(one.id, one.company) for one in services.to_recommend(session, actor)]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        services.refer(session, actor, found, values["lead_id"])
        flash(_("It is written down."))
        return redirect_to("crm.customer", customer_id=found.id)

    return _answer(session, found, form, _("Recommended us to"), save)


def _answer(session: Session, found: Customer, form: Form, title: Any, save: Any) -> Page | Response:
    back = url_for("crm.customer", customer_id=found.id)
    answer: Page | Response = form.answer(session, lambda: page(
        "crm/form.html", title=title, form=form, back=back,
        crumb=[(_("Customers"), url_for("crm.customers")), (found.company, back)],
    ), save)  # fmt: skip
    return answer
