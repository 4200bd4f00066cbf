"""The cookie and the protection against forged posts.

What is anonymous, the token and the next page, stays in the signed cookie. Every post of a page carries a token, in a
field or in the header ``X-CSRFToken``; programs come with a bearer token instead and need none.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from core.web.blueprints import ApiBlueprint, SignedBlueprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint

    from core.kernel.house import House

COOKIE = "remit"


def secret_of(house: House) -> bytes:
    """What signs cookies. Without a key ring, before ``remit init``, they last as long as the process."""
    return house.database.keys.derive("cookies") if house.database.keys else secrets.token_bytes(32)


class CookieReader:
    """Reads the signed cookie where there is no web app: in the process that serves live pages."""

    def __init__(self, secret: bytes) -> None:
        self._app = Flask("core.web", static_folder=None, template_folder=None)
        self._app.config.update(SECRET_KEY=secret, SESSION_COOKIE_NAME=COOKIE)

    def read(self, cookies: str) -> dict[str, Any]:
        """What the cookie holds in a header ``Cookie``; nothing when it is missing, old, or not signed by us."""
        request = Request({"HTTP_COOKIE": cookies, "REQUEST_METHOD": "GET"})
        return dict(SecureCookieSessionInterface().open_session(self._app, request) or {})


def setup(app: Flask, *, secret: bytes, secure: bool) -> CSRFProtect:
    """Sign cookies and check posts; before the gate, so that a forged post never opens a session."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=None,  # a form may lie open over lunch; the token ends with the session
        WTF_CSRF_SSL_STRICT=secure,
    )
    return CSRFProtect(app)


def exempt(csrf: CSRFProtect, blueprints: Iterable[Blueprint]) -> None:
    """Let programs post without a token, and nobody else."""
    for blueprint in blueprints:
        if isinstance(blueprint, (ApiBlueprint, SignedBlueprint)):
            csrf.exempt(blueprint)
