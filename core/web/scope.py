"""Round each request: a context of its own for language and log, and one line in the log when it is answered.

The line names the route, not the address, and an account number at most: addresses and names of people stay out.
"""

from __future__ import annotations

import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, request

from core.web import visit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

QUIET = frozenset({"healthz"})
log = structlog.get_logger("remit.request")


def setup(app: Flask) -> None:
    """Wrap the app; called last of what wraps it, so that it is the outermost."""
    inner = app.wsgi_app

    def scoped(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        # What a request sets, its locale and its log fields, is forgotten with it; threads are used again.
        return copy_context().run(inner, environ, start_response)

    app.wsgi_app = scoped  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=visit.current().request_id)

    @app.after_request
    def written(response: Response) -> Response:
        here = visit.current()
        line = log.debug if request.endpoint in QUIET else log.info
        line(
            "answered",
            method=request.method,
            route=str(request.url_rule) if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - here.started) * 1000, 1),
        )
        return response
