"""What the organisation answers the web: the reader's post and the company's name, for the frame of every page."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.kernel import state
from core.kernel.house import House
from core.notify.inbox import unread
from core.org.models import Assignment, LegalEntity, PositionVersion
from core.web import ports

_OWN = [("org.me", "core_assignment")]


def install(app: Flask, house: House) -> None:
    """Answer the questions of the frame."""
    del house
    ports.of(app).ports.frame = frame


def frame(session: Session, actor: Actor) -> ports.Frame:
    """The name over the menu, the installation's own or that of the first legal entity, and the person in the corner
    with the title of his primary post, the count at the bell and those beside lines of the menu; all in one statement,
    since every page asks.
    """
    house: House = session.info["house"]
    day = clock.today(actor.zone)
    company = select(LegalEntity.name).order_by(LegalEntity.id).limit(1).scalar_subquery()
    post = (
        select(PositionVersion.title)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(Assignment.person_id == actor.person_id, as_of(Assignment, day), as_of(PositionVersion, day))
        .order_by(Assignment.is_primary.desc(), Assignment.id)
        .limit(1)
        .scalar_subquery()
    )
    counted = [one for one in house.registry.nav(state.read(session)) if one.count is not None and actor.signed_in]
    waiting = [one.count(actor) for one in counted if one.count is not None]
    statement = select(company, post, unread(actor.account_id), *waiting)
    name, title, fresh, *found = session.execute(guard.mark(statement, _OWN)).one()
    counts = {one.endpoint: number for one, number in zip(counted, found, strict=True)}
    me = ports.Me(actor.name, actor.person_id, position=str(title) if title else "") if actor.signed_in else None
    return ports.Frame(house.config.company or (str(name) if name else ""), me, fresh, counts)
