"""What the organisation answers the web: the reader's post and the company's name, for the frame of every page."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import House
from core.org.models import Assignment, LegalEntity, PositionVersion
from core.web import ports

_OWN = [("org.me", "core_assignment")]


def install(app: Flask, house: House) -> None:
    """Answer the questions of the frame."""
    del house
    installed = ports.of(app).ports
    installed.me = me
    installed.company = company


def me(session: Session, actor: Actor) -> ports.Me | None:
    """The person in the corner: name and the title of the primary post."""
    if not actor.signed_in:
        return None
    title = None
    if actor.person_id is not None:
        day = clock.today(actor.zone)
        title = session.scalars(
            guard.mark(
                select(PositionVersion.title)
                .join(Assignment, Assignment.position_id == PositionVersion.position_id)
                .where(
                    Assignment.person_id == actor.person_id, as_of(Assignment, day), as_of(PositionVersion, day)
                )
                .order_by(Assignment.is_primary.desc(), Assignment.id)
                .limit(1),
                _OWN,
            )
        ).one_or_none()
    return ports.Me(actor.name, actor.person_id, initials="", position=str(title) if title else "")


def company(session: Session) -> str:
    """The name over the menu: the installation's own, or that of the first legal entity."""
    house: House = session.info["house"]
    if house.config.company:
        return house.config.company
    name = session.scalars(select(LegalEntity.name).order_by(LegalEntity.id).limit(1)).one_or_none()
    return str(name) if name else ""
