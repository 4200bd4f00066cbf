"""Who a request comes from: Flask-Login over the sessions table, answered to the ports of ``core/web``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import flask_login
from flask import Flask, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.identity import services
from core.identity.models import Account
from core.kernel.house import House
from core.org.models import Assignment, LegalEntity, PositionVersion
from core.web import ports, visit

if TYPE_CHECKING:
    from core.identity.models import SignedInSession

_OWN = [("identity.me", "core_assignment")]


@dataclass
class User(flask_login.UserMixin):  # type: ignore[misc]
    """A signed-in browser as Flask-Login sees it; its id is the session's token, never the account's number."""

    token: str
    account: Account
    row: SignedInSession | None = None

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def install(app: Flask, house: House) -> None:
    """Answer the web's questions about accounts."""
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the token is random and revocable; a changing address is no theft
    idle = timedelta(minutes=house.config.idle_minutes)

    @manager.user_loader  # type: ignore[misc]
    def load(token: str) -> User | None:
        session = visit.current().session
        found = services.session_of(session, token, idle=idle) if session is not None else None
        return User(token, found[1], found[0]) if found else None

    def actor_of_request(session: Session, request: Request) -> Actor | None:
        del request
        user = flask_login.current_user
        if not user.is_authenticated:
            return None
        if services.needs_touch(user.row):
            visit.after_response(session, _toucher(user.row.id))
        return services.actor_of(user.account, zone=house.config.zone)

    def token_actor(session: Session, token: str) -> Actor | None:
        found = services.token_of(session, token)
        return services.token_actor(*found, zone=house.config.zone) if found else None

    def preferences(session: Session, actor: Actor) -> ports.Preferences:
        account = session.get(Account, actor.account_id)
        return ports.Preferences(actor.locale, account.theme if account else "auto")  # type: ignore[arg-type]

    installed = ports.of(app).ports
    installed.actor_of_request = actor_of_request
    installed.token_actor = token_actor
    installed.preferences = preferences
    installed.me = me
    installed.company = company


def _toucher(session_id: int) -> services.Write:
    def write(session: Session) -> None:
        services.touch(session, session_id)

    return write


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
