"""The cookie and the protection against forged posts.

What is anonymous, the token and the next page, stays in the signed cookie. Every post of a page carries a token, in a
field or in the header ``X-CSRFToken``; programs come with a bearer token instead and need none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from core.web.blueprints import ApiBlueprint, SignedBlueprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint

COOKIE = "remit"


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
