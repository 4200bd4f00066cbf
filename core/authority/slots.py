"""What the lists add to other pages: the hand-over lines of the org chart, and a card at home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from core.authority import emergency as opened
from core.authority import reading
from core.authority.mine import my_post
from core.authority.readable import readable
from core.base import clock
from core.base.actor import Actor
from core.kernel.specs import Fragment
from core.org.edges import Edge

#: So many entries stand open on the card, the others fold.
FEW = 4


def edges(session: Session, actor: Actor, *, day: date, unit_ids: Sequence[int]) -> list[Edge]:
    """The boundaries among the units shown, of the lists the reader may read."""
    return reading.edges(session, day, list(unit_ids), readable(session, actor))


def my_position(session: Session, actor: Actor) -> Fragment | None:
    """The home card: my post, what I must and what I may."""
    if actor.person_id is None:
        return None
    post = my_post(session, actor.person_id, clock.today(actor.zone))
    return Fragment("authority/my_position.html", {"post": post, "few": FEW}) if post is not None else None


def emergency(session: Session, actor: Actor) -> Fragment | None:
    """A sign above every page for as long as the reader has something open that is for emergencies."""
    until = opened.until(session, actor) if actor.person_id is not None and actor.signed_in else None
    return Fragment("authority/emergency_sign.html", {"until": until}) if until is not None else None
