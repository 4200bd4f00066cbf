"""Every address of the app says who may call it, and the app is put together without asking the database."""

from __future__ import annotations

from pathlib import Path

import flask
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.access.declare import Declared, declared
from core.app import create_app
from core.config import Config
from core.web import gate, ports
from tests.structure import tree

WITHOUT_DECLARATION = {
    "api-docs.openapi_json": "the description of the API holds no data; flask-smorest brings the view",
    "healthz": "asked by supervisors that have no account; it tells states, not data",
    "live": "says that nobody tells of changes here, so that pages ask for themselves; it tells nothing else",
}
"""Endpoint -> why its view carries no declaration: what the libraries bring."""


@pytest.fixture
def app(tmp_path: Path) -> flask.Flask:
    """The app with every installed module, over a database that does not exist yet."""
    return create_app(Config(instance=tmp_path / "instance"))


def declarations(app: flask.Flask) -> dict[str, Declared | None]:
    """Endpoint -> what its view declared."""
    return {rule.endpoint: declared(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}


def test_every_route_declares_its_access(app: flask.Flask) -> None:
    """A route nobody thought about would be open to everybody, or closed to all."""
    found = [endpoint for endpoint, access in declarations(app).items() if access is None]
    tree.judge(found, WITHOUT_DECLARATION)
    assert set(gate.OPEN) == set(WITHOUT_DECLARATION), "the gate lets through what is listed here, and no more"
    assert len(declarations(app)) > 10


def test_routes_ask_for_declared_actions(app: flask.Flask) -> None:
    """The action a route names is known to the registry."""
    registry = app.extensions[ports.EXTENSION].house.registry
    found = [
        f"{endpoint} asks for {access.action}"
        for endpoint, access in declarations(app).items()
        if access is not None and access.kind == "action" and access.action not in registry.actions
    ]
    tree.judge(found, {})


def test_public_routes_give_a_reason(app: flask.Flask) -> None:
    """Open to everybody is a decision, and it is written down."""
    found = [
        endpoint
        for endpoint, access in declarations(app).items()
        if access is not None and access.kind == "public" and len(access.reason.split()) < 2
    ]
    tree.judge(found, {})


def test_whole_numbers_in_addresses_are_bounded(app: flask.Flask) -> None:
    """`<int:...>` lets 2^63 through to the database; `<id:...>` does not."""
    found = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if any(type(converter).__name__ == "IntegerConverter" for converter in rule._converters.values())
    ]
    tree.judge(found, {})


def test_every_module_loads(app: flask.Flask) -> None:
    """Each declared module is installed in this environment and loads without a fault."""
    registry = app.extensions[ports.EXTENSION].house.registry
    states = {name: module.problem or module.state for name, module in registry.modules.items()}
    assert {name: states.get(name) for name in tree.declared_modules()} == dict.fromkeys(
        tree.declared_modules(), "loaded"
    )


def test_the_app_starts_without_a_query(tmp_path: Path) -> None:
    """A web process can start while the database is down, and says so on the pages instead."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        create_app(Config(instance=tmp_path / "instance"))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert statements == []
    assert not (tmp_path / "instance").exists()
