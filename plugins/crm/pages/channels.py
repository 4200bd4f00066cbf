"""Channels, and the words leads are described with: the lists and their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT, CHANNEL_READ
from plugins.crm.models import Channel, Choice
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.intake import ChannelSchema, ChoiceSchema
from plugins.crm.services import channels as services
from plugins.crm.services.places import all_places
from plugins.crm.text import CHANNEL_KINDS, CHOICE_KINDS, _
from remit.base import Actor, NotFound
from remit.services import allowed, allowed_many, load
from remit.text import Text
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/channels")
@access(CHANNEL_READ)
def channels(session: Session, actor: Actor) -> Page:
    """The channels one may see."""
    found = services.channels(session, actor)
    units = {place.unit_id: place.title for place in all_places(session)}
    rows = [
        {
            "title": one.title, "code": one.code, "kind": CHANNEL_KINDS[one.kind], "unit": units.get(one.unit_id, "–"),
            "in_use": one.is_active, "url": url_for("crm.edit_channel", channel_id=one.id) if may else "",
        } for one, may in zip(found, allowed_many(session, actor, CHANNEL_EDIT, found), strict=True)
    ]  # fmt: skip
    return page(
        "crm/channels.html", title=_("Channels"), rows=rows, may_edit=allowed(session, actor, CHANNEL_EDIT),
        kind="", kinds=CHOICE_KINDS,
    )  # fmt: skip


@blueprint.route("/channels/new", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def new_channel(session: Session, actor: Actor) -> Page | Response:
    """Name a channel."""
    return _channel(session, actor, None)


@blueprint.route("/channels/<id:channel_id>", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def edit_channel(session: Session, actor: Actor, channel_id: int) -> Page | Response:
    """Change one, or switch it off."""
    return _channel(session, actor, load(session, actor, CHANNEL_EDIT, Channel, channel_id))


def _channel(session: Session, actor: Actor, found: Channel | None) -> Page | Response:
    form = Form(ChannelSchema, values=found, options={
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        services.save_channel(session, actor, found, values)
        flash(_("The channel is kept."))
        return redirect_to("crm.channels")

    title = found.title if found is not None else _("Name a channel")
    return _answer(session, form, title, _("Channels"), url_for("crm.channels"), save)


@blueprint.get("/choices")
@access(CHANNEL_READ)
def choices(session: Session, actor: Actor) -> Page:
    """The words of one kind: ``?kind=industry``."""
    kind = request.args.get("kind", "industry")
    if kind not in CHOICE_KINDS:
        raise NotFound("crm.kind", _("There are no words of this kind."))
    may = allowed(session, actor, CHANNEL_EDIT)
    rows = [
        {
            "title": one.title, "code": one.code, "order": one.order, "in_use": one.is_active,
            "url": url_for("crm.edit_choice", choice_id=one.id) if may else "",
        } for one in services.choices(session, kind)
    ]  # fmt: skip
    return page(
        "crm/channels.html", title=CHOICE_KINDS[kind], rows=rows, may_edit=may, kind=kind, kinds=CHOICE_KINDS,
    )  # fmt: skip


@blueprint.route("/choices/new/<kind>", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def new_choice(session: Session, actor: Actor, kind: str) -> Page | Response:
    """Name a word."""
    if kind not in CHOICE_KINDS:
        raise NotFound("crm.kind", _("There are no words of this kind."))
    return _choice(session, actor, kind, None)


@blueprint.route("/choices/<id:choice_id>", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def edit_choice(session: Session, actor: Actor, choice_id: int) -> Page | Response:
    """Change one, or switch it off."""
    found = session.get(Choice, choice_id)
    if found is None:
        raise NotFound("crm.choice", _("There is no such word."))
    return _choice(session, actor, found.kind, found)


def _choice(session: Session, actor: Actor, kind: str, found: Choice | None) -> Page | Response:
    def save(values: dict[str, Any]) -> Response:
        services.save_choice(session, actor, kind, found, values)
        flash(_("The word is kept."))
        return redirect_to("crm.choices", kind=kind)

    title = found.title if found is not None else _("Name a word")
    return _answer(
        session, Form(ChoiceSchema, values=found), title, CHOICE_KINDS[kind], url_for("crm.choices", kind=kind), save
    )


def _answer(
    session: Session, form: Form, title: Any, many: Text, back: str, save: Callable[[dict[str, Any]], Response]
) -> Page | Response:
    return form.answer(
        session, lambda: page("crm/form.html", title=title, form=form, crumb=[(many, back)], back=back), save
    )
