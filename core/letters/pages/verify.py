"""Whether a paper is genuine, for whoever holds it."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from core.access.declare import public
from core.base.actor import Actor
from core.base.text import catalogue
from core.letters.verifying import verify
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page
from core.web.visit import after_response

_ = catalogue("letters")

verification = ModuleBlueprint("letters_verify", __name__, url_prefix="/letters")


@verification.get("/verify")
@public("Whoever is shown a letter can ask whether it is genuine, and learns no more than that")
def ask(session: Session, actor: Actor) -> Page:
    """The answer about ``?number=`` and ``?code=``; without both, the form."""
    del actor
    number, code = request.args.get("number", "")[:80], request.args.get("code", "")[:20]
    verdict = None
    if number.strip() and code.strip():
        verdict, later = verify(session, number, code, request.remote_addr or "")
        if later is not None:
            after_response(session, later)
    return page(
        "letters/verify.html", title=_("Verify a letter"), number=number, code=code, verdict=verdict,
        status=429 if verdict is not None and verdict.state == "blocked" else 200,
    )
