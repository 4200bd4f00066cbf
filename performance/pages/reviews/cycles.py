"""Review cycles: which there are, one of them, the form that drafts one, and taking one on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import CYCLE_READ, CYCLE_RUN, REVIEW_CALIBRATE
from performance.models import ReviewCycle
from performance.pages.blueprint import blueprint
from performance.rules.reviewing import PARTS as ORDER
from performance.schemas_reviews import CycleSchema
from performance.services.figures import shown
from performance.services.places import names_of, units_on
from performance.services.reviews import cycles as services
from performance.services.reviews import forms, lines, signing
from performance.text import _
from performance.text_reviews import APPEALS, CALIBRATING, CLOSED, CYCLE_STATES, PARTS, RUNNING, SIGNING
from remit.base import Actor, DomainError, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/cycles")
@access(CYCLE_READ)
def cycles(session: Session, actor: Actor) -> Page:
    """The cycles one may see, the latest first."""
    units = units_on(session, clock.today(actor.zone))
    rows = [{
        "title": one.title, "code": one.code, "from": one.starts_on, "until": one.ends_on - timedelta(days=1),
        "state": CYCLE_STATES[one.state], "place": units.title(one.unit_id),
        "url": url_for("performance.cycle", cycle_id=one.id),
    } for one in services.listed(session, actor)]  # fmt: skip
    return page("performance/cycles.html", title=_("Review cycles"), rows=rows,
                may_run=allowed(session, actor, CYCLE_RUN))  # fmt: skip


@blueprint.get("/cycles/<id:cycle_id>")
@access(CYCLE_READ)
def cycle(session: Session, actor: Actor, cycle_id: int) -> Page:
    """A cycle: how far it has come, its deadlines and weights, and what comes next."""
    found = load(session, actor, CYCLE_READ, ReviewCycle, cycle_id)
    form = forms.form_of(session, found.form_id)
    appeals = signing.appeals_in(session, actor, found)
    names = names_of(session, {one.person_id for one in appeals})
    labels = {name: field.metadata["label"] for name, field in CycleSchema().fields.items()}
    return page(
        "performance/cycle.html", title=found.title, found=found, state=CYCLE_STATES[found.state],
        unit=units_on(session, found.counted_on).title(found.unit_id), last=found.ends_on - timedelta(days=1),
        form_title=form.title, form_url=url_for("performance.review_form", form_id=form.id),
        deadlines=[(labels[name], getattr(found, name)) for name in services.DEADLINES],
        weights=[(PARTS[part], f"{shown(getattr(found, f'{part}_weight'))}%") for part in ORDER
                 if getattr(found, f"{part}_weight")],
        progress=[(PARTS[part], given, whole) for part, given, whole in services.progress(session, found)],
        appeals=[{
            "name": names.get(one.person_id, "–"), "state": APPEALS[one.state], "before": signing.written(one.before),
            "wanted": signing.written(one.wanted), "url": url_for("performance.review", review_id=one.review_id),
        } for one in appeals],
        may_run=allowed(session, actor, CYCLE_RUN, found), may_calibrate=found.state in (
            CALIBRATING, SIGNING, CLOSED) and allowed(session, actor, REVIEW_CALIBRATE),
        crumb=[(_("Review cycles"), url_for("performance.cycles"))],
    )  # fmt: skip


def _step(session: Session, actor: Actor, cycle_id: int, act: Callable[[ReviewCycle], Any]) -> Response:
    """Take a cycle on, or say why not."""
    found = load(session, actor, CYCLE_RUN, ReviewCycle, cycle_id)
    try:
        with session.begin_nested():
            act(found)
    except DomainError as error:
        session.refresh(found)
        flash(error.message, "bad")
    return redirect_to("performance.cycle", cycle_id=found.id)


@blueprint.post("/cycles/<id:cycle_id>/open")
@access(CYCLE_RUN)
def open_cycle(session: Session, actor: Actor, cycle_id: int) -> Response:
    """Open a draft; everybody who writes is told."""

    def act(found: ReviewCycle) -> None:
        count = services.open_(session, actor, found)
        flash(_("{count} person is reviewed.", "{count} people are reviewed.", count=count))

    return _step(session, actor, cycle_id, act)


@blueprint.post("/cycles/<id:cycle_id>/remind")
@access(CYCLE_RUN)
def remind_cycle(session: Session, actor: Actor, cycle_id: int) -> Response:
    """Tell those who still owe an answer."""

    def act(found: ReviewCycle) -> None:
        services.remind(session, actor, found)
        flash(_("Whoever still owes an answer is told, once a day."))

    return _step(session, actor, cycle_id, act)


@blueprint.post("/cycles/<id:cycle_id>/calibrate")
@access(CYCLE_RUN)
def calibrate_cycle(session: Session, actor: Actor, cycle_id: int) -> Response:
    """End the writing."""
    return _step(session, actor, cycle_id, lambda found: services.calibrate(session, actor, found))


@blueprint.post("/cycles/<id:cycle_id>/tell")
@access(CYCLE_RUN)
def tell_cycle(session: Session, actor: Actor, cycle_id: int) -> Response:
    """End calibration; the reviewed see their results."""
    return _step(session, actor, cycle_id, lambda found: services.tell(session, actor, found))


@blueprint.post("/cycles/<id:cycle_id>/close")
@access(CYCLE_RUN)
def close_cycle(session: Session, actor: Actor, cycle_id: int) -> Response:
    """Finish a cycle."""
    return _step(session, actor, cycle_id, lambda found: services.close(session, actor, found))


@blueprint.route("/cycles/new", methods=["GET", "POST"])
@access(CYCLE_RUN)
def new_cycle(session: Session, actor: Actor) -> Page | Response:
    """Draft a cycle."""
    return _form(session, actor, None)


@blueprint.route("/cycles/<id:cycle_id>/edit", methods=["GET", "POST"])
@access(CYCLE_RUN)
def edit_cycle(session: Session, actor: Actor, cycle_id: int) -> Page | Response:
    """Change a draft, or the deadlines of one that runs."""
    return _form(session, actor, load(session, actor, CYCLE_RUN, ReviewCycle, cycle_id))


#: What a new cycle begins with, in millionths: half of it the manager.
_USUAL = {"self_weight": 100_000, "manager_weight": 500_000, "matrix_weight": 100_000, "peer_weight": 200_000,
          "upward_weight": 100_000}  # fmt: skip


def _form(session: Session, actor: Actor, found: ReviewCycle | None) -> Page | Response:
    today = clock.today(actor.zone)
    values: dict[str, Any] = dict(_USUAL) | {"counted_on": today}
    if found is not None:
        values = {name: getattr(found, name) for name in CycleSchema().fields if hasattr(found, name)}
        values |= {"last_day": found.ends_on - timedelta(days=1), "guide": lines.guide_text(found.guide)}
    form = Form(CycleSchema, values=values, options={
        "unit_id": [(number, str(title)) for number, title in units_on(session, today).titles.items()],
        "form_id": [(one.id, _("{title}, version {version}", title=one.title, version=one.version))
                    for one in forms.listed(session, actor, ready=True)],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        told["ends_on"] = told.pop("last_day") + timedelta(days=1)
        told["guide"] = lines.guide(told["guide"])
        made = services.draft(session, actor, found, told)
        return redirect_to("performance.cycle", cycle_id=made.id)

    back = url_for("performance.cycles") if found is None else url_for("performance.cycle", cycle_id=found.id)
    running = found is not None and found.state in (RUNNING, CALIBRATING, SIGNING)
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Draft a review cycle") if found is None else found.title, form=form,
        back=back, crumb=[(_("Review cycles"), url_for("performance.cycles"))], sub=_(
            "It runs: only the title, the deadlines and the guide distribution change.") if running else _(
            "The weights of those who write add up to 100 %."),
    ), save)  # fmt: skip
