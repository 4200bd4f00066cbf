"""Registering what core and the modules contribute: blueprints for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from core.web import gate, ports, security
from core.web.blueprints import ApiBlueprint

if TYPE_CHECKING:
    from flask import Flask
    from flask_wtf.csrf import CSRFProtect

    from core.web.api import Api

log = structlog.get_logger("remit.web")


def setup(app: Flask, programs: Api, csrf: CSRFProtect) -> None:
    """Register every blueprint and remember whose it is, so that a module that is off answers 404.

    A route of a third party that declares no access is reported; the gate refuses it.
    """
    web = ports.of(app)
    found = web.house.registry.items.get("blueprints", ())
    for owned in found:
        web.owners[owned.item.name] = owned.owner
        if isinstance(owned.item, ApiBlueprint):
            programs.register_blueprint(owned.item)
        else:
            app.register_blueprint(owned.item)
    security.exempt(csrf, [owned.item for owned in found])
    for rule in gate.undeclared(app):
        log.error("route declares no access and will be refused", rule=rule)
