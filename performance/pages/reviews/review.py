"""One review: what it came to, its peers, signing it, contesting it, earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import APPEAL, REVIEW_CALIBRATE, REVIEW_LEAD, REVIEW_READ, REVIEW_SIGN
from performance.models import Review, ReviewCycle
from performance.pages.blueprint import blueprint
from performance.rules.reviewing import LEAST_ANSWERS
from performance.schemas_reviews import AppealSchema, MoveSchema, PeerSchema, PotentialSchema, SignSchema
from performance.services.places import names_of, units_on
from performance.services.reviews import results, signing, writing
from performance.services.reviews.cycles import cycle_of
from performance.services.reviews.forms import form_of
from performance.services.reviews.lines import rating
from performance.services.reviews.signing import written
from performance.text import _
from performance.text_reviews import APPEALS, CALIBRATING, CYCLE_STATES, PARTS, POTENTIAL, RUNNING, SAID, SIGNING
from remit.base import Actor, DomainError, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to
from remit.workflow import answer_of


@blueprint.get("/reviews/<id:review_id>")
@access(REVIEW_READ)
def review(session: Session, actor: Actor, review_id: int) -> Page:
    """A review, as far as whoever looks at it may know."""
    found, stand = results.review_of(session, actor, review_id)
    return _page(session, actor, found, stand, {})


def _page(session: Session, actor: Actor, found: Review, stand: str, forms: dict[str, Form]) -> Page:
    cycle = cycle_of(session, found.cycle_id)
    form = form_of(session, cycle.form_id)
    result = results.result_of(session, actor, found, cycle, stand, form)
    movers = {one.moved_by_person_id for one in result.moves} if result is not None else set()
    people = {found.person_id, found.manager_person_id, *movers}
    names = names_of(session, {one for one in people if one is not None})
    naming = cycle.state == RUNNING and stand in ("own", "manager")
    signs = stand == "own" and cycle.state == SIGNING and found.answer not in ("agreed", "appealed") and (
        clock.today(actor.zone) <= cycle.signed_until)  # fmt: skip
    rates = stand == "manager" and cycle.state in (RUNNING, CALIBRATING)
    if naming and "peer" not in forms:
        forms["peer"] = _peer_form(session, found, cycle)
    if signs:
        forms.setdefault("sign", Form(SignSchema, values={"said": found.answer}))
        forms.setdefault("appeal", Form(AppealSchema))
    if rates:
        forms.setdefault("potential", Form(PotentialSchema, values={"potential": found.potential}))
    return page(
        "performance/review.html", title=names[found.person_id], found=found, cycle=cycle, stand=stand,
        state=CYCLE_STATES[cycle.state], said=SAID[found.answer], forms=forms, naming=naming, signs=signs, rates=rates,
        unit=units_on(session, cycle.counted_on).title(found.unit_id), written=written, least=LEAST_ANSWERS,
        manager=names.get(found.manager_person_id or 0, "–"), parts=PARTS, top=form.top,
        potential=POTENTIAL.get(str(found.potential), "") if stand != "own" else "",
        peers=writing.peers_of(session, found) if naming else [], result=result,
        result_more=_more(session, result, names) if result is not None else {},
        earlier=[{
            "title": other.title, "rating": written(one.final) if one.final is not None else "–",
            "url": url_for("performance.review", review_id=one.id),
        } for one, other in results.history(session, actor, found, stand)],
        may_move=cycle.state == CALIBRATING and allowed(session, actor, REVIEW_CALIBRATE, found),
        crumb=[(_("Performance reviews"), url_for("performance.reviews"))],
    )  # fmt: skip


def _more(session: Session, result: results.Result, names: Mapping[int, str]) -> dict[str, Any]:
    """Who moved the rating, and how an appeal stands."""
    told: dict[str, Any] = {"moves": [
        (one, names.get(one.moved_by_person_id or 0, "–")) for one in result.moves]}  # fmt: skip
    if result.appeal is not None:
        task = answer_of(session, APPEAL, result.appeal)
        told |= {"appeal": APPEALS[result.appeal.state],
                 "task_url": url_for("tasks.task", task_id=task.id) if task is not None else ""}  # fmt: skip
    return told


def _peer_form(session: Session, found: Review, cycle: ReviewCycle) -> Form:
    return Form(PeerSchema, options={"number": writing.colleagues(session, found, cycle.counted_on)})


@blueprint.post("/reviews/<id:review_id>/peers")
@access(REVIEW_READ)
def name_peer(session: Session, actor: Actor, review_id: int) -> Page | Response:
    """Name a peer."""
    found, stand = results.review_of(session, actor, review_id)
    form = _peer_form(session, found, cycle_of(session, found.cycle_id))

    def save(told: dict[str, Any]) -> Response:
        writing.name_peer(session, actor, found, told["number"])
        flash(_("The peer is named."))
        return redirect_to("performance.review", review_id=found.id)

    return form.answer(session, lambda: _page(session, actor, found, stand, {"peer": form}), save)


@blueprint.post("/reviews/<id:review_id>/peers/<id:peer_id>")
@access(REVIEW_LEAD)
def confirm_peer(session: Session, actor: Actor, review_id: int, peer_id: int) -> Response:
    """Confirm a peer that was named, or leave him out."""
    found = load(session, actor, REVIEW_LEAD, Review, review_id)
    try:
        with session.begin_nested():
            writing.confirm_peer(session, actor, found, peer_id, ask=request.form.get("ask") == "1")
    except DomainError as error:
        flash(error.message, "bad")
    return redirect_to("performance.review", review_id=found.id)


@blueprint.post("/reviews/<id:review_id>/potential")
@access(REVIEW_LEAD)
def potential(session: Session, actor: Actor, review_id: int) -> Page | Response:
    """The manager says how much potential he sees."""
    found = load(session, actor, REVIEW_LEAD, Review, review_id)
    form = Form(PotentialSchema)

    def save(told: dict[str, Any]) -> Response:
        results.set_potential(session, actor, found, int(told["potential"]))
        return redirect_to("performance.review", review_id=found.id)

    return form.answer(session, lambda: _page(session, actor, found, "manager", {"potential": form}), save)


@blueprint.post("/reviews/<id:review_id>/sign")
@access(REVIEW_SIGN)
def sign_review(session: Session, actor: Actor, review_id: int) -> Page | Response:
    """The reviewed signs."""
    found = load(session, actor, REVIEW_SIGN, Review, review_id)
    form = Form(SignSchema)

    def save(told: dict[str, Any]) -> Response:
        signing.sign(session, actor, found, told["said"])
        flash(_("Your answer is kept."))
        return redirect_to("performance.review", review_id=found.id)

    return form.answer(session, lambda: _page(session, actor, found, "own", {"sign": form}), save)


@blueprint.post("/reviews/<id:review_id>/appeal")
@access(REVIEW_SIGN)
def appeal_review(session: Session, actor: Actor, review_id: int) -> Page | Response:
    """The reviewed contests the result."""
    found = load(session, actor, REVIEW_SIGN, Review, review_id)
    form = Form(AppealSchema)

    def save(told: dict[str, Any]) -> Response:
        signing.appeal(session, actor, found, rating(told["wanted"], "wanted"), told["reason"])
        flash(_("Your appeal is handed in; whomever the lists name decides it, never the manager who rated you."))
        return redirect_to("performance.review", review_id=found.id)

    return form.answer(session, lambda: _page(session, actor, found, "own", {"appeal": form}), save)


@blueprint.route("/reviews/<id:review_id>/move", methods=["GET", "POST"])
@access(REVIEW_CALIBRATE)
def move_rating(session: Session, actor: Actor, review_id: int) -> Page | Response:
    """Move a final rating in calibration, with a reason."""
    found = load(session, actor, REVIEW_CALIBRATE, Review, review_id)
    form = Form(MoveSchema, values={"rating": written(found.final) if found.final is not None else ""})
    back = url_for("performance.calibration", cycle_id=found.cycle_id)

    def save(told: dict[str, Any]) -> Response:
        results.move(session, actor, found, rating(told["rating"], "rating"), told["reason"])
        return redirect_to("performance.calibration", cycle_id=found.cycle_id)

    return form.answer(session, lambda: page(
        "performance/form.html", title=names_of(session, [found.person_id])[found.person_id], form=form, back=back,
        sub=_("The reason is kept with who moved it and when."), crumb=[(_("Calibration"), back)],
    ), save)  # fmt: skip
