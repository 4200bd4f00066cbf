"""The address other programs post to. It knows no accounts: each post is proven by its signature."""

from __future__ import annotations

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from core.access.declare import public
from core.base.actor import Actor
from core.web.blueprints import SignedBlueprint
from core.webhooks.receiving import LARGEST, Answer, receive

blueprint = SignedBlueprint("hooks", __name__, url_prefix="/hooks")

_STATUS: dict[Answer, int] = {"accepted": 202, "known": 200, "refused": 401, "unknown": 404, "unreadable": 400}


@blueprint.post("/<key>")
@public("A program proves itself by the signature of what it sends", largest=LARGEST)
def post(session: Session, actor: Actor, key: str) -> Response:
    """Take what is posted: 202 it will be handled, 200 it was here before, 401 not believed, 404 no such address."""
    del actor
    headers = {name.lower(): value for name, value in request.headers.items()}
    answer = receive(session, key, headers, request.get_data(), request.content_type or "")
    response = jsonify({"status": answer})
    response.status_code = _STATUS[answer]
    return response
