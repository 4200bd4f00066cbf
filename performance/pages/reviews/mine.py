"""What somebody writes for reviews, and the reviews that are his own or that he leads."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import ANSWER_READ, ANSWER_WRITE, REVIEW_LEAD, REVIEW_READ
from performance.models import Review, ReviewAnswer, ReviewCycle
from performance.pages.blueprint import blueprint
from performance.rules.reviewing import LEAST_ANSWERS, UNNAMED
from performance.schemas_reviews import answer_schema
from performance.services.places import names_of
from performance.services.reviews import results, writing
from performance.services.reviews.cycles import cycle_of
from performance.services.reviews.forms import form_of, sections_of
from performance.services.reviews.signing import written
from performance.text import _
from performance.text_reviews import ANSWER_STATES, CLOSED, CYCLE_STATES, NAMED, PARTS, SAID
from remit.base import Actor, clock
from remit.services import allowed, load, system
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/reviews")
@access(ANSWER_READ)
def reviews(session: Session, actor: Actor) -> Page:
    """What one has to write, one's own reviews, and those one leads."""
    today = clock.today(actor.zone)
    waiting = [{
        "name": one.name, "part": PARTS[one.answer.part], "cycle": one.cycle.title, "until": one.until,
        "state": ANSWER_STATES[one.answer.state], "late": one.until < today and one.answer.state != "given",
        "url": url_for("performance.answer", answer_id=one.answer.id),
    } for one in writing.waiting(session, actor)]  # fmt: skip
    own = results.own(session, actor) if allowed(session, actor, REVIEW_READ) else []
    led = results.led(session, actor) if allowed(session, actor, REVIEW_LEAD) else []
    now = [(one, cycle) for one, cycle in led if cycle.state != CLOSED]
    names = results.rows_of(session, [one for one, _cycle in now])
    return page(
        "performance/reviews.html", title=_("Performance reviews"), waiting=waiting,
        own=[_row(one, cycle, cycle.title, told=cycle.state in results.TOLD) for one, cycle in own],
        led=[_row(one, cycle, names[one.id], told=one.final is not None) for one, cycle in now],
    )  # fmt: skip


def _row(one: Review, cycle: ReviewCycle, title: Any, *, told: bool) -> dict[str, Any]:
    return {
        "title": title, "cycle": cycle.title, "state": CYCLE_STATES[cycle.state], "said": SAID[one.answer],
        "rating": written(one.final) if told and one.final is not None else "", "signing": cycle.state == "signing",
        "until": cycle.signed_until, "answered": bool(one.answer),
        "url": url_for("performance.review", review_id=one.id),
    }  # fmt: skip


@blueprint.route("/answers/<id:answer_id>", methods=["GET", "POST"])
@access(ANSWER_WRITE)
def answer(session: Session, actor: Actor, answer_id: int) -> Page | Response:
    """Write what one was asked for; it may be changed until the deadline."""
    found = load(session, actor, ANSWER_WRITE, ReviewAnswer, answer_id)
    with system(session, "the review that an answer is for"):
        cycle = cycle_of(session, session.get_one(Review, found.review_id).cycle_id)
    form_ = form_of(session, cycle.form_id)
    sections = sections_of(session, form_)
    form = Form(answer_schema(form_, sections), values={f"s{key}": one for key, one in (found.content or {}).items()})

    def save(told: dict[str, Any]) -> Response:
        writing.give(session, actor, found, {int(name[1:]): value for name, value in told.items()})
        flash(_("It is handed in; until the deadline it can be changed."))
        return redirect_to("performance.reviews")

    until = writing.until(cycle, found.part)
    name = names_of(session, [found.person_id]).get(found.person_id, "–")
    back = url_for("performance.reviews")
    open_ = cycle.state == "running" and found.state != NAMED and clock.today(actor.zone) <= until
    return form.answer(session, lambda: page(
        "performance/answer.html", title=name, form=form, back=back, part=PARTS[found.part], cycle=cycle.title,
        until=until, top=form_.top, state=ANSWER_STATES[found.state], open=open_, unnamed=found.part in UNNAMED,
        least=LEAST_ANSWERS, crumb=[(_("Performance reviews"), back)],
    ), save)  # fmt: skip
