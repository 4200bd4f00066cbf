"""``GET /healthz``: whether the database and the broker answer, and the state of each module. No names, no data, no
versions, no addresses.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, jsonify

from core.base.actor import Actor
from core.db import migrate
from core.kernel import state
from core.kernel.house import House
from core.kernel.registry import CORE
from core.web import ports

log = structlog.get_logger("remit.web")


def behind(web: ports.Web) -> frozenset[str]:
    """The parts whose migrations are pending; asked until none is."""
    if web.migrated:
        return frozenset()
    registry = web.house.registry
    loaded = [registry.modules[name] for name in registry.loaded]
    names = frozenset(migrate.pending(web.house.database, [migrate.core_part(), *loaded]))
    web.migrated = not names
    return names


def states(web: ports.Web) -> dict[str, str]:
    """The state of each installed module: on, off, behind, failed, blocked. Raises what the database raises."""
    late = behind(web)
    with web.house.session(Actor.anonymous()) as session:
        on = state.read(session)
    found = {}
    for name, module in web.house.registry.modules.items():
        running = "behind" if name in late else "on" if name in on else "off"
        found[name] = running if module.state == "loaded" else module.state
    return found


def broker_of(house: House) -> str:
    """Whether the broker of jobs answers: ok, unreachable, unknown before it was asked; nothing where there is none."""
    if not house.config.broker_url:
        return ""
    dispatcher = house.session_info.get("broker")
    reached = None if dispatcher is None else dispatcher.reached
    return "unknown" if reached is None else "ok" if reached else "unreachable"


def setup(app: Flask) -> None:
    """Serve it; it is among the routes that are open to everybody."""

    @app.get("/healthz")
    def healthz() -> Response:
        web = ports.of()
        try:
            modules = states(web)
            database = "behind" if CORE in behind(web) else "ok"
        except Exception:
            log.exception("the database does not answer")
            response = jsonify(status="down", database="unreachable", modules={})
            response.status_code = 503
            return response
        well = database == "ok" and not {"failed", "blocked", "behind"}.intersection(modules.values())
        broker = broker_of(web.house)
        told = {"broker": broker} if broker else {}  # jobs wait for one that is away, so that is no reason to stop
        return jsonify(status="ok" if well and broker != "unreachable" else "degraded", database=database,
                       modules=modules, **told)  # fmt: skip
