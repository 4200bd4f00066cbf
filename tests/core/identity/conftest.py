"""An app whose first account is the administrator of the bootstrap entry, and browsers that come to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.app import create_app
from core.authority import publish
from core.base.actor import Actor
from core.base.text import use_locale
from core.config import Config
from core.db.session import Database
from core.identity import passwords, services
from core.identity.models import Account
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers

PASSWORD = "correct horse battery"
SYSTEM = Actor.system("test")


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core and payroll, with authority, audit and guard as in a real installation."""
    registry, manager = loader.load(PARTS, {"payroll": "payroll.plugin"})
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    opened = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    return opened


@pytest.fixture
def app(house: House) -> Flask:
    """The whole web app."""
    return create_app(house=house)


@pytest.fixture
def admin(house: House) -> Account:
    """The first account, holder of the bootstrap entry."""
    with house.session(SYSTEM, write=True) as session:
        made = services.create_account(session, SYSTEM, login="admin", name="Ada", password=PASSWORD, locale="en")
        publish.bootstrap(session, made.id, date(2026, 1, 1), house.registry.suggested_entries())
    return made


@pytest.fixture
def lin(house: House, admin: Account) -> Account:
    """A second account, of nobody in the company, without any entry of its own."""
    with house.session(SYSTEM, write=True) as session:
        return services.create_account(session, SYSTEM, login="lin", name="Lin", password=PASSWORD, locale="en")


@dataclass
class Browser:
    """Somebody with a browser and without JavaScript."""

    client: FlaskClient
    token: str = ""

    def __post_init__(self) -> None:
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    def get(self, path: str) -> TestResponse:
        """A page, without following redirects; keeps the form token it brings."""
        response = self.client.get(path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
        if found:
            self.token = found[1]
        return response

    def post(self, path: str, **fields: str | list[str]) -> TestResponse:
        """A form with the token of the last page."""
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def sign_in(self, login: str = "admin", password: str = PASSWORD, back: str = "") -> TestResponse:
        """Fill in the sign-in form."""
        path = f"/sign-in?next={back}" if back else "/sign-in"
        self.get(path)
        return self.post(path, login=login, password=password)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser nobody has signed in with."""
    return Browser(app.test_client())


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English."""
    with use_locale("en"):
        yield


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2id at its lowest cost: what is tested here is not how long a hash takes."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
