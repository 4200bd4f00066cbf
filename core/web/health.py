"""``GET /healthz``: whether the database answers, and the state of each module. No names, no data, no versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import Flask, Response, jsonify

from core.base.actor import Actor
from core.kernel import state
from core.web import ports

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.web")


def states(house: House) -> dict[str, str]:
    """The state of each installed module: on, off, failed, blocked. Raises what the database raises."""
    with house.session(Actor.anonymous()) as session:
        on = state.read(session)
    return {
        name: found.state if found.state != "loaded" else "on" if name in on else "off"
        for name, found in house.registry.modules.items()
    }


def setup(app: Flask) -> None:
    """Serve it; it is among the routes that are open to everybody."""

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            modules = states(ports.of().house)
        except Exception:
            log.exception("the database does not answer")
            response = jsonify(status="down", database="unreachable", modules={})
            response.status_code = 503
            return response
        status = "ok" if "failed" not in modules.values() and "blocked" not in modules.values() else "degraded"
        return jsonify(status=status, database="ok", modules=modules)
