"""What scores lead to: the proposals of a month, confirming and declining them, and the rules they come from."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.outcomes import OUTCOME_CONFIRM, OUTCOME_PROPOSE, OUTCOME_READ, OUTCOME_RULES
from performance.models import Proposal
from performance.pages.blueprint import blueprint
from performance.pages.boards import month_asked
from performance.schemas import DeclineSchema, OutcomeRulesSchema
from performance.services import outcome_rules, outcomes
from performance.services.figures import shown
from performance.services.outcome_rules import band_words
from performance.services.places import entities, names_of, units_on
from performance.text import OUTCOMES, PROPOSALS, PROPOSED, _
from remit.base import Actor, DomainError, Month, clock
from remit.services import allowed, allowed_many, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/outcomes")
@access(OUTCOME_READ)
def show_outcomes(session: Session, actor: Actor) -> Page:
    """The proposals of a month as far as one may see them, each with its reason."""
    month = month_asked(actor)
    found = outcomes.listed(session, actor, month.period)
    open_ = [one for one in found if one.state == PROPOSED]
    may = {
        one.id for one, yes in zip(open_, allowed_many(session, actor, OUTCOME_CONFIRM, open_), strict=True) if yes
    }  # fmt: skip
    names = names_of(session, {one.person_id for one in found})
    units = units_on(session, min(month.period.last, clock.today(actor.zone)))
    over = month.next().start <= clock.today(actor.zone)
    groups = [
        {"title": title, "rows": [_row(one, names, units.title(one.unit_id), one.id in may) for one in found
                                  if one.kind == kind]} for kind, title in OUTCOMES.items()
    ]  # fmt: skip
    return page(
        "performance/outcomes.html", title=_("Outcomes of scores"), month=month, may_confirm=bool(may),
        groups=[one for one in groups if one["rows"]], paid_with=Month.of(clock.today(actor.zone)),
        may_propose=over and allowed(session, actor, OUTCOME_PROPOSE), may_rules=allowed(session, actor, OUTCOME_RULES),
        previous=url_for("performance.show_outcomes", month=str(month.previous())),
        following=url_for("performance.show_outcomes", month=str(month.next())) if over else "",
    )  # fmt: skip


def _row(one: Proposal, names: dict[int, str], unit: Any, may: bool) -> dict[str, Any]:
    points = f"{one.points // 100}.{one.points % 100:02d}"
    return {
        "id": one.id, "name": names.get(one.person_id, "–"), "unit": unit, "state": PROPOSALS[one.state],
        "rate": f"{shown(one.rate)}%" if one.rate else "", "reason": one.reason, "may": may,
        "paid_with": Month.from_number(one.month) if one.month else None,
        "why": _("{points} points, in the band {band}", points=points, band=band_words(one.low, one.high)),
        "decline": url_for("performance.decline_outcome", proposal_id=one.id) if may else "",
    }  # fmt: skip


@blueprint.post("/outcomes/<month:month>/propose")
@access(OUTCOME_PROPOSE)
def propose_outcomes(session: Session, actor: Actor, month: Month) -> Response:
    """Make the scores of a month final and propose what follows from them."""
    try:
        with session.begin_nested():
            added, waiting = outcomes.propose(session, actor, month.period)
        flash(_("{count} proposal was added.", "{count} proposals were added.", count=added))
        if waiting:
            flash(_("{count} score is incomplete and not final.", "{count} scores are incomplete and not final.",
                    count=waiting), "warn")  # fmt: skip
    except DomainError as error:
        flash(error.message, "bad")
    return redirect_to("performance.show_outcomes", month=str(month))


@blueprint.post("/outcomes/<month:month>/confirm")
@access(OUTCOME_CONFIRM)
def confirm_outcomes(session: Session, actor: Actor, month: Month) -> Response:
    """Confirm the proposals that were chosen, all of them or none."""
    try:
        paid_with = Month.parse(request.form.get("paid_with", ""))
        chosen = sorted({int(one) for one in request.form.getlist("chosen") if one.isdecimal()})
        if not chosen:
            raise DomainError("performance.none_chosen", _("Choose at least one proposal."))
        with session.begin_nested():
            for number in chosen:
                found = load(session, actor, OUTCOME_CONFIRM, Proposal, number)
                outcomes.confirm(session, actor, found, paid_with)
        flash(_("{count} proposal is confirmed.", "{count} proposals are confirmed.", count=len(chosen)))
    except DomainError as error:
        session.expire_all()
        flash(error.message, "bad")
    return redirect_to("performance.show_outcomes", month=str(month))


@blueprint.route("/outcomes/<id:proposal_id>/decline", methods=["GET", "POST"])
@access(OUTCOME_CONFIRM)
def decline_outcome(session: Session, actor: Actor, proposal_id: int) -> Page | Response:
    """Decline a proposal, saying why."""
    found = load(session, actor, OUTCOME_CONFIRM, Proposal, proposal_id)
    form = Form(DeclineSchema)
    month = str(Month.of(found.starts_on))

    def save(told: dict[str, Any]) -> Response:
        outcomes.decline(session, actor, found, told["reason"])
        return redirect_to("performance.show_outcomes", month=month)

    back = url_for("performance.show_outcomes", month=month)
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Decline the proposal"), form=form, back=back, sub=OUTCOMES[found.kind],
        crumb=[(_("Outcomes of scores"), back)],
    ), save)  # fmt: skip


@blueprint.route("/outcomes/rules", methods=["GET", "POST"])
@access(OUTCOME_RULES)
def outcome_tables(session: Session, actor: Actor) -> Page | Response:
    """The rules of companies, and the form for the next ones."""
    told = outcome_rules.listed(session, actor)
    offered = entities(session)
    form = Form(OutcomeRulesSchema, values={
        "legal_entity_id": offered[0].id if offered else None,
        "valid_from": Month.of(clock.today(actor.zone)).next().start,
        "rules": outcome_rules.text_of(told[0][1]) if told else "",
    }, options={"legal_entity_id": [(one.id, str(one.name)) for one in offered]})  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        values["rules"] = outcome_rules.lines(values["rules"])
        outcome_rules.save(session, actor, values)
        flash(_("The rules are kept."))
        return redirect_to("performance.outcome_tables")

    back = url_for("performance.show_outcomes")
    return form.answer(session, lambda: page(
        "performance/outcome_rules.html", title=_("Rules for outcomes"), form=form, back=back, tables=[
            {"from": table.valid_from, "rows": [
                {"band": band_words(one.low, one.high), "kind": OUTCOMES[one.kind],
                 "rate": f"{shown(one.rate)}%" if one.rate else ""} for one in rules
            ]} for table, rules in told
        ], crumb=[(_("Outcomes of scores"), back)],
    ), save)  # fmt: skip
