"""Pages about relations between persons: what I declared, and for whoever looks after people what waits for a look."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, load
from core.access.declare import access
from core.authority import relating
from core.authority.actions import CONFIRM, DECLARE, RELATIONS
from core.authority.wording import RELATION_WORDS
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.org.models import Person
from core.org.resources import READ
from core.org.services import employment_by_number
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

related = ModuleBlueprint("relations", __name__, url_prefix="/authority/relations")


class RelationSchema(fields.Schema):
    """Who the other is, what he is, and since when."""

    number = fields.String(required=True, max_length=40, metadata={"label": _("Employee number of the other")})
    kind = fields.String(required=True, metadata={"label": _("What the other is")})
    first_day = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(load_default=None, allow_none=True, metadata={
        "label": _("Until, including"), "hint": _("Leave it empty where no end is known.")})
    note = fields.String(load_default="", max_length=relating.MOST_NOTE, metadata={
        "label": _("Remark"), "span": True,
        "hint": _("What the interest is, such as a share in a supplier. Only the two and whoever confirms it read it.")
    })  # fmt: skip


@related.get("")
@access(RELATIONS)
def index(session: Session, actor: Actor) -> Page:
    """My own, and those of the people I look after."""
    found = relating.seen(session, actor)
    mine = [one for one in found if actor.person_id in (one.row.person_id, one.row.other_id)]
    return page(
        "authority/relations.html", title=_("Relations and recusal"), states=relating.STATES, mine=mine,
        others=[one for one in found if one not in mine], reader=actor.person_id,
        may_declare=actor.person_id is not None and allowed(session, actor, DECLARE),
        may_confirm=allowed(session, actor, CONFIRM),
    )


@related.route("/new", methods=["GET", "POST"])
@access(DECLARE)
def new(session: Session, actor: Actor) -> Page | Response:
    """Declare whom I am related to."""
    if actor.person_id is None:
        raise DomainError("relation.nobody", _("This account belongs to no person who could be related to anybody."))
    return _form(session, actor, actor.person_id, _("Declare a relation"))


@related.route("/of/<id:person_id>", methods=["GET", "POST"])
@access(CONFIRM)
def record(session: Session, actor: Actor, person_id: int) -> Page | Response:
    """Record one of somebody I look after; it needs no further look."""
    person = load(session, actor, READ, Person, person_id)
    return _form(session, actor, person.id, _("Record a relation of {name}", name=person.name))


def _form(session: Session, actor: Actor, person_id: int, title: Any) -> Page | Response:
    form = Form(
        RelationSchema, values={"number": "", "kind": "", "first_day": clock.today(actor.zone), "last_day": None,
                                "note": ""},
        options={"kind": [("", _("Choose")), *RELATION_WORDS.items()]},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        other = employment_by_number(session, actor, values.pop("number").strip())
        made = relating.declare(session, actor, person_id=person_id, other_id=other.person_id, **values)
        if made.confirmed_at is None:
            flash(_("It is declared and binds you from its first day; it binds the other once it is confirmed."))
        else:
            flash(_("It is recorded and binds both."))
        return redirect_to("relations.index")

    return form.answer(session, lambda: page(
        "authority/relation_new.html", title=title, form=form,
        crumb=[(_("Relations and recusal"), url_for("relations.index"))],
    ), save)  # fmt: skip


@related.post("/<id:relation_id>/confirm")
@access(CONFIRM)
def confirm(session: Session, actor: Actor, relation_id: int) -> Response:
    """Say that it is right."""
    relating.confirm(session, actor, relation_id)
    flash(_("It is confirmed and binds both."))
    return redirect_to("relations.index")


@related.post("/<id:relation_id>/end")
@access(RELATIONS)
def end(session: Session, actor: Actor, relation_id: int) -> Response:
    """End it, or take back what was only declared."""
    relating.end(session, actor, relation_id)
    flash(_("The relation has ended."))
    return redirect_to("relations.index")
