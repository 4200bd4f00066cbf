"""Rejected leads: giving one back, contesting it, and settling what is disputed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ, LEAD_WORK
from plugins.crm.actions.rules import DISPUTE_READ, DISPUTE_SETTLE, DISPUTE_SPEAK
from plugins.crm.models import Choice, Dispute, Lead
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.rules import ContestSchema, RejectSchema, SpeakSchema
from plugins.crm.services import disputes as services
from plugins.crm.services.leads.listing import names_of
from plugins.crm.text import _
from plugins.crm.text_rules import DISPUTE_STATES, DISPUTE_WORDS
from remit.base import Actor
from remit.services import allowed, load, system
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/disputes")
@access(DISPUTE_READ)
def disputes(session: Session, actor: Actor) -> Page:
    """What is disputed, or was; and the rejected leads that may be contested."""
    settled = request.args.get("show") == "settled"
    found = services.disputes(session, actor, settled=settled)
    may = allowed(session, actor, DISPUTE_SPEAK) and allowed(session, actor, LEAD_READ)
    back = services.rejected(session, actor) if may and not settled else []
    return page(
        "crm/disputes.html", title=_("Disputed leads"), rows=_rows(session, found), settled=settled,
        states=DISPUTE_STATES, words=DISPUTE_WORDS, back=back, reasons=_reasons(session),
    )  # fmt: skip


def _rows(session: Session, found: Sequence[Dispute]) -> list[dict[str, Any]]:
    with system(session, "the leads of disputes that their reader may see"):
        leads = session.execute(select(Lead.id, Lead.company).where(Lead.id.in_([one.lead_id for one in found])))
        companies = {number: company for number, company in leads}
    return [
        {"company": companies.get(one.lead_id, "–"), "found": one, "url": url_for("crm.dispute", dispute_id=one.id)}
        for one in found
    ]


def _reasons(session: Session) -> dict[str, str]:
    with system(session, "the reasons that leads are rejected for"):
        rows = session.execute(
            select(Choice.code, Choice.title).where(Choice.kind == "rejected").order_by(Choice.order, Choice.id)
        )
        return {code: str(title) for code, title in rows}


@blueprint.route("/leads/<id:lead_id>/reject", methods=["GET", "POST"])
@access(LEAD_WORK)
def reject_lead(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Give a lead back to marketing."""
    lead = load(session, actor, LEAD_WORK, Lead, lead_id)
    form = Form(RejectSchema, options={"reason": list(_reasons(session).items())})

    def save(values: dict[str, Any]) -> Response:
        services.reject(session, actor, lead, values["reason"], values["said"])
        flash(_("The lead is back with marketing, with your reason."))
        return redirect_to("crm.reject_lead", lead_id=lead_id)

    return form.answer(session, lambda: page(
        "crm/reject.html", title=_("Reject {company}", company=lead.company), form=form, lead=lead,
        reasons=_reasons(session),
    ), save)  # fmt: skip


@blueprint.route("/leads/<id:lead_id>/contest", methods=["GET", "POST"])
@access(DISPUTE_SPEAK)
def contest_lead(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Contest a rejection."""
    lead = load(session, actor, LEAD_READ, Lead, lead_id)
    form = Form(ContestSchema)

    def save(values: dict[str, Any]) -> Response:
        made = services.contest(session, actor, lead, values["said"])
        flash(_("Both sides see it among the disputed leads."))
        return redirect_to("crm.dispute", dispute_id=made.id)

    back = url_for("crm.disputes")
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Contest the rejection of {company}", company=lead.company), form=form, back=back,
        crumb=[(_("Disputed leads"), back)],
    ), save)  # fmt: skip


@blueprint.route("/disputes/<id:dispute_id>", methods=["GET", "POST"])
@access(DISPUTE_READ)
def dispute(session: Session, actor: Actor, dispute_id: int) -> Page | Response:
    """One dispute; whoever may answers for his side, or decides for both."""
    found = load(session, actor, DISPUTE_READ, Dispute, dispute_id)
    open_ = found.state == "open"
    sides = services.sides_of(session, actor, found) if open_ else []
    may_settle = open_ and allowed(session, actor, DISPUTE_SETTLE, found)
    roles = [*sides, *(["settle"] if may_settle else [])]
    form = Form(SpeakSchema, options={"word": [(key, str(text)) for key, text in DISPUTE_WORDS.items()]})

    def save(values: dict[str, Any]) -> Response:
        role = request.form.get("role", roles[0] if roles else "")
        if role == "settle":
            services.settle(session, actor, found, values["word"], values["said"])
        else:
            services.speak(session, actor, found, role, values["word"], values["said"])
        flash(_("Your answer is kept."))
        return redirect_to("crm.dispute", dispute_id=dispute_id)

    told = (found.opened_by_person_id, found.rejected_by_person_id, found.settled_by_person_id)
    people = {one for one in told if one is not None}
    called, row = names_of(session, people), _rows(session, [found])[0]
    reasons = _reasons(session)
    return form.answer(session, lambda: page(
        "crm/dispute.html", title=row["company"], form=form, found=found, state=DISPUTE_STATES[found.state],
        words=DISPUTE_WORDS, called=called, reason=reasons.get(found.reason, found.reason or "–"), roles=roles,
        role_words={"marketing": _("For marketing"), "sales": _("For sales"), "settle": _("Decide for both")},
        crumb=[(_("Disputed leads"), url_for("crm.disputes"))],
    ), save)  # fmt: skip
