"""Collaboration bonuses: agreements, trying one out, working it out and making it final."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.figures import VALUE_READ
from performance.actions.rewards import (
    AMOUNT_READ,
    RESULT_COMPUTE,
    RESULT_CONFIRM,
    RESULT_READ,
    REWARD,
    REWARD_DRAFT,
    REWARD_READ,
)
from performance.models import KpiValue, Reward, RewardResult
from performance.pages.blueprint import blueprint
from performance.schemas import AgreementSchema, WorkOutSchema
from performance.services import agreements
from performance.services import rewards as services
from performance.services.figures import shown, versions_on, written
from performance.services.places import names_of, units_on
from performance.services.spans import title_of
from performance.services.writing import Known, agreement_text, gates, measures, number, parties
from performance.text import DRAFT, RESULTS, STATES, _
from remit.base import FOREVER, Actor, DomainError, Month, Period, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to
from remit.workflow import answer_of


@blueprint.get("/rewards")
@access(REWARD_READ)
def rewards(session: Session, actor: Actor) -> Page:
    """The agreements one may see."""
    units = units_on(session, clock.today(actor.zone))
    rows = [
        {
            "title": one.title, "code": one.code, "from": one.valid_from, "state": STATES[one.state],
            "place": units.title(one.place_unit_id), "url": url_for("performance.reward", reward_id=one.id),
        } for one in agreements.listed_rewards(session, actor)
    ]  # fmt: skip
    return page("performance/rewards.html", title=_("Collaboration bonuses"), rows=rows,
                may_draft=allowed(session, actor, REWARD_DRAFT))  # fmt: skip


@blueprint.get("/rewards/<id:reward_id>")
@access(REWARD_READ)
def reward(session: Session, actor: Actor, reward_id: int) -> Page:
    """An agreement with what it would come to in a month; figures may be changed to see what would be."""
    found = load(session, actor, REWARD_READ, Reward, reward_id)
    month = _month(actor)
    return _reward(session, actor, found, Form(WorkOutSchema, values={"month": month, "paid_with": month}))


def _month(actor: Actor) -> Month:
    try:
        return Month.parse(request.args.get("month", ""))
    except DomainError:
        return Month.of(clock.today(actor.zone)).previous()


def _reward(session: Session, actor: Actor, found: Reward, form: Form) -> Page:
    month = _month(actor)
    terms = agreements.terms_of(session, found)
    versions = versions_on(session, max(month.period.last, found.valid_from))
    units = units_on(session, clock.today(actor.zone))
    tried, error = None, ""
    try:
        unit_of = {one.name: versions[one.kpi_id].unit for one in terms.measures}
        given = {
            name: number(told, unit_of[name], name) for name, told in request.args.items() if name in unit_of and told
        }
        with session.begin_nested():
            tried = services.simulate(session, actor, found, month.period, given)
    except (DomainError, KeyError) as problem:
        error = str(problem) if isinstance(problem, DomainError) else str(_("A figure is not defined in this month."))
    task = answer_of(session, REWARD, found) if found.state != DRAFT else None
    return page(
        "performance/reward.html", {"tried": "tried"}, title=found.title, found=found, state=STATES[found.state],
        month=month, error=error, tried=_told(tried, versions, units) if tried else None, form=form,
        may_draft=found.state == DRAFT and allowed(session, actor, REWARD_DRAFT, found),
        may_compute=found.state != DRAFT and allowed(session, actor, RESULT_COMPUTE),
        task_url=url_for("tasks.task", task_id=task.id) if task is not None else "",
        results=[{
            "period": title_of(Period(one.starts_on, one.ends_on)), "pool": one.pool, "state": RESULTS[one.state],
            "url": url_for("performance.result", result_id=one.id), "passed": one.passed,
        } for one in services.results_of(session, actor, found)] if allowed(session, actor, RESULT_READ) else [],
        parties=[(units.title(one.unit_id), one.share) for one in terms.parties],
        crumb=[(_("Collaboration bonuses"), url_for("performance.rewards"))],
    )  # fmt: skip


def _told(tried: services.Outcome, versions: Any, units: Any) -> dict[str, Any]:
    """What an agreement would come to, in words."""
    return {
        "passed": tried.passed, "pool": tried.pool, "missing": tried.missing,
        "measures": [{
            "name": one.name, "title": versions[one.kpi_id].title, "known": one.known,
            "actual": written(versions[one.kpi_id].unit)(one.actual) if one.known else "",
            "target": written(versions[one.kpi_id].unit)(one.target), "rate": one.attainment,
            "of": units.title(one.unit_id) if one.unit_id else _("The company"),
        } for one in tried.measures],
        "gates": [(text, passed) for _gate, text, passed in tried.gates],
        "parts": [{
            "title": units.title(one.party.unit_id), "share": f"{shown(one.share)}%", "amount": one.amount,
            "people": len(one.people), "least": min((row[3] for row in one.people), default=0),
            "most": max((row[3] for row in one.people), default=0),
        } for one in tried.parts],
    }  # fmt: skip


@blueprint.post("/rewards/<id:reward_id>/submit")
@access(REWARD_DRAFT)
def submit_reward(session: Session, actor: Actor, reward_id: int) -> Response:
    """Hand a draft in to be signed."""
    found = load(session, actor, REWARD_DRAFT, Reward, reward_id)
    agreements.submit(session, actor, found)
    flash(_("It is handed in; whomever the lists name signs it."))
    return redirect_to("performance.reward", reward_id=found.id)


@blueprint.post("/rewards/<id:reward_id>/results")
@access(RESULT_COMPUTE)
def work_out(session: Session, actor: Actor, reward_id: int) -> Page | Response:
    """Work out what an agreement came to in a month."""
    found = load(session, actor, REWARD_READ, Reward, reward_id)
    form = Form(WorkOutSchema)

    def save(told: dict[str, Any]) -> Response:
        made = services.work_out(session, actor, found, told["month"].period, told["paid_with"])
        return redirect_to("performance.result", result_id=made.id)

    return form.answer(session, lambda: _reward(session, actor, found, form), save)


@blueprint.get("/results/<id:result_id>")
@access(RESULT_READ)
def result(session: Session, actor: Actor, result_id: int) -> Page:
    """What an agreement came to, with every figure and step, and what each gets as far as one may see it."""
    found = load(session, actor, RESULT_READ, RewardResult, result_id)
    told = found.lineage
    versions, units = versions_on(session, found.ends_on - timedelta(days=1)), units_on(session, found.starts_on)
    amounts = services.amounts_of(session, actor, found) if allowed(session, actor, AMOUNT_READ) else []
    names = names_of(session, {one.person_id for one in amounts})
    agreed = allowed(session, actor, REWARD_READ)
    return page(
        "performance/result.html", title=title_of(Period(found.starts_on, found.ends_on)), found=found,
        state=RESULTS[found.state], pool_formula=told["pool_formula"], paid_with=Month.from_number(found.month),
        measures=[{
            "title": versions[one["kpi_id"]].title, "actual": written(versions[one["kpi_id"]].unit)(one["actual"]),
            "target": written(versions[one["kpi_id"]].unit)(one["target"]), "rate": one["attainment"],
            "url": _behind(session, actor, found, one, versions[one["kpi_id"]].grain),
        } for one in told["measures"] if one["kpi_id"] in versions],
        gates=told["gates"], parts=[one | {"title": units.title(one["unit_id"])} for one in told["parties"]],
        people=[(names.get(one.person_id, "–"), units.title(one.unit_id), one.amount) for one in amounts],
        may_confirm=found.state != "confirmed" and allowed(session, actor, RESULT_CONFIRM, found),
        back=url_for("performance.reward", reward_id=found.reward_id) if agreed else "",
        crumb=[(_("Collaboration bonuses"), url_for("performance.rewards"))] if agreed else [],
    )  # fmt: skip


def _behind(session: Session, actor: Actor, found: RewardResult, measure: Mapping[str, Any], grain: str) -> str:
    """Where one sees what a measure is made of; empty for whoever may not know what it was."""
    unit_id = measure["unit_id"]
    value = KpiValue(
        kpi_id=measure["kpi_id"], grain=grain, subject_id=unit_id or found.legal_entity_id, unit_id=unit_id,
        legal_entity_id=found.legal_entity_id,
    )
    if not allowed(session, actor, VALUE_READ, value):
        return ""
    month = str(Month.of(found.starts_on))
    return url_for("performance.behind", kpi_id=measure["kpi_id"], unit_id=unit_id, month=month)


@blueprint.post("/results/<id:result_id>/confirm")
@access(RESULT_CONFIRM)
def confirm(session: Session, actor: Actor, result_id: int) -> Response:
    """Make a result final; payroll pays it."""
    found = load(session, actor, RESULT_CONFIRM, RewardResult, result_id)
    try:
        with session.begin_nested():
            services.confirm(session, actor, found)
        flash(_("It is final, and goes with the payroll of {month}.", month=Month.from_number(found.month).title))
    except DomainError as error:
        session.refresh(found)
        flash(error.message, "bad")
    return redirect_to("performance.result", result_id=found.id)


@blueprint.route("/rewards/new", methods=["GET", "POST"])
@access(REWARD_DRAFT)
def new_reward(session: Session, actor: Actor) -> Page | Response:
    """Draft an agreement."""
    return _form(session, actor, None)


@blueprint.route("/rewards/<id:reward_id>/edit", methods=["GET", "POST"])
@access(REWARD_DRAFT)
def edit_reward(session: Session, actor: Actor, reward_id: int) -> Page | Response:
    """Change a draft."""
    return _form(session, actor, load(session, actor, REWARD_DRAFT, Reward, reward_id))


def _form(session: Session, actor: Actor, found: Reward | None) -> Page | Response:
    day = found.valid_from if found else clock.today(actor.zone)
    values: dict[str, Any] = {"valid_from": day.replace(day=1)}
    if found is not None:
        values = {name: getattr(found, name) for name in ("code", "title", "place_unit_id", "valid_from", "pool")}
        values["last_day"] = None if found.valid_to == FOREVER else found.valid_to - timedelta(days=1)
        values |= agreement_text(agreements.terms_of(session, found), Known(session, day))
    form = Form(AgreementSchema, values=values, options={
        "place_unit_id": [(number, str(title)) for number, title in units_on(session, day).titles.items()],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        known = Known(session, told["valid_from"])
        last = told.pop("last_day")
        told["valid_to"] = FOREVER if last is None else last + timedelta(days=1)
        told |= {"period": "month", "currency": "CNY"}
        told["measures"] = measures(told["measures"], known)
        told["gates"] = gates(told["gates"], told["measures"], known)
        told["parties"] = parties(told["parties"], known)
        made = agreements.draft(session, actor, found, told)
        return redirect_to("performance.reward", reward_id=made.id)

    back = url_for("performance.rewards")
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Draft an agreement"), form=form, back=back, sub=_(
            "Try it out on past months before it is signed."), crumb=[(_("Collaboration bonuses"), back)],
    ), save)  # fmt: skip
