"""A house with the sample plugin and attendance, two accounts, and browsers; the whole app over one SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from core.app import create_app
from core.authority import publish
from core.base.actor import Actor
from core.base.text import use_locale
from core.config import Config
from core.db import migrate
from core.db.keys import KeyRing
from core.db.session import Database
from core.db.types import Translation
from core.identity import services as identity
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from remit import org
from remit.testing.schema import SchemaBuilder, Schemas, from_migrations
from tests.core.identity.conftest import PASSWORD, Browser, quick_hashes

__all__ = ["quick_hashes"]

SYSTEM = Actor.system("tests of hooks")
MODULES = {"sample": "plugins.sample.plugin", "attendance": "attendance.plugin"}


@pytest.fixture(scope="session")
def sample_schema() -> SchemaBuilder:
    """The tables of core, attendance and the plugin, by their migrations."""
    parts = [migrate.Part(name, loader.migrations_of(path.rpartition(".")[0])) for name, path in MODULES.items()]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture
def house(
    sample_schema: SchemaBuilder, database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path
) -> Iterator[House]:
    """A real house; hooks do not differ by database, so one is enough."""
    with database_schemas.database("sqlite", sample_schema, key_ring) as database:
        yield open_around(database, tmp_path)


def open_around(database: Database, folder: Path) -> House:
    """The house on a database of the test."""
    registry, manager = loader.load(PARTS, MODULES)
    assert {name: found.problem for name, found in registry.modules.items()} == dict.fromkeys(MODULES, "")
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    config = Config(instance=folder, database_url=str(database.engine.url), job_threads=0)
    opened = House(config, database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    if database.keys is not None:
        database.keys.save(opened.config.keys_path)
    return opened


@pytest.fixture
def admin(house: House) -> Actor:
    """Holder of the bootstrap entry: every action."""
    with house.session(SYSTEM, write=True) as session:
        made = identity.create_account(session, SYSTEM, login="admin", name="Ada", password=PASSWORD, locale="en")
        publish.bootstrap(session, made.id, date(2026, 1, 1), house.registry.suggested_entries())
    return identity.actor_of(made)


@pytest.fixture
def lin(house: House, admin: Actor) -> Actor:
    """Somebody on a post, with no entry of his own beside what everybody has."""
    since = date(2026, 1, 1)
    with house.session(SYSTEM, write=True) as session:
        entity = org.create_legal_entity(
            session, SYSTEM, code="A", name=Translation(zh_CN="甲公司", en="A Ltd"), credit_code="91310000MA1FL0000X"
        )
        unit = org.create_unit(
            session, SYSTEM, code="U", title=Translation(zh_CN="总部", en="Head office"), valid_from=since,
            legal_entity=entity,
        )
        post = org.create_position(
            session, SYSTEM, code="P", title=Translation(zh_CN="文员", en="Clerk"), unit=unit, valid_from=since
        )
        hired = org.hire(session, SYSTEM, number="1", name="Lin", position=post, hired_on=since)
        made = identity.create_account(
            session, SYSTEM, login="lin", name="Lin", password=PASSWORD, locale="en", person_id=hired.person_id
        )
    return identity.actor_of(made)


@pytest.fixture
def app(house: House) -> Flask:
    """The whole web app."""
    return create_app(house=house)


@pytest.fixture
def visit(app: Flask, lin: Actor) -> Callable[[str], Browser]:
    """``visit("lin")`` comes back signed in."""

    def come(login: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.sign_in(login).status_code == 303
        return browser

    return come


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English."""
    with use_locale("en"):
        yield
