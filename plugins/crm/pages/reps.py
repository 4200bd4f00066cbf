"""Who takes leads, which leads nobody has, and why a lead is where it is."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_ASSIGN, LEAD_READ
from plugins.crm.actions.rules import REP_EDIT, REP_READ
from plugins.crm.models import Lead, LeadAssignment, Rep
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.rules import HandSchema, RepSchema
from plugins.crm.services import reps as services
from plugins.crm.services.arriving import assigning, choosing
from plugins.crm.services.arriving.people import candidates, names
from plugins.crm.services.arriving.tagging import tags_of
from plugins.crm.services.places import all_places
from plugins.crm.services.standard.judging import standing
from plugins.crm.text import LEAD_STATES, _
from plugins.crm.text_rules import LEVEL_WORDS
from remit.base import Actor
from remit.services import allowed, load
from remit.text import Text
from remit.web import Form, Page, access, flash, page, redirect_to

#: Why a lead has no owner, or another than before, by the code that is kept.
WHY: dict[str, Text] = {
    "no_table": _("No table of assignment is in force."),
    "no_row": _("No row of the table of assignment takes it."),
    "nobody": _("Nobody of the team can take it now."),
    "absent": _("Whoever had it is away."),
    "overdue": _("It was not followed up in time."),
    "left": _("Whoever had it has left."),
}


@blueprint.get("/reps")
@access(REP_READ)
def reps(session: Session, actor: Actor) -> Page:
    """The people who take leads: what they know, what they have in hand, who is away today."""
    found = services.reps(session, actor)
    units = {place.unit_id: place.title for place in all_places(session)}
    now = {(one.person_id, one.unit_id): one
           for one in candidates(session, {rep.unit_id for rep in found}, hold=False)}  # fmt: skip
    words, people = services.titles(session), names(session, {rep.person_id for rep in found})
    rows = [
        {
            "name": people.get(rep.person_id, "–"), "unit": units.get(rep.unit_id, "–"), "active": rep.is_active,
            "industries": [words.get(("industry", code), code) for code in rep.industries],
            "products": [words.get(("product", code), code) for code in rep.products], "skills": rep.skills,
            "now": now.get((rep.person_id, rep.unit_id)), "url": url_for("crm.edit_rep", rep_id=rep.id),
        } for rep in found
    ]  # fmt: skip
    return page(
        "crm/reps.html", title=_("Who takes leads"), rows=rows, may_edit=allowed(session, actor, REP_EDIT)
    )


@blueprint.route("/reps/new", methods=["GET", "POST"])
@access(REP_EDIT)
def new_rep(session: Session, actor: Actor) -> Page | Response:
    """Let somebody take leads."""
    return _rep(session, actor, None)


@blueprint.route("/reps/<id:rep_id>", methods=["GET", "POST"])
@access(REP_EDIT)
def edit_rep(session: Session, actor: Actor, rep_id: int) -> Page | Response:
    """Change what somebody takes."""
    return _rep(session, actor, load(session, actor, REP_EDIT, Rep, rep_id))


def _rep(session: Session, actor: Actor, found: Rep | None) -> Page | Response:
    words = services.titles(session)
    values: dict[str, Any] = {"most_open": 40, "is_active": True}
    if found is not None:
        values = {
            "person_id": found.person_id, "unit_id": found.unit_id, "most_open": found.most_open,
            "industries": "、".join(words.get(("industry", code), code) for code in found.industries),
            "products": "、".join(words.get(("product", code), code) for code in found.products),
            "skills": "、".join(found.skills), "is_active": found.is_active,
        }  # fmt: skip
    people = services.people(session)
    form = Form(RepSchema, values=values, options={
        "person_id": [one for one in people if found is None or one[0] == found.person_id],
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(given: dict[str, Any]) -> Response:
        services.save(session, actor, found, given)
        flash(_("The profile is kept."))
        return redirect_to("crm.reps")

    back = url_for("crm.reps")
    title = names(session, [found.person_id]).get(found.person_id, "–") if found else _("Let somebody take leads")
    return form.answer(session, lambda: page(
        "crm/form.html", title=title, form=form, crumb=[(_("Who takes leads"), back)], back=back,
    ), save)  # fmt: skip


@blueprint.get("/unassigned")
@access(LEAD_ASSIGN)
def unassigned(session: Session, actor: Actor) -> Page:
    """The leads that nobody has and that one may hand on, with why."""
    found = assigning.unassigned(session, actor)
    last = assigning.last_of(session, found)
    units = {place.unit_id: place.title for place in all_places(session)}
    rows = [
        {"company": one.company, "at": one.captured_at, "unit": units.get(one.unit_id, "–"),
         "why": WHY.get(str(last[one.id].why.get("code", ""))) if one.id in last else None,
         "url": url_for("crm.hand_lead", lead_id=one.id)}
        for one in found
    ]  # fmt: skip
    return page("crm/unassigned.html", title=_("Leads that nobody has"), rows=rows, most=assigning.PAGE)


@blueprint.route("/unassigned/<id:lead_id>", methods=["GET", "POST"])
@access(LEAD_ASSIGN)
def hand_lead(session: Session, actor: Actor, lead_id: int) -> Page | Response:
    """Hand a lead to somebody, seeing why the rules did not."""
    lead = load(session, actor, LEAD_ASSIGN, Lead, lead_id)
    units = {place.unit_id for place in all_places(session)}
    people = candidates(session, units, hold=False)
    called = names(session, {one.person_id for one in people})
    form = Form(HandSchema, options={"person_id": [
        (one.person_id, str(_("{name}, {open} of {most} in hand", name=called.get(one.person_id, "–"), open=one.open,
                              most=one.most)))
        for one in people
    ]})  # fmt: skip

    def save(given: dict[str, Any]) -> Response:
        assigning.hand_over(session, actor, lead, given["person_id"], given["said"])
        flash(_("The lead is handed over."))
        return redirect_to("crm.unassigned")

    back = url_for("crm.unassigned")
    return form.answer(session, lambda: page(
        "crm/hand_lead.html", title=_("Hand over {company}", company=lead.company), form=form, back=back,
        crumb=[(_("Leads that nobody has"), back)], **reasons_of(session, lead),
    ), save)  # fmt: skip


@blueprint.get("/leads/<id:lead_id>/reasons")
@access(LEAD_READ)
def lead_reasons(session: Session, actor: Actor, lead_id: int) -> Page:
    """Why a lead counts as it does, has its tags, and is in whose hands it is."""
    lead = load(session, actor, LEAD_READ, Lead, lead_id)
    return page(
        "crm/lead_reasons.html", title=lead.company, lead=lead, state=LEAD_STATES[lead.state],
        **reasons_of(session, lead),
    )  # fmt: skip


def reasons_of(session: Session, lead: Lead) -> dict[str, Any]:
    """What ``crm/reasons.html`` shows of a lead that was loaded: the criteria, the tags, who was passed over."""
    last: LeadAssignment | None = assigning.last_of(session, [lead]).get(lead.id)
    passed = last.why.get("passed", []) if last is not None else []
    people = {one["person_id"] for one in passed}
    people |= {one for one in (last.person_id, last.by_person_id) if one} if last is not None else set()
    called = names(session, people)
    return {
        "standing": standing(session, lead), "tags": tags_of(session, [lead])[lead.id], "last": last,
        "levels": LEVEL_WORDS, "called": called, "passed": choosing.told(passed, called),
        "whys": [WHY[key] for key in (last.why.get("cause"), last.why.get("code")) if key in WHY] if last else [],
    }  # fmt: skip
