"""Punching on the web: one button, and what it did."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, url_for
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import PUNCH
from attendance.pages.blueprint import blueprint
from attendance.rules.places import spot_of
from attendance.schemas import PunchSchema
from attendance.services import punching
from remit.base import Actor, DomainError, clock
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to

_ = catalogue("attendance")


@blueprint.route("/punch", methods=["GET", "POST"])
@access(PUNCH)
def punch(session: Session, actor: Actor) -> Page | Response:
    """The button with today's punches; a press of it is a punch at the time of the server."""
    form = Form(PunchSchema)

    def save(values: dict[str, Any]) -> Response:
        done = punching.punch_now(session, actor, values["token"], told(values))
        clock_time = done.punch.at.astimezone(ZoneInfo(done.punch.zone)).strftime("%H:%M:%S")
        if not done.new:
            flash(_("You punched at {time} already; it counts once.", time=clock_time), "info")
        else:
            flash(_("Punched at {time}.", time=clock_time))
            if done.place is not None and done.place.whereabouts == "outside":
                flash(_("This is outside of the places of your group; it is kept and marked so."), "warn")
        return redirect_to("attendance.punch")

    return form.answer(session, lambda: page(
        "attendance/punch.html", title=_("Punch"), form=form, token=punching.new_token(),
        locate=punching.asks_place(session, actor), words=text.WHEREABOUTS, mine=url_for("attendance.mine"),
        punches=punching.own_punches(session, actor, clock.today(actor.zone)),
    ), save)  # fmt: skip


def told(values: dict[str, Any]) -> punching.Told:
    """What a press told of its place; what no place on Earth is, counts as not told."""
    try:
        spot = spot_of(values["latitude"], values["longitude"])
    except ValueError:
        raise DomainError("attendance.punch_place", _("This location is nowhere on Earth."), "location") from None
    accuracy = values["accuracy"]
    return punching.Told(
        spot, int(accuracy) if spot is not None and accuracy.isascii() and accuracy.isdigit() else None,
        values["located"] == "refused",
    )  # fmt: skip
