"""Who a request comes from: Flask-Login over the sessions table, answered to the ports of ``core/web``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import flask_login
from flask import Flask, Request, request
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.identity import services
from core.kernel.house import House
from core.web import ports, visit
from core.web.pages import redirect_to

#: What somebody may still reach whose password must be changed first.
WITHOUT_NEW_PASSWORD = frozenset(
    {"identity.account", "identity.change_password", "identity.sign_in", "identity.sign_out", "identity.preference"}
)


@dataclass(frozen=True)
class User(flask_login.UserMixin):  # type: ignore[misc]
    """A signed-in browser as Flask-Login sees it; its id is the session's token, never the account's number.

    It holds plain values: Flask-Login keeps it for the whole request, which an error page may continue in another
    database session.
    """

    token: str
    actor: Actor
    session_id: int = 0
    last_seen_at: datetime | None = None
    must_change_password: bool = False
    theme: ports.Theme = "auto"

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def install(app: Flask, house: House) -> None:
    """Answer the web's questions about accounts."""
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the token is random and revocable; a changing address is no theft
    idle = timedelta(minutes=house.config.idle_minutes)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> User | None:
        session = visit.current().session
        found = services.session_of(session, token, idle=idle) if session is not None else None
        if found is None:
            return None
        row, account = found
        actor = services.actor_of(account, zone=house.config.zone)
        theme = cast(ports.Theme, account.theme)
        return User(token, actor, row.id, row.last_seen_at, account.must_change_password, theme)

    def actor_of_request(session: Session, request: Request) -> Actor | None:
        del request
        user = flask_login.current_user
        if not user.is_authenticated:
            return None
        if user.last_seen_at is not None and services.needs_touch(user.last_seen_at):
            visit.after_response(session, _writer(services.touch, user.session_id))
        return cast(Actor, user.actor)

    def token_actor(session: Session, token: str) -> Actor | None:
        found = services.token_of(session, token)
        if found is None:
            return None
        row, account = found
        if services.needs_touch(row.last_used_at):
            visit.after_response(session, _writer(services.touch_token, row.id))
        return services.token_actor(row, account, zone=house.config.zone)

    def preferences(session: Session, actor: Actor) -> ports.Preferences:
        del session
        user = flask_login.current_user if actor.kind == "person" else None
        return ports.Preferences(actor.locale, user.theme if user is not None and user.is_authenticated else "auto")

    @app.before_request
    def new_password_first() -> Any:
        if visit.current().session is None or request.endpoint in WITHOUT_NEW_PASSWORD:
            return None
        user = flask_login.current_user
        if not user.is_authenticated or not user.must_change_password:
            return None
        return redirect_to("identity.account")

    installed = ports.of(app).ports
    installed.actor_of_request = actor_of_request
    installed.token_actor = token_actor
    installed.preferences = preferences


def _writer(touch: Callable[[Session, int], None], identity: int) -> services.Write:
    """``touch`` for one row, to be called once the answer stands."""

    def write(session: Session) -> None:
        touch(session, identity)

    return write
