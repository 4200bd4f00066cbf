"""One lead: its facts, what happened to it, what it cost; following it up and handing it over."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import DEAL_WORK
from plugins.crm.actions.leads import LEAD_ASSIGN, LEAD_READ, LEAD_REVEAL, LEAD_WORK
from plugins.crm.models import Lead
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.reasons import reasons_of
from plugins.crm.schemas.following import AssignSchema, FollowSchema
from plugins.crm.services.deals import opening
from plugins.crm.services.following import contacting, handing, people
from plugins.crm.services.leads import listing, looking
from plugins.crm.services.leads.history import moment
from plugins.crm.text import LEAD_STATES, LOST, NEW, OPEN_STATES, _
from remit.base import Actor, DomainError, clock
from remit.services import allowed_actions, load
from remit.web import Form, Page, access, flash, page, redirect_to

_MAY = (LEAD_WORK, LEAD_ASSIGN, LEAD_REVEAL)


@blueprint.get("/leads/<id:lead_id>")
@access(LEAD_READ)
def lead(session: Session, actor: Actor, lead_id: int) -> Page:
    """One lead."""
    return _page(session, actor, load(session, actor, LEAD_READ, Lead, lead_id))


@blueprint.post("/leads/<id:lead_id>/reveal")
@access(LEAD_REVEAL)
def reveal_lead(session: Session, actor: Actor, lead_id: int) -> Page:
    """Open phone and mail address; who looked and what for is kept."""
    found = load(session, actor, LEAD_READ, Lead, lead_id)
    try:
        opened = looking.reveal(session, actor, found, request.form.get("purpose", ""))
    except DomainError as error:
        if error.code != "reveal.purpose":
            raise
        answer = _page(session, actor, found, complaint=str(error))
        answer.status = 422
        return answer
    return _page(session, actor, found, opened=opened)


@blueprint.route("/leads/<id:lead_id>/follow", methods=["GET", "POST"])
@access(LEAD_WORK)
def follow_lead(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Write down what a contact came to."""
    found = load(session, actor, LEAD_WORK, Lead, lead_id)
    form = Form(
        FollowSchema, values={"outcome": "contacted", "revision": found.revision},
        options={"reason": contacting.reasons(session)},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        contacting.follow_up(session, actor, found, values)
        flash(_("It is written down."))
        return redirect_to("crm.lead", lead_id=found.id)

    back = url_for("crm.lead", lead_id=found.id)
    return form.answer(session, lambda: page(
        "crm/follow.html", title=_("Follow up {company}", company=found.company), form=form, back=back,
        crumb=[(_("Leads"), url_for("crm.leads")), (found.company, back)],
        deal=url_for("crm.new_deal", lead_id=found.id),
    ), save)  # fmt: skip


@blueprint.route("/leads/<id:lead_id>/assign", methods=["GET", "POST"])
@access(LEAD_ASSIGN)
def assign_lead(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Hand a lead to a colleague."""
    found = load(session, actor, LEAD_ASSIGN, Lead, lead_id)
    among = people.takers(session, found.unit_id, clock.today(actor.zone))
    form = Form(AssignSchema, values={"revision": found.revision}, options={"person_id": [
        (one.person_id, _("{name}, away today", name=one.name) if one.away
         else _("{name}, {load} in hand", name=one.name, load=one.load))
        for one in among if one.person_id != found.owner_person_id
    ]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        handing.assign(session, actor, found, values["person_id"], values["revision"], values["said"])
        flash(_("The lead is handed over."))
        return redirect_to("crm.leads")

    back = url_for("crm.lead", lead_id=found.id)
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Hand over {company}", company=found.company), form=form, back=back,
        crumb=[(_("Leads"), url_for("crm.leads")), (found.company, back)],
    ), save)  # fmt: skip


def _page(
    session: Session, actor: Actor, found: Lead, *, opened: dict[str, str | None] | None = None, complaint: str = ""
) -> Page:
    words, channels = listing.word_titles(session), listing.channel_titles(session)
    may = allowed_actions(session, actor, _MAY, found)
    state, kind = LEAD_STATES[found.state]
    names = listing.names_of(session, [found.owner_person_id])
    is_open = found.state in OPEN_STATES
    deals = opening.of_lead(session, actor, found)
    may_sell = allowed_actions(session, actor, [DEAL_WORK], opening.draft_of(found))[DEAL_WORK] and is_open
    return page(
        "crm/lead.html", title=found.company, found=found, crumb=[(_("Leads"), url_for("crm.leads"))],
        state=state, kind=kind, facts=_facts(found, words, channels, names, actor),
        phone=opened["phone"] if opened else looking.masked_phone(found.phone),
        email=opened["email"] if opened else looking.masked_mail(found.email),
        opened=opened is not None, may_reveal=may[LEAD_REVEAL], complaint=complaint,
        own=found.owner_person_id == actor.person_id, history=[
            {"when": when[:10], "text": one.text, "sub": " ".join(filter(None, (when[11:], one.said)))}
            for one in looking.history(session, found, words) for when in (looking.local(one.at, actor.zone),)
        ],
        cost=looking.cost_of(session, actor, found), sections=looking.sections(session, actor, found), deals=deals,
        reasons=reasons_of(session, found),
        may_work=may[LEAD_WORK] and is_open, may_assign=may[LEAD_ASSIGN] and is_open, may_sell=may_sell,
        late=found.state == NEW and found.due_at is not None and found.due_at < moment(),
        reason=words.get(("lost", found.closed_reason), found.closed_reason) if found.state == LOST else "",
    )  # fmt: skip


def _facts(
    found: Lead, words: dict[tuple[str, str], str], channels: dict[int, str], names: dict[int, str], actor: Actor
) -> list[tuple[Any, Any]]:
    due = looking.local(found.due_at, actor.zone) if found.due_at else None
    return [
        (_("Contact"), found.contact), (_("In the hands of"), names.get(found.owner_person_id or 0) or _("Nobody")),
        *([(_("To be followed up by"), due)] if due else []),
        *([(_("Next step on"), found.next_on.isoformat())] if found.next_on else []),
        (_("Channel"), channels.get(found.channel_id)),
        (_("Industry"), words.get(("industry", found.industry), found.industry)),
        (_("Region"), words.get(("region", found.region), found.region)),
        (_("Product"), words.get(("product", found.product), found.product)),
        (_("Employees"), found.staff), (_("Taken in at"), looking.local(found.captured_at, actor.zone)),
        *((title, looking.local(at, actor.zone)) for title, at in (
            (_("First followed up at"), found.touched_at), (_("Won at"), found.won_at)) if at),
    ]  # fmt: skip
