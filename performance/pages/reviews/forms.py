"""Review forms: which there are, one of them, and the form that drafts one."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import FORM_EDIT, FORM_READ
from performance.models import ReviewForm
from performance.pages.blueprint import blueprint
from performance.schemas_reviews import ReviewFormSchema
from performance.services.figures import shown
from performance.services.places import entities
from performance.services.reviews import forms as services
from performance.services.reviews import lines
from performance.text import _
from performance.text_reviews import DRAFT, FORM_STATES
from remit.base import Actor, DomainError
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/review-forms")
@access(FORM_READ)
def review_forms(session: Session, actor: Actor) -> Page:
    """The forms one may see, by code, the latest version first."""
    rows = [{
        "title": one.title, "code": one.code, "version": one.version, "state": FORM_STATES[one.state],
        "top": one.top, "url": url_for("performance.review_form", form_id=one.id),
    } for one in services.listed(session, actor)]  # fmt: skip
    return page("performance/review_forms.html", title=_("Review forms"), rows=rows,
                may_draft=allowed(session, actor, FORM_EDIT))  # fmt: skip


@blueprint.get("/review-forms/<id:form_id>")
@access(FORM_READ)
def review_form(session: Session, actor: Actor, form_id: int) -> Page:
    """A form with its sections and weights."""
    found = load(session, actor, FORM_READ, ReviewForm, form_id)
    rows = [{
        "title": one.title, "rating": one.kind == "rating", "weight": f"{shown(one.weight)}%",
        "part": one.weight // 10_000,
    } for one in services.sections_of(session, found)]  # fmt: skip
    return page(
        "performance/review_form.html", title=found.title, found=found, state=FORM_STATES[found.state], rows=rows,
        may_draft=found.state == DRAFT and allowed(session, actor, FORM_EDIT, found),
        crumb=[(_("Review forms"), url_for("performance.review_forms"))],
    )  # fmt: skip


@blueprint.post("/review-forms/<id:form_id>/ready")
@access(FORM_EDIT)
def ready_form(session: Session, actor: Actor, form_id: int) -> Response:
    """From now on cycles may run with it."""
    found = load(session, actor, FORM_EDIT, ReviewForm, form_id)
    try:
        with session.begin_nested():
            services.make_ready(session, actor, found)
    except DomainError as error:
        session.refresh(found)
        flash(error.message, "bad")
    return redirect_to("performance.review_form", form_id=found.id)


@blueprint.route("/review-forms/new", methods=["GET", "POST"])
@access(FORM_EDIT)
def new_form(session: Session, actor: Actor) -> Page | Response:
    """Draft a form."""
    return _form(session, actor, None)


@blueprint.route("/review-forms/<id:form_id>/edit", methods=["GET", "POST"])
@access(FORM_EDIT)
def edit_form(session: Session, actor: Actor, form_id: int) -> Page | Response:
    """Change a draft."""
    return _form(session, actor, load(session, actor, FORM_EDIT, ReviewForm, form_id))


def _form(session: Session, actor: Actor, found: ReviewForm | None) -> Page | Response:
    values: dict[str, Any] = {"top": 5}
    if found is not None:
        values = {name: getattr(found, name) for name in ("code", "title", "top", "legal_entity_id")}
        values["sections"] = lines.sections_text(services.sections_of(session, found))
    form = Form(ReviewFormSchema, values=values, options={
        "legal_entity_id": [(one.id, str(one.name)) for one in entities(session)]})  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        told["sections"] = lines.sections(told["sections"])
        made = services.draft(session, actor, found, told)
        return redirect_to("performance.review_form", form_id=made.id)

    back = url_for("performance.review_forms")
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Draft a review form"), form=form, back=back,
        crumb=[(_("Review forms"), back)], sub=_("The weights of the ratings add up to 100 %."),
    ), save)  # fmt: skip
