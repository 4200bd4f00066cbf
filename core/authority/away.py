"""I am away: what one delegated and was delegated, and the form that hands authority over for a time."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.authority import delegating
from core.authority.actions import GIVE, REVOKE, SEE
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.org.services import employment_by_number
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

away = ModuleBlueprint("away", __name__, url_prefix="/authority/away")

STATES = {
    "in force": (_("Holds now"), "ok"), "coming": (_("Coming"), "info"), "over": (_("Over"), ""),
    "revoked": (_("Ended early"), "warn"),
}


class AwaySchema(fields.Schema):
    """What is handed over, to whom, from when until when, and why."""

    first_day = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(required=True, metadata={"label": _("Until, including")})
    to = fields.String(load_default="", metadata={"label": _("To")})
    number = fields.String(load_default="", max_length=40, metadata={
        "label": _("or employee number"), "hint": _("Somebody who is not in the list.")})
    limit = fields.Money(load_default=None, allow_none=True, metadata={
        "label": _("Up to, for each decision"), "hint": _("In CNY; leave it empty for your own limits.")})
    reason = fields.String(required=True, max_length=400, metadata={
        "label": _("Reason"), "placeholder": _("Annual leave, business trip")})
    entries = fields.List(fields.String(), required=True, metadata={"label": _("What is delegated"), "span": True})


@away.get("/")
@access(SEE)
def index(session: Session, actor: Actor) -> Page:
    """Both directions, in force and coming, and what ended in the last quarter."""
    day = clock.today(actor.zone)
    since = day - delegating.PAST
    found = delegating.of_person(session, actor, actor.person_id or 0, ended_since=since)
    given = [one for one in found if one.delegation.from_person_id == actor.person_id]
    return page(
        "authority/away.html", title=_("Away and delegation"), states=STATES,
        given=given, received=[one for one in found if one not in given],
        may_give=allowed(session, actor, GIVE) and bool(delegating.own_posts(session, actor, day)),
        may_revoke=allowed(session, actor, REVOKE),
    )


@away.route("/new", methods=["GET", "POST"])
@access(GIVE)
def new(session: Session, actor: Actor) -> Page | Response:
    """I am away from .. to ..: whoever stands in is proposed, and everything that may be delegated is chosen."""
    day = clock.today(actor.zone)
    posts, people = delegating.own_posts(session, actor, day), delegating.colleagues(session, actor, day)
    offered = {f"{post.assignment_id}:{line.code}": (post, line) for post in posts for line in post.entries}
    form = Form(
        AwaySchema,
        values={
            "first_day": day, "last_day": None, "entries": list(offered), "limit": None,
            "to": str(people[0].person_id) if people and people[0].stands_in else "",
        },
        options={
            "to": [("", _("Choose")), *((str(one.person_id), _words_of(one)) for one in people)],
            "entries": [(key, _words(post, line, several=len(posts) > 1)) for key, (post, line) in offered.items()],
        },
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        taker = _taker(session, actor, values)
        chosen: dict[int, list[str]] = {}
        for key in values["entries"]:
            if key not in offered:
                raise DomainError("delegation.entries", _("This cannot be delegated any more; load the page anew."),
                                  "entries")  # fmt: skip
            post, line = offered[key]
            chosen.setdefault(post.assignment_id, []).append(line.code)
        if not chosen:
            raise DomainError("delegation.entries", _("Choose what you delegate."), "entries")
        for assignment_id, codes in chosen.items():
            delegating.delegate(
                session, actor, assignment_id=assignment_id, to_person_id=taker, codes=codes,
                first_day=values["first_day"], last_day=values["last_day"], reason=values["reason"],
                limit_minor=values["limit"], currency="CNY" if values["limit"] is not None else None,
            )
        flash(_("It is delegated. Both of you see it here, and it ends by itself."))
        return redirect_to("away.index")

    return form.answer(session, lambda: page(
        "authority/away_new.html", title=_("Delegate for a time"), form=form, offered=bool(offered),
        crumb=[(_("Away and delegation"), url_for("away.index"))],
    ), save)  # fmt: skip


def _words(post: delegating.Own, line: Any, *, several: bool) -> Any:
    """An entry as a choice: its sentence, and of which post where there are several."""
    return _("{post}: {what}", post=post.title, what=line.title) if several else line.title


def _words_of(one: delegating.Colleague) -> Any:
    if one.stands_in:
        return _("{name}, {post} (stands in for you)", name=one.name, post=one.post)
    return _("{name}, {post}", name=one.name, post=one.post)


def _taker(session: Session, actor: Actor, values: dict[str, Any]) -> int:
    number = values["number"].strip()
    if number:
        return employment_by_number(session, actor, number).person_id
    if not values["to"].isdecimal():
        raise DomainError("delegation.to", _("Choose who decides in your stead."), "to")
    return int(values["to"])


@away.post("/<id:delegation_id>/end")
@access(REVOKE)
def end(session: Session, actor: Actor, delegation_id: int) -> Response:
    """Take it back, or hand it back, at once."""
    delegating.revoke(session, actor, delegation_id)
    flash(_("The delegation has ended."))
    return redirect_to("away.index")
