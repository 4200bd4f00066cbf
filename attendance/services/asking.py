"""What a company settles for an attendance group: overtime, corrected punches, places of punches."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import RULES
from attendance.models import Group, Place
from attendance.rules.asking import AskingRules
from attendance.rules.places import spot_of
from remit.base import Actor, DomainError, NotFound
from remit.models import Translation
from remit.services import require
from remit.text import catalogue

_ = catalogue("attendance")


def groups(session: Session, actor: Actor) -> list[tuple[Group, list[Place]]]:
    """All attendance groups with their places in use, two statements."""
    require(session, actor, RULES)
    every = session.scalars(select(Group).order_by(Group.order, Group.id)).all()
    found: dict[int, list[Place]] = {group.id: [] for group in every}
    for place in session.scalars(select(Place).where(Place.active).order_by(Place.id)):
        found[place.group_id].append(place)
    return [(group, found[group.id]) for group in every]


def group_named(session: Session, actor: Actor, code: str) -> Group:
    """A group by its code, for whoever may change rules; ``NotFound`` for one that is not there."""
    require(session, actor, RULES)
    found = session.scalars(select(Group).where(Group.code == code)).one_or_none()
    if found is None:
        raise NotFound("attendance.group", _("There is no attendance group {code}.", code=code))
    return found


def change_rules(session: Session, actor: Actor, group: Group, values: dict[str, Any]) -> None:
    """Change what holds for a group: the fields of ``AskingRules``. Months that are closed stay what they are.

    Only what differs from the usual is kept, so that a better default reaches whoever never chose.
    """
    require(session, actor, RULES)
    usual = asdict(AskingRules())
    own = {name: value for name, value in values.items() if name in usual and value != usual[name]}
    rules = {name: value for name, value in group.rules.items() if name != "asking"}
    group.rules = rules | ({"asking": own} if own else {})
    session.flush()


def add_place(session: Session, actor: Actor, group: Group, values: dict[str, Any]) -> Place:
    """A place where a group punches: ``title``, ``latitude``, ``longitude`` in decimal degrees, ``radius`` in metres.

    Raises ``DomainError`` at the field for numbers that are nowhere on Earth.
    """
    require(session, actor, RULES)
    for name, bound in (("latitude", 90), ("longitude", 180)):
        try:
            known = spot_of(*((values[name], "0") if name == "latitude" else ("0", values[name])))
        except ValueError:
            known = None
        if known is None:
            raise DomainError("attendance.place", _(
                "Write degrees between -{bound} and {bound}, such as 31.230416.", bound=bound), name)  # fmt: skip
    spot = spot_of(values["latitude"], values["longitude"])
    assert spot is not None
    place = Place(group_id=group.id, title=Translation(values["title"]), latitude=spot.latitude,
                  longitude=spot.longitude, radius=values["radius"], active=True)  # fmt: skip
    session.add(place)
    session.flush()
    return place


def retire_place(session: Session, actor: Actor, group: Group, place_id: int) -> None:
    """Use a place no more; punches that were made there keep it."""
    require(session, actor, RULES)
    place = session.get(Place, place_id)
    if place is None or place.group_id != group.id or not place.active:
        raise NotFound("attendance.place", _("There is no such place."))
    place.active = False
    session.flush()
