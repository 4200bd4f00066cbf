"""Punching on the web: the clock of the server counts, and where it was made is marked, as far as it is told."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import PUNCH
from attendance.models import Place, Punch, PunchLine, PunchPlace, Source
from attendance.models.place import ANYWHERE, INSIDE, MISSING, OUTSIDE, REFUSED
from attendance.rules.places import Spot, nearest
from attendance.services.compute import present_second
from attendance.services.delivering import deliver
from attendance.services.leave import ledger
from attendance.services.overtime.requests import employment_of
from attendance.services.overtime.spans import roster
from attendance.services.show import PunchView, own_employments, punches_of
from remit.base import Actor, DomainError, Period, clock
from remit.services import require, system
from remit.text import catalogue

_ = catalogue("attendance")

SOURCE = "web"
#: A second press so many seconds after the first is the same punch.
SAME = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What the browser told of where it is: a spot with the metres it vouches for, or why it told none."""

    spot: Spot | None = None
    accuracy: int | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Punched:
    """A punch, whether it is new, and where it was made by the places of the group."""

    punch: Punch
    new: bool
    place: PunchPlace | None


def new_token() -> str:
    """What makes a press of the button one of its own; the page draws it into the form."""
    return secrets.token_urlsafe(16)


def punch_now(session: Session, actor: Actor, token: str, told: Told) -> Punched:
    """Punch for whoever acts, now. Pressed twice within a minute, or sent twice with one token, it is one punch.

    Where the group wants to know the place, one who does not tell it is refused with ``DomainError`` and nothing is
    written; otherwise that is noted. A punch outside of every place is kept and marked. Raises ``Denied``.
    """
    employment = employment_of(session, actor, clock.today(actor.zone))
    require(session, actor, PUNCH, employment)
    group = roster(session, employment, clock.today(actor.zone)).group
    located = group.asking_rules().location
    if located == "need" and told.spot is None:
        raise DomainError("attendance.punch_place", _(
            "Your attendance group wants to know where you punch: let the browser tell your location and press again.",
        ), "location")  # fmt: skip
    ledger.hold(session, employment.id)
    with system(session, "somebody punches on the web"):
        second = present_second(group.zone)
        known = _lately(session, employment.id, second)
        if known is not None:
            return Punched(known, False, session.get(PunchPlace, known.id))
        punch, new = deliver(
            session, actor, SOURCE, employment_id=employment.id, second=second, zone=group.zone,
            raw=f"web {employment.id} {token}", way="", action=PUNCH,
        )  # fmt: skip
        place = session.get(PunchPlace, punch.id)
        if new and located != "off":
            place = _located(session, punch, told, group.id)
            session.add(place)
            session.flush()
    return Punched(punch, new, place)


def _lately(session: Session, employment_id: int, second: int) -> Punch | None:
    """The web punch of somebody in the last minute."""
    statement = (
        select(Punch).join(PunchLine, PunchLine.id == Punch.line_id).join(Source, Source.id == PunchLine.source_id)
        .where(Punch.employment_id == employment_id, Source.code == SOURCE, Punch.second > second - SAME,
               Punch.second <= second)
        .order_by(Punch.second.desc()).limit(1)
    )  # fmt: skip
    return session.scalars(statement).one_or_none()


def _located(session: Session, punch: Punch, told: Told, group_id: int) -> PunchPlace:
    found = PunchPlace(punch_id=punch.id, employment_id=punch.employment_id, accuracy=told.accuracy, spot="")
    if told.spot is None:
        found.whereabouts = REFUSED if told.refused else MISSING
        return found
    found.spot = f"{told.spot.latitude},{told.spot.longitude}"
    near = nearest(told.spot, [one.circle for one in places(session, group_id)])
    if near is None:
        found.whereabouts = ANYWHERE
        return found
    circle, found.distance = near
    found.place_id = circle.id
    found.whereabouts = INSIDE if found.distance <= circle.radius else OUTSIDE
    return found


def places(session: Session, group_id: int) -> Sequence[Place]:
    """The places of a group that are in use."""
    statement = select(Place).where(Place.group_id == group_id, Place.active).order_by(Place.id)
    return session.scalars(statement).all()


def asks_place(session: Session, actor: Actor) -> bool:
    """Whether the browser of whoever looks is asked where it is; False for who is in no group."""
    day = clock.today(actor.zone)
    try:
        group = roster(session, employment_of(session, actor, day), day).group
    except DomainError:
        return False
    return group.asking_rules().location != "off"


def own_punches(session: Session, actor: Actor, day: date) -> list[PunchView]:
    """One's own punches of a calendar day in the zone of each, the earliest first."""
    found = own_employments(session, actor, Period(day, day + timedelta(days=1)))
    return [one for one in punches_of(session, found[0].id, day) if one.at.date() == day] if found else []
