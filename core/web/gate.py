"""The net under all routes: nobody reaches a view that has not said who may call it.

It runs before every request, for routes of third parties too. A module that is off is 404, whoever is not signed in
goes to sign-in, whoever holds no entry for the action gets 403 with the reason, and so does a query that would sort or
narrow a list by what is masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, abort, current_app, redirect, request
from werkzeug.exceptions import Unauthorized

from core.access.calls import decide, refusal
from core.access.declare import Declared, declared
from core.access.masked import refuse_masked
from core.kernel import state
from core.kernel.registry import CORE
from core.web import ports, visit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

log = structlog.get_logger("remit.web")

#: Routes that are no views of ours, open to everybody, and why.
OPEN: dict[str, str] = {
    "healthz": "load balancers and `remit serve` ask it; it tells states and no data",
    "live": "says that nobody tells of changes here, so that pages ask for themselves; it tells nothing else",
    "api-docs.openapi_json": "the description of the interface is part of the product, not of the company",
}


def undeclared(app: Flask) -> list[str]:
    """Rules whose view declares no access and that are not named in ``OPEN``."""
    return [
        f"{rule.rule} -> {rule.endpoint}" for rule in app.url_map.iter_rules()
        if rule.endpoint not in OPEN and declared(app.view_functions[rule.endpoint]) is None
    ]


def check() -> Any:
    """Decide whether the request may go on to its view; opens its session on the way."""
    if request.endpoint is None or request.endpoint in OPEN:
        return None
    declaration = declared(current_app.view_functions[request.endpoint])
    if declaration is None:
        log.error("route refused: it declares no access", endpoint=request.endpoint, rule=str(request.url_rule))
        abort(403)
    here = visit.current()
    write = request.method not in visit.READING
    if declaration.largest is not None:
        request.max_content_length = declaration.largest
    if write:
        # The body is read before the write lock is taken, so that a slow sender holds up nobody.
        request.get_data(cache=True, parse_form_data=True)
    session = here.begin(write=write)
    try:
        return _admit(session, here, declaration)
    except BaseException as error:
        here.abandon(error)
        raise


def _admit(session: Session, here: visit.Visit, declaration: Declared) -> Response | None:
    actor = here.actor
    if actor is None:
        raise RuntimeError("a session was opened for nobody")
    owner = ports.of().owner(request.blueprint)
    if owner != CORE and owner not in state.read(session):
        abort(404)
    if declaration.kind == "public":
        return None
    if not actor.signed_in:
        here.abandon()
        return to_sign_in(here)
    if declaration.kind == "action":
        _require_entry(session, actor, declaration.action or "")
        if request.args and not declaration.opens:
            registry = ports.of().house.registry
            refuse_masked(registry, registry.actions[declaration.action or ""], request.args.items(multi=True))
    return None


def _require_entry(session: Session, actor: Actor, action: str) -> None:
    decision = decide(session, actor, action)
    if not decision.allowed:
        raise refusal(session, actor, decision)


def to_sign_in(here: visit.Visit) -> Response:
    """Where somebody who is not signed in goes: a page to sign-in, htmx likewise, a program gets 401."""
    web = ports.of()
    # Only a page can be come back to; what was to be posted is gone.
    back = request.full_path.rstrip("?") if request.method == "GET" and not here.htmx else ""
    url = ports.link(web.ports.sign_in_endpoint, **({"next": back} if back not in ("", "/") else {}))
    if here.is_api or url is None:
        raise Unauthorized()
    if here.htmx:
        return Response(status=401, headers={"HX-Redirect": url})
    return redirect(url, 303)  # type: ignore[return-value]


def setup(app: Flask) -> None:
    """Put the net under the app; after the protection against forged posts, which needs no database."""
    app.before_request(check)
