"""The spend guard: which campaigns are watched, how one has gone day by day, its limits, what is done about alarms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.guard import GUARD_READ, GUARD_SET, GUARD_SETTLE
from plugins.crm.actions.spending import CAMPAIGN_EDIT, TRANSFER_REQUEST
from plugins.crm.models import Campaign, SpendGuard
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.rules.guard import MEASURES, Limits, Measure, Standing
from plugins.crm.schemas.guard import GuardSchema, SettleSchema
from plugins.crm.services import budgets
from plugins.crm.services.guard import limits as services
from plugins.crm.services.guard import settling
from plugins.crm.services.leads.listing import names_of
from plugins.crm.text import ALARM_OPEN, ALARM_STATES, LEVELS, MEASURE_WORDS, _
from remit.base import Actor, NotFound, clock, format_money
from remit.services import allowed, load
from remit.text import Text
from remit.web import Form, Page, access, flash, page, redirect_to

#: What a form begins with.
_USUAL = {"level": "sales", "least_leads": 30, "wait_days": 0, "is_active": True}


@blueprint.get("/guard")
@access(GUARD_READ)
def guards(session: Session, actor: Actor) -> Page:
    """The campaigns whose costs are watched, those that need an answer first."""
    found = services.watched(session, actor, clock.today(actor.zone))
    rows = [
        {
            "title": one.campaign.title, "url": url_for("crm.guard", campaign_id=one.campaign.id),
            "from": one.campaign.starts_on, "until": one.campaign.ends_on - timedelta(days=1),
            "guarded": one.guard is not None and one.guard.is_active, "alarms": len(one.open),
            "costs": _costs(one.standing, one.guard) if one.standing is not None and one.guard is not None else [],
        } for one in found
    ]  # fmt: skip
    return page("crm/guards.html", title=_("Spend guard"), rows=rows)


def _costs(standing: Standing, guard: SpendGuard) -> list[dict[str, Any]]:
    """What each measure with a limit stands at."""
    found = []
    limits = Limits(guard.per_lead, guard.per_customer, guard.least_leads, guard.wait_days)
    for measure in MEASURES:
        most = limits.most(measure)
        if most is None:
            continue
        cost, count = standing.cost(measure), standing.count(measure)
        told = _money(round(cost)) if cost is not None else "–"
        part = round(100 * standing.spent / (most * max(count, 1)))
        found.append({
            "label": _PER[measure], "value": told, "most": _money(most), "part": part, "count": count,
            "kind": "bad" if standing.passes(measure, limits) else "warn" if part >= 90 else "",
        })  # fmt: skip
    return found


_PER: dict[Measure, Text] = {"lead": _("Cost per qualified lead"), "customer": _("Cost per customer")}


def _money(minor: int) -> str:
    return format_money(minor, symbol=True)


@blueprint.get("/campaigns/<id:campaign_id>/guard")
@access(GUARD_READ)
def guard(session: Session, actor: Actor, campaign_id: int) -> Page:
    """How a campaign has gone under its limits, and the alarms."""
    campaign = load(session, actor, GUARD_READ, Campaign, campaign_id)
    found = services.guard_of(session, campaign)
    alarms = services.alarms_of(session, found) if found is not None else []
    names = names_of(session, [one.settled_by_person_id for one in alarms])
    today = clock.today(actor.zone)
    may_settle = allowed(session, actor, GUARD_SETTLE, campaign)
    may_stop = may_settle and allowed(session, actor, CAMPAIGN_EDIT, campaign) and campaign.ends_on > today
    move = _move(session, actor, campaign) if alarms else None
    return page(
        "crm/guard.html", title=campaign.title, crumb=[(_("Spend guard"), url_for("crm.guards"))], campaign=campaign,
        guard=found, level=LEVELS[found.level] if found is not None else "",
        may_set=allowed(session, actor, GUARD_SET, campaign),
        replay=_told(session, actor, campaign, found, today) if found is not None else None,
        alarms=[(one, MEASURE_WORDS[one.measure], ALARM_STATES[one.state], names.get(one.settled_by_person_id or 0))
                for one in alarms],
        may_settle=may_settle, may_stop=may_stop, move=move, last_day=campaign.ends_on - timedelta(days=1),
    )  # fmt: skip


def _move(session: Session, actor: Actor, campaign: Campaign) -> dict[str, Any] | None:
    """What is left of the campaign's budget, and the way to a request to move it."""
    rest = budgets.left_of(session, actor, campaign) if allowed(session, actor, TRANSFER_REQUEST) else None
    if rest is None:
        return None
    url = url_for("crm.new_transfer", because="guard", campaign=campaign.id)
    return {"left": _money(rest.left), "budget": rest.budget.title, "url": url}


def proposal(session: Session, actor: Actor, campaign_id: int) -> dict[str, Any]:
    """The transfer of what is left of a campaign's budget, with its latest alarm as the reason, as the values of its
    form; empty where nothing is left. Raises ``NotFound`` for a campaign whose costs the actor does not see.
    """
    campaign = load(session, actor, GUARD_READ, Campaign, campaign_id)
    found, rest = services.guard_of(session, campaign), budgets.left_of(session, actor, campaign)
    alarms = services.alarms_of(session, found) if found is not None else []
    if rest is None or not alarms:
        return {}
    alarm = alarms[0]
    reason = _("{campaign}: {spent} for {reached} out of {leads}; allowed for each {word}: {most}.",
               campaign=campaign.title, spent=_money(alarm.spent), reached=alarm.count, leads=alarm.leads,
               word=MEASURE_WORDS[alarm.measure], most=_money(alarm.most))  # fmt: skip
    return {"from_budget_id": rest.budget.id, "amount": rest.left, "reason": str(reason)}


def _told(session: Session, actor: Actor, campaign: Campaign, found: SpendGuard, today: date) -> dict[str, Any]:
    """A replay as it is drawn: for each measure the cost of each day, its limit, and the day it was passed."""
    last = min(today, campaign.ends_on - timedelta(days=1) + timedelta(days=found.wait_days))
    told = services.replay(session, actor, campaign, found, last)
    first = {one.measure: one.standing for one in told.alarms}
    lines = []
    for measure in MEASURES:
        most = told.limits.most(measure)
        if most is None or not told.days:
            continue
        costs = [(one.day, one.spent / max(one.count(measure), 1)) for one in told.days if one.leads]
        at = first.get(measure)
        lines.append({
            "label": _PER[measure], "points": [cost for _day, cost in costs], "most": most, "limit": _money(most),
            "from": costs[0][0] if costs else None, "until": costs[-1][0] if costs else None,
            "mark": next((place for place, (day, _cost) in enumerate(costs) if at and day == at.day), None),
            "at": at, "count": at.count(measure) if at else 0, "spent": _money(at.spent) if at else "",
            "end": _money(round(costs[-1][1])) if costs else "",
        })  # fmt: skip
    return {"lines": lines, "last": told.days[-1] if told.days else None,
            "spent": _money(told.days[-1].spent) if told.days else ""}  # fmt: skip


@blueprint.route("/campaigns/<id:campaign_id>/guard/limits", methods=["GET", "POST"])
@access(GUARD_SET)
def set_guard(session: Session, actor: Actor, campaign_id: int) -> Page | Response:
    """Try limits on what has happened so far, or keep them."""
    campaign = load(session, actor, GUARD_SET, Campaign, campaign_id)
    kept = services.guard_of(session, campaign)
    form = Form(GuardSchema, values=kept or _USUAL)
    back = url_for("crm.guard", campaign_id=campaign.id)

    def show(tried: dict[str, Any] | None = None) -> Page:
        return page(
            "crm/guard_form.html", title=_("Limits of {campaign}", campaign=campaign.title), form=form, back=back,
            crumb=[(_("Spend guard"), url_for("crm.guards")), (campaign.title, back)], replay=tried,
        )

    def save(values: dict[str, Any]) -> Page | Response:
        if request.form.get("do") == "try":
            trial = SpendGuard(id=0, campaign_id=campaign.id, currency="CNY", **values)
            return show(_told(session, actor, campaign, trial, clock.today(actor.zone)))
        services.save(session, actor, campaign, values)
        flash(_("The limits are kept."))
        return redirect_to("crm.guard", campaign_id=campaign.id)

    return form.answer(session, show, save)


@blueprint.route("/campaigns/<id:campaign_id>/guard/<id:alarm_id>/go-on", methods=["GET", "POST"])
@access(GUARD_SETTLE)
def let_go_on(session: Session, actor: Actor, campaign_id: int, alarm_id: int) -> Page | Response:
    """Let a campaign go on."""
    return _settle(session, actor, campaign_id, alarm_id, _("Let it go on"), settling.go_on)


@blueprint.route("/campaigns/<id:campaign_id>/guard/<id:alarm_id>/stop", methods=["GET", "POST"])
@access(GUARD_SETTLE)
def stop(session: Session, actor: Actor, campaign_id: int, alarm_id: int) -> Page | Response:
    """Stop a campaign."""
    return _settle(session, actor, campaign_id, alarm_id, _("Stop the campaign"), settling.stop)


def _settle(
    session: Session, actor: Actor, campaign_id: int, alarm_id: int, title: Text, settled: Callable[..., None]
) -> Page | Response:
    campaign = load(session, actor, GUARD_SETTLE, Campaign, campaign_id)
    alarm = settling.alarm_of(session, campaign, alarm_id)
    if alarm is None:
        raise NotFound("crm.alarm", _("There is no such alarm."))
    form = Form(SettleSchema)
    back = url_for("crm.guard", campaign_id=campaign.id)

    def save(values: dict[str, Any]) -> Response:
        settled(session, actor, campaign, alarm, values["said"], clock.today(actor.zone))
        flash(_("The alarm is answered."))
        return redirect_to("crm.guard", campaign_id=campaign.id)

    return form.answer(session, lambda: page(
        "crm/guard_settle.html", title=title, form=form, back=back, crumb=[(campaign.title, back)],
        alarm=alarm, word=MEASURE_WORDS[alarm.measure], open=alarm.state == ALARM_OPEN, stops=settled is settling.stop,
        spent=_money(alarm.spent), most=_money(alarm.most),
    ), save)  # fmt: skip


