"""The company of the cases with people who sell, the bridge beside it, and a run of it on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.base.text import use_locale
from core.config import Config
from core.db import migrate
from core.db.session import Database
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from plugins.crm.models import Lead
from plugins.crm_tryton.models import Connection, Letter, Link, State
from plugins.crm_tryton.services import connections
from remit.services import system
from remit.testing.schema import SchemaBuilder, from_migrations
from remit.text import from_json
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales
from tests.plugins.crm.selling.conftest import sales as sales

T = TypeVar("T")
MODULES = {"crm": "plugins.crm.plugin", "crm_tryton": "plugins.crm_tryton.plugin"}
LIST = """
list: CO
version: 40
effective_from: "2025-01-02"
positions:
  MD:
    authority:
      B1: {can: "crm_tryton.connection:edit", in: company, title: {zh: 连接, en: Connects}}
      B2: {can: "crm_tryton.connection:read", in: company, power: read, title: {zh: 查看, en: Sees}}
"""


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core, of crm and of the bridge, by their migrations."""
    parts = [migrate.Part(name, loader.migrations_of(path.rpartition(".")[0])) for name, path in MODULES.items()]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English."""
    with use_locale("en"):
        yield


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core, crm and the bridge; machines of loopback may be reached."""
    return house_on(database, tmp_path)


def house_on(database: Database, folder: Path) -> House:
    """A house around a database that is there."""
    registry, manager = loader.load(PARTS, MODULES)
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    config = Config(instance=folder, job_threads=0, webhook_allow=("127.0.0.0/8",))
    made = House(config, database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@dataclass
class Bridge:
    """A connection and its runs."""

    sales: Sales
    id: int = 0

    def connect(self, url: str, company: int, fallback: int, **more: Any) -> int:
        """li connects to a database called crm."""
        li = self.sales.company.actor("li")
        with self.sales.house.session(SYSTEM, write=True) as session:
            publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
        with self.sales.house.session(li, write=True) as session:
            made = connections.save(session, li, None, {
                **connections.values_of(None), "title": "Sales of the east", "url": url, "database": "crm",
                "login": "admin", "company": company, "fallback": fallback, "employees": "", "channel": "wx",
                "reason": "price", "unit_id": self.sales.company.units["EAST"].id, **more,
            })  # fmt: skip
            self.id = made.id
        return self.id

    def run(self) -> State:
        """One run now; how the connection goes after it."""
        with self.sales.house.session(SYSTEM, write=True) as session:
            enqueue(session, SYSTEM, "crm_tryton.exchange", {"connection": self.id})
        Pool(self.sales.house, threads=0).run_waiting()
        return self.state()

    def again(self) -> int:
        """li asks for what did not get across, and it is handed over."""
        li = self.sales.company.actor("li")
        with self.sales.house.session(li, write=True) as session, system(session, "a test"):
            count = connections.again(session, li, session.get_one(Connection, self.id))
        Pool(self.sales.house, threads=0).run_waiting()
        return count

    def state(self) -> State:
        """How the connection goes."""
        return self._read(lambda session: session.get_one(State, self.id))

    def error(self) -> str:
        """The sentence of the health page."""
        found = self.state().error
        return str(from_json(found[0])) if found else ""

    def links(self) -> dict[int, int]:
        """Lead -> opportunity."""
        return self._read(lambda session: {one.lead_id: one.opportunity for one in session.scalars(select(Link))})

    def letters(self) -> dict[tuple[str, int], str]:
        """What lies open: way and number -> the reason."""
        return self._read(lambda session: {(one.way, one.number): str(from_json(one.why[0])) for one in session.scalars(
            select(Letter).where(Letter.done_at.is_(None)))})  # fmt: skip

    def leads(self) -> dict[int, Lead]:
        """All leads as they stand."""
        return self._read(lambda session: {one.id: one for one in session.scalars(select(Lead))})

    def _read(self, look: Callable[[Session], T]) -> T:
        with self.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = look(session)
            session.expunge_all()
            return found


@pytest.fixture
def bridge(sales: Sales) -> Bridge:
    """The company with the bridge, not connected yet."""
    return Bridge(sales)


@contextmanager
def started(server: Any) -> Iterator[Any]:
    """A server that is ended whatever happens."""
    try:
        server.start()
        yield server
    finally:
        server.kill()
