"""One's own choices: what one is told of, how, when; and switching a kind off by the link in a mail."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import public, signed_in
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.kernel.house import of
from core.kernel.specs import Channel, Notification
from core.notify import addresses, choices, unsubscribing
from core.notify.labels import CHOICES
from core.notify.models import OFF
from core.notify.pages.blueprint import blueprint
from core.notify.people import addressees
from core.notify.schemas import TimesSchema, times_of, written
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("notify")

FIELD = "choice:"


@blueprint.route("/account/notifications", methods=["GET", "POST"])
@signed_in
def preferences(session: Session, actor: Actor) -> Page | Response:
    """What the reader is told of, on which ways and when."""
    account_id = choices.own_account(actor)
    wishes = choices.wishes(session, [account_id])
    form = Form(TimesSchema, values=written(wishes.clock(account_id)))

    def save(values: dict[str, Any]) -> Response:
        chosen = {_cell(name): choice for name, choice in request.form.items() if name.startswith(FIELD)}
        choices.choose(session, account_id, chosen)
        choices.set_times(session, account_id, times_of(values))
        flash(_("Your choices are kept."))
        return redirect_to("notify.preferences")

    return form.answer(session, lambda: _page(session, actor, wishes, form), save)


@blueprint.post("/account/notifications/address")
@signed_in
def confirm_address(session: Session, actor: Actor) -> Response:
    """Send to one's own address again, which did not take what was sent."""
    count = addresses.confirm_own(session, actor)
    flash(_("It is sent there again.") if count else _("Nothing was held back."))
    return redirect_to("notify.preferences")


@blueprint.route("/notifications/off/<token>", methods=["GET", "POST"])
@public("The reader of a mail switches a kind off by its signed link, without signing in")
def off(session: Session, actor: Actor, token: str) -> Page:
    """Ask first, then switch the kinds of a mail off."""
    del actor
    wish = unsubscribing.read(of(session), token)
    if wish is None:
        raise NotFound("notify.link", _("This link is none of ours, or it was cut short."))
    known, channel = choices.kinds(session), choices.channels(session).get(wish.channel)
    kinds = [known[name] for name in wish.kinds if name in known]
    done = request.method == "POST"
    if done:
        kinds = choices.switch_off(session, wish.account_id, wish.kinds, wish.channel)
    return page(
        "notify/off.html", title=_("Notifications"), kinds=[kind.title for kind in kinds], done=done,
        channel=channel.title if channel is not None else wish.channel, here=request.path,
    )


def _page(session: Session, actor: Actor, wishes: choices.Wishes, form: Form) -> Page:
    account_id = choices.own_account(actor)
    known = choices.channels(session)
    reader = addressees(session, [account_id]).get(account_id)
    house = of(session)
    return page(
        "notify/preferences.html", title=_("My notifications"), form=form, groups=_groups(session, wishes, account_id),
        channels=[
            {"title": channel.title, "missing": channel.missing(house),
             "address": channel.address_of(reader) if reader is not None and name != choices.APP else None,
             "app": name == choices.APP}
            for name, channel in known.items()
        ],
        bounces=addresses.standing(session, reader) if reader is not None else [],
        zone=reader.calendar.zone if reader is not None else house.config.zone,
        crumb=[(_("My account"), url_for("identity.account"))],
    )  # fmt: skip


def _groups(session: Session, wishes: choices.Wishes, account_id: int) -> list[dict[str, Any]]:
    """The kinds by group, each with a choice for every channel; what was just posted stays as it was typed."""
    known = choices.channels(session)
    kinds = sorted(choices.kinds(session).values(), key=lambda kind: (str(kind.group), str(kind.title)))
    return [
        {"title": group, "kinds": [
            {"title": kind.title, "cells": [_field(wishes, account_id, kind, one) for one in known.values()],
             "urgent": kind.urgent, "fixed": next(filter(None, (choices.fixed(kind, c) for c in known.values())), None),
             "passed_on": kind.escalate_after}
            for kind in found
        ]}
        for group, found in groupby(kinds, key=lambda kind: str(kind.group))
    ]  # fmt: skip


def _field(wishes: choices.Wishes, account_id: int, kind: Notification, channel: Channel) -> dict[str, Any]:
    name = f"{FIELD}{kind.name}:{channel.name}"
    possible = choices.options(kind, channel)
    value = request.form.get(name) or wishes.of(account_id, kind, channel)
    return {
        "name": name, "value": value, "label": _("{kind}: {channel}", kind=kind.title, channel=channel.title),
        "channel": channel.title,
        "options": [
            (choice, _("On") if channel.name == choices.APP and choice != OFF else CHOICES[choice])
            for choice in CHOICES if choice in possible
        ],
        "fixed": len(possible) == 1,
    }  # fmt: skip


def _cell(name: str) -> tuple[str, str]:
    kind, _colon, channel = name.removeprefix(FIELD).rpartition(":")
    return kind, channel
