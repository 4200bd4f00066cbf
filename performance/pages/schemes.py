"""Schemes: which there are, one of them, and the form that drafts one."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from performance.actions.schemes import SCHEME, SCHEME_DRAFT, SCHEME_READ
from performance.models import Scheme
from performance.pages.blueprint import blueprint
from performance.schemas import SchemeSchema
from performance.services import schemes as services
from performance.services.figures import shown, written
from performance.services.places import positions_on, units_on
from performance.services.writing import Known, items, items_text
from performance.text import DRAFT, STATES, _
from remit.base import FOREVER, Actor, DomainError, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to
from remit.workflow import answer_of


@blueprint.get("/schemes")
@access(SCHEME_READ)
def schemes(session: Session, actor: Actor) -> Page:
    """The schemes one may see, by code, the latest version first."""
    found = services.listed_schemes(session, actor)
    units = units_on(session, clock.today(actor.zone))
    rows = [
        {
            "title": one.title, "code": one.code, "version": one.version, "from": one.valid_from,
            "until": one.valid_to if one.valid_to != FOREVER else None, "state": STATES[one.state],
            "place": units.title(one.place_unit_id), "url": url_for("performance.scheme", scheme_id=one.id),
        } for one in found
    ]  # fmt: skip
    return page("performance/schemes.html", title=_("Performance schemes"), rows=rows,
                may_draft=allowed(session, actor, SCHEME_DRAFT))  # fmt: skip


@blueprint.get("/schemes/<id:scheme_id>")
@access(SCHEME_READ)
def scheme(session: Session, actor: Actor, scheme_id: int) -> Page:
    """A scheme with its figures, weights and how it was signed."""
    found = load(session, actor, SCHEME_READ, Scheme, scheme_id)
    known = Known(session, found.valid_from)
    units = units_on(session, found.valid_from)
    rows = []
    for one in services.items_of(session, found):
        version = known.versions[one.kpi_id]
        target = one.target if one.target is not None else version.target
        rows.append({
            "title": version.title, "code": known.codes[one.kpi_id], "weight": f"{shown(one.weight)}%",
            "target": written(version.unit)(target) if target is not None else "–", "cap": f"{shown(version.cap)}%",
            "of": units.title(one.of_unit_id) if one.of_unit_id else "", "part": one.weight // 10_000,
        })  # fmt: skip
    task = answer_of(session, SCHEME, found) if found.state != DRAFT else None
    return page(
        "performance/scheme.html", title=found.title, found=found, state=STATES[found.state], rows=rows,
        about=services.about(session, found), may_draft=found.state == DRAFT and allowed(
            session, actor, SCHEME_DRAFT, found),
        task_url=url_for("tasks.task", task_id=task.id) if task is not None else "",
        crumb=[(_("Performance schemes"), url_for("performance.schemes"))],
    )  # fmt: skip


@blueprint.post("/schemes/<id:scheme_id>/submit")
@access(SCHEME_DRAFT)
def submit_scheme(session: Session, actor: Actor, scheme_id: int) -> Response:
    """Hand a draft in to be signed."""
    found = load(session, actor, SCHEME_DRAFT, Scheme, scheme_id)
    try:
        with session.begin_nested():
            services.submit(session, actor, found)
        flash(_("It is handed in; whomever the lists name signs it."))
    except DomainError as error:
        session.refresh(found)
        flash(error.message, "bad")
    return redirect_to("performance.scheme", scheme_id=found.id)


@blueprint.route("/schemes/new", methods=["GET", "POST"])
@access(SCHEME_DRAFT)
def new_scheme(session: Session, actor: Actor) -> Page | Response:
    """Draft a scheme."""
    return _form(session, actor, None)


@blueprint.route("/schemes/<id:scheme_id>/edit", methods=["GET", "POST"])
@access(SCHEME_DRAFT)
def edit_scheme(session: Session, actor: Actor, scheme_id: int) -> Page | Response:
    """Change a draft."""
    return _form(session, actor, load(session, actor, SCHEME_DRAFT, Scheme, scheme_id))


def _form(session: Session, actor: Actor, found: Scheme | None) -> Page | Response:
    day = found.valid_from if found else clock.today(actor.zone)
    units = units_on(session, day)
    values: dict[str, Any] = {"valid_from": day.replace(day=1)}
    if found is not None:
        values = {name: getattr(found, name) for name in ("code", "title", "valid_from", "unit_id", "position_id")}
        values["number"] = services.number_of(session, found)
        values["items"] = items_text(list(services.items_of(session, found)), Known(session, day))
    form = Form(SchemeSchema, values=values, options={
        "unit_id": [("", "–"), *((number, str(title)) for number, title in units.titles.items())],
        "position_id": [("", "–"), *((number, f"{units.title(unit)} · {title}") for number, unit, title in
                                     positions_on(session, day))],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        told["items"] = items(told["items"], Known(session, told["valid_from"]))
        told["person_id"] = services.person_of(session, actor, told.pop("number"))
        made = services.draft(session, actor, found, told)
        return redirect_to("performance.scheme", scheme_id=made.id)

    back = url_for("performance.schemes")
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Draft a scheme"), form=form, back=back,
        crumb=[(_("Performance schemes"), back)], sub=_("It counts once it is signed; weights add up to 100 %."),
    ), save)  # fmt: skip
