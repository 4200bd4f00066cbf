"""Cards of a fair, on a phone: type or scan one, keep it, the next one."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.models import Channel
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.rules.cards import read_card
from plugins.crm.schemas.card import CardSchema
from plugins.crm.services.intake.bringing import brought
from plugins.crm.services.intake.capture import TAKEN_NEW, capture, may_capture
from plugins.crm.services.intake.words import words
from plugins.crm.text import _
from remit.base import Actor
from remit.text import Text
from remit.web import Form, Page, access, flash, page, redirect_to

_CARD = ("company", "contact", "phone", "email")
#: What is kept as the consent of somebody who gave it by word of mouth.
SPOKEN: Text = _("Agreed at the fair, by word of mouth, to be contacted.")


@blueprint.route("/card", methods=["GET", "POST"])
@access(LEAD_CAPTURE)
def card(session: Session, actor: Actor) -> Page | Response:
    """Keep the card that was typed, or fill the form from the code that was scanned or pasted."""
    known = words(session)
    channels = [one for one in {one.id: one for one in known.channels.values()}.values()
                if may_capture(session, actor, one)]  # fmt: skip
    channels.sort(key=lambda one: (one.kind != "event", one.id))
    chosen = request.values.get("channel_id", type=int) or request.args.get("channel", type=int)
    options = {"channel_id": [(one.id, str(one.title)) for one in channels]}
    values: dict[str, Any] = {"channel_id": chosen or (channels[0].id if channels else None), "number": _number()}
    code = request.form.get("code", "").strip()
    if request.method == "POST" and "read" in request.form:
        return _read(code, values, options)
    form = Form(CardSchema, values=values, options=options)

    def save(told: dict[str, Any]) -> Response:
        return _keep(session, actor, {one.id: one for one in channels}, told)

    return form.answer(session, lambda: _page(form, channels, code), save)


def _read(code: str, values: dict[str, Any], options: dict[str, Any]) -> Page:
    found = read_card(code)
    typed = {name: request.form.get(name, "") for name in (*_CARD, "note")}
    form = Form(CardSchema, values={**values, **typed, **(found or {})}, options=options)
    error = "" if found else _("There is no card in this code. Type it instead.")
    return _page(form, [True], "" if found else code, error=error)


def _page(form: Form, channels: list[Any], code: str, *, error: Text | str = "") -> Page:
    return page(
        "crm/card.html", title=_("Card"), form=form, channels=bool(channels), code=code, code_error=error,
        status=422 if error else 200,
    )  # fmt: skip


def _keep(session: Session, actor: Actor, channels: dict[int, Channel], told: dict[str, Any]) -> Response:
    known = words(session)
    channel = channels.get(told["channel_id"])
    row = brought(known, {
        **{name: told[name] for name in (*_CARD, "note")}, "channel": channel or "?",
        "consent": SPOKEN.render(actor.locale) if told["agreed"] else "", "external_id": told["number"] or None,
    })  # fmt: skip
    (taken,) = capture(session, actor, "fair", [row])
    if taken.outcome == TAKEN_NEW:
        flash(_("{company} is kept. The next one.", company=row.company))
    else:
        flash(_("{company} was there already; what is new was added. The next one.", company=row.company), "info")
    return redirect_to("crm.card", channel=row.channel.id)


def _number() -> str:
    """A number for this filling-in, so that a second tap keeps nothing twice."""
    return secrets.token_urlsafe(9)
