"""What is known about the request being answered, and its one transaction.

The session is opened by the gate and ended by the wrapper of the view: committed when the answer stands, rolled back
on any exception. Teardown only closes what nobody ended.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, g, request

from core.base.actor import Actor
from core.base.text import set_locale
from core.web import ports

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

READING = frozenset({"GET", "HEAD", "OPTIONS"})
API_PREFIX = "/api/"
AFTER = "after_response"

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
log = structlog.get_logger("remit.web")


class Abandoned(Exception):  # noqa: N818 -- no error: it makes the session's context manager roll back
    """The transaction of a request ends without a commit."""


class Visit:
    """One request: its id, who it comes from, how he reads, and the session that is open for it."""

    def __init__(self) -> None:
        given = request.headers.get("X-Request-ID", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self.started = time.perf_counter()
        self.is_api = request.path.startswith(API_PREFIX)
        self.preferences = ports.anonymous_preferences(request)
        self.actor: Actor | None = None
        self.session: Session | None = None
        self._manager: AbstractContextManager[Session] | None = None
        set_locale(self.preferences.locale)

    @property
    def htmx(self) -> bool:
        """Whether the page's own script asks, so that a redirect must be told in a header."""
        return request.headers.get("HX-Request") == "true"

    # -- the transaction -------------------------------------------------------------------------------------------

    def begin(self, *, write: bool) -> Session:
        """Open the session of this request and find out who it comes from; one that is open still is rolled back."""
        self.abandon()
        house = ports.of().house
        self._manager = house.session(self._anonymous(), write=write)
        self.session = self._manager.__enter__()
        try:
            self._identify(self.session)
        except BaseException as error:
            self.abandon(error)
            raise
        return self.session

    def end(self) -> None:
        """End the transaction: a writing one is committed. Raises what the database objects to."""
        manager, self._manager, self.session = self._manager, None, None
        if manager is not None:
            manager.__exit__(None, None, None)

    def abandon(self, error: BaseException | None = None) -> None:
        """Roll back and close; harmless when nothing is open."""
        manager, self._manager, self.session = self._manager, None, None
        if manager is not None:
            reason = error or Abandoned()
            manager.__exit__(type(reason), reason, reason.__traceback__)

    # -- who --------------------------------------------------------------------------------------------------------

    def _anonymous(self) -> Actor:
        return Actor.anonymous(self.preferences.locale, self.request_id)

    def _identify(self, session: Session) -> None:
        web = ports.of()
        actor = None
        if self.is_api:
            scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() == "bearer" and token.strip() and web.ports.token_actor:
                actor = web.ports.token_actor(session, token.strip())
        elif web.ports.actor_of_request:
            actor = web.ports.actor_of_request(session, request)
        actor = actor or self._anonymous()
        if actor.signed_in:
            self.preferences = (
                web.ports.preferences(session, actor) if web.ports.preferences
                else ports.Preferences(actor.locale, self.preferences.theme)
            )
        self.be(session, actor)

    def be(self, session: Session, actor: Actor) -> None:
        """Go on as this actor: after a sign-in, or in a session opened anew."""
        self.actor = replace(actor, request_id=self.request_id, locale=self.preferences.locale)
        session.info["actor"] = self.actor
        set_locale(self.preferences.locale)
        structlog.contextvars.bind_contextvars(actor=actor.kind, account=actor.account_id)


def current() -> Visit:
    """The visit of the request being answered; begun when it is first asked for."""
    if "remit_visit" not in g:
        g.remit_visit = Visit()
    visit: Visit = g.remit_visit
    return visit


def after_response(session: Session, write: Callable[[Session], Any]) -> None:
    """Have something written that a reading request must leave behind: last seen, a logged read.

    ``write(session)`` gets a writing session of its own once the answer stands; keep ids in it, not loaded objects.
    Its failure is logged and does not spoil the answer.
    """
    session.info.setdefault(AFTER, []).append(write)


def run_after(writes: list[Callable[[Session], Any]], actor: Actor) -> None:
    """Run what was put off, in one transaction each."""
    house = ports.of().house
    for write in writes:
        try:
            with house.session(actor, write=True) as session:
                write(session)
        except Exception:
            log.exception("a write after the response failed")


def setup(app: Flask) -> None:
    """Close, at the end of each request, what no view ended."""

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        visit: Visit | None = g.pop("remit_visit", None)
        if visit is not None:
            visit.abandon(error)
