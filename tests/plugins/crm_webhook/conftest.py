"""The company of the cases with people who sell, and mappings beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from core.webhooks import endpoints, receiving, signing
from plugins.crm.models import Lead
from plugins.crm_webhook.models import Letter, Mapping, State
from plugins.crm_webhook.services import mappings
from remit.base import clock
from remit.services import system
from remit.testing.schema import SchemaBuilder, from_migrations
from remit.text import from_json
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales
from tests.plugins.crm.selling.conftest import sales as sales

T = TypeVar("T")
MODULES = {"crm": "plugins.crm.plugin", "crm_webhook": "plugins.crm_webhook.plugin"}
LIST = """
list: CO
version: 41
effective_from: "2025-01-02"
positions:
  MD:
    authority:
      B1: {can: "crm_webhook.mapping:edit", in: company, title: {zh: 映射, en: Maps}}
      B2: {can: "crm_webhook.mapping:read", in: company, power: read, title: {zh: 查看, en: Sees}}
"""


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core, of crm and of the mappings, by their migrations."""
    parts = [migrate.Part(name, loader.migrations_of(path.rpartition(".")[0])) for name, path in MODULES.items()]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English."""
    with use_locale("en"):
        yield


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core, crm and the mappings; machines of loopback may be reached."""
    registry, manager = loader.load(PARTS, MODULES)
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    config = Config(instance=tmp_path, job_threads=0, webhook_allow=("127.0.0.0/8",))
    made = House(config, database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@dataclass
class Other:
    """Another CRM and the mappings for it."""

    sales: Sales
    key: str = ""
    secret: str = ""
    endpoint: int = 0

    def write(self, rules: str, row: int | None = None, **more: Any) -> int:
        """li writes a mapping, or mends one."""
        li = self.sales.company.actor("li")
        with self.sales.house.session(li, write=True) as session, system(session, "a test"):
            found = session.get_one(Mapping, row) if row is not None else None
            return mappings.save(session, li, found, {
                "title": "Shop", "way": "in", "is_on": True, "unit_id": self.sales.company.units["MKT"].id,
                "endpoint_id": self.endpoint or None, "url": "", "secret": "", "rules": rules, **more,
            }).id  # fmt: skip

    def post(self, number: str, body: bytes) -> str:
        """The other program posts a delivery, signed, and it is handled."""
        head = signing.headers(number, int(clock.now().timestamp()), body, [self.secret])
        with self.sales.house.session(SYSTEM, write=True) as session:
            answer = receiving.receive(session, self.key, head, body, "application/json")
        self.work()
        return answer

    def work(self) -> None:
        """What waits is done."""
        Pool(self.sales.house, threads=0).run_waiting()

    def send(self) -> None:
        """One run of what is told to others."""
        with self.sales.house.session(SYSTEM, write=True) as session:
            enqueue(session, SYSTEM, "crm_webhook.send", {})
        self.work()

    def again(self, mapping_id: int) -> tuple[int, int]:
        """li hands over again what did not get across."""
        li = self.sales.company.actor("li")
        with self.sales.house.session(li, write=True) as session, system(session, "a test"):
            return mappings.again(session, li, session.get_one(Mapping, mapping_id))

    def leads(self) -> list[Lead]:
        """All leads as they stand."""
        return self.read(lambda session: list(session.scalars(select(Lead).order_by(Lead.id))))

    def letters(self) -> dict[str, tuple[str, str]]:
        """What lies open: number -> field and reason."""
        return self.read(lambda session: {
            one.key: (one.field, str(from_json(one.why[0])))
            for one in session.scalars(select(Letter).where(Letter.done_at.is_(None)))
        })  # fmt: skip

    def state(self, mapping_id: int) -> State:
        """How far a mapping that sends has come."""
        return self.read(lambda session: session.get_one(State, mapping_id))

    def read(self, look: Callable[[Session], T]) -> T:
        """Something read by the product itself."""
        with self.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = look(session)
            session.expunge_all()
            return found


@pytest.fixture
def other(sales: Sales) -> Other:
    """The company with an address that another CRM posts to."""
    made = Other(sales)
    with sales.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
        row, made.secret = endpoints.create(session, SYSTEM, kind="crm_webhook.leads", name="Shop")
        made.key, made.endpoint = row.key, row.id
    return made
