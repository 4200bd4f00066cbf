"""How an installation becomes a house, and a house a web app. Read this first: it is the table of contents.

``open_house`` is what the command line, the workers and the web share; ``create_app`` puts the web on it. Neither
asks the database anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from core import config as configuration
from core.db.keys import KeyRing
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House

if TYPE_CHECKING:
    from flask import Flask

    from core.config import Config

#: The plugin files of core's own parts, in the order their contributions appear. A part may also define
#: ``install(house)`` (engine, audit: what sessions carry) and ``install_web(app, house)`` (its ports).
PARTS: tuple[str, ...] = tuple(
    name for name in (
        "core.audit.plugin",
        "core.calendar.plugin",
        "core.files.plugin",
        "core.jobs.plugin",
        "core.exchange.plugin",
        "core.identity.plugin",
        "core.org.plugin",
        "core.authority.plugin",
        "core.portal.plugin",
        "core.admin.plugin",
    )
    if find_spec(name.rpartition(".")[0]) and find_spec(name)
)


def open_house(config: Config | None = None, *, modules: Mapping[str, str] | None = None) -> House:
    """The settings, database, registry and hooks of one process.

    ``modules`` maps names to plugin files, for tests; by default every installed module is loaded, and a broken one
    only becomes ``failed``.
    """
    config = config or configuration.load()
    registry, manager = loader.load(PARTS, loader.installed() if modules is None else modules)
    database = Database(config.url, keys=_keys(config))
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(config=config, database=database, registry=registry, hooks=Hooks(manager))
    for part in PARTS:
        install = getattr(import_module(part), "install", None)
        if install is not None:
            install(house)
    return house


def _keys(config: Config) -> KeyRing | None:
    return KeyRing.load(config.keys_path) if config.keys_path.is_file() else None


def create_app(
    config: Config | None = None, *, modules: Mapping[str, str] | None = None, house: House | None = None
) -> Flask:
    """The web app of an installation, or of a house that is open already."""
    from flask import Flask

    from core.web import (
        api,
        assets,
        converters,
        errors,
        formats,
        gate,
        headers,
        health,
        json,
        ports,
        registration,
        rendering,
        scope,
        security,
        slots,
        visit,
    )

    house = house or open_house(config, modules=modules)
    secure, registry = house.config.secure_cookies, house.registry

    app = Flask("core.web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = house.config.upload_limit_bytes
    app.extensions[ports.EXTENSION] = ports.Web(house)

    json.setup(app)                                   # days, months and texts in JSON
    converters.setup(app)                             # <id:...>, <day:...>, <month:...>
    rendering.setup(app, registry)                    # where templates lie, whose words they speak
    formats.setup(app)                                # filters
    slots.setup(app)                                  # slot("org.panel")
    assets.setup(app, registry)                       # /static, static(), icon()
    scope.setup(app)                                  # a context and a log line for each request
    csrf = security.setup(app, secret=_secret(house), secure=secure)
    gate.setup(app)                                   # who is it, may he come in
    visit.setup(app)                                  # the one transaction of a request
    errors.setup(app)                                 # a page or problem+json
    headers.setup(app, secure=secure)
    health.setup(app)                                 # /healthz
    programs = api.setup(app)                         # /api/v1, openapi.json
    registration.setup(app, programs, csrf)           # the blueprints of core and of every module that loaded

    for part in PARTS:
        install: Any = getattr(import_module(part), "install_web", None)
        if install is not None:
            install(app, house)
    return app


def _secret(house: House) -> bytes:
    """What signs cookies. Without a key ring, before ``remit init``, they last as long as the process."""
    return house.database.keys.derive("cookies") if house.database.keys else secrets.token_bytes(32)
