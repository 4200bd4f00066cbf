"""How a house becomes a web app. Read this first: it is the table of contents.

``create_app`` puts the web on what ``core.opening.open_house`` opened. It asks the database nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from core.opening import installers, open_house
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

if TYPE_CHECKING:
    from core.config import Config
    from core.kernel.house import House


def create_app(
    config: Config | None = None, *, modules: Mapping[str, str] | None = None, house: House | None = None
) -> Flask:
    """The web app of an installation, or of a house that is open already."""
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
    csrf = security.setup(app, secret=security.secret_of(house), secure=secure)
    gate.setup(app)                                   # who is it, may he come in
    visit.setup(app)                                  # the one transaction of a request
    errors.setup(app)                                 # a page or problem+json
    headers.setup(app, secure=secure)
    health.setup(app)                                 # /healthz
    programs = api.setup(app)                         # /api/v1, openapi.json
    registration.setup(app, programs, csrf)           # the blueprints of core and of every module that loaded

    for install in installers("web"):                 # what identity and settings answer the web
        install(app, house)
    return app
