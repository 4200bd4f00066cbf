"""The company of the cases with this module in it, on both databases: li directs marketing, wang leads its group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core.authority.document import parse
from core.authority.publish import publish
from core.base.text import use_locale
from core.config import Config
from core.db import migrate
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from plugins.crm.models import SpendRequest
from plugins.crm.services import spending
from remit.services import load
from remit.testing.schema import SchemaBuilder, from_migrations
from remit.workflow import Task, decide, open_tasks
from tests.core.authority.company import SYSTEM, Company, build

MODULES = {"crm": "plugins.crm.plugin"}
#: What the marketing posts hold in the cases, with what belongs together for the head of the group.
LIST = """
list: ACQ
version: 18
effective_from: "2026-01-01"
positions:
  ACQ-H:
    authority:
      B1: {can: "crm.spend:approve", in: subtree(ACQ), up_to: 10000.00 CNY, cap: 60000.00 CNY/month,
           split_guard: payee+category/30d, title: {zh: 审批投放, en: Approves spend}}
everybody:
  authority:
    S1: {can: "crm.spend:request", in: self, title: {zh: 申请支出, en: Asks to spend}}
    S2: {can: "crm.spend:read", in: self, power: read, title: {zh: 查看支出, en: Sees his own}}
    S3: {can: "crm.campaign:read", in: company, power: read, title: {zh: 查看活动, en: Sees campaigns}}
"""
#: The list of the cases without the entry of the head of the group, which is in the one above.
WITHOUT = """
list: CO
version: 18
effective_from: "2026-01-01"
positions:
  MD:
    authority:
      A2: {can: "crm.spend:approve", in: subtree(MKT), up_to: 100000.00 CNY, title: {zh: 审批支出, en: Approves spend}}
      A5: {can: "crm.campaign:edit", in: subtree(MKT), title: {zh: 策划活动, en: Plans campaigns}}
      A6: {can: "crm.budget:edit", in: subtree(MKT), title: {zh: 编制预算, en: Sets budgets}}
      A7: {can: "crm.budget:read", in: subtree(MKT), power: read, title: {zh: 查看预算, en: Sees budgets}}
      A8: {can: "crm.spend:read", in: subtree(MKT), power: read, title: {zh: 查看支出, en: Sees spending}}
  CEO:
    authority:
      A3: {can: "crm.spend:approve", in: all, up_to: 1000000.00 CNY, title: {zh: 审批支出, en: Approves spend}}
  EA-H:
    authority:
      A6: {can: "crm.spend:approve", in: subtree(EAST), up_to: 50000.00 CNY, title: {zh: 审批支出, en: Approves spend}}
everybody:
  authority:
    E1: {can: "authority.list:read", in: all, power: read, title: {zh: 查看清单, en: Reads lists}}
"""


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core and of this module, by their migrations."""
    parts = [migrate.Part(name, loader.migrations_of(path.rpartition(".")[0])) for name, path in MODULES.items()]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture(autouse=True)
def march(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """It is noon of 22 March 2026 in Shanghai; messages are read in English."""
    monkeypatch.delenv("REMIT_DEMO_DATE", raising=False)
    with use_locale("en"), time_machine.travel(datetime(2026, 3, 22, 4, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core and this module, as in a real installation."""
    return house_on(database, tmp_path)


def house_on(database: Database, folder: Path) -> House:
    """Core and this module around a database that is there."""
    registry, manager = loader.load(PARTS, MODULES)
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=folder, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@pytest.fixture
def company(house: House) -> Company:
    """The company with its two lists."""
    with house.session(SYSTEM, write=True) as session:
        made = build(house, session)
        for text in (WITHOUT, LIST):
            publish(session, SYSTEM, parse(text, source="cases.yaml"))
        return made


@dataclass
class Office:
    """Asking, handing in and deciding, each in a transaction of its own."""

    company: Company

    def ask(self, amount: int, *, who: str = "sun", unit: str = "ACQ", **more: Any) -> Task:
        """Somebody asks for an amount of fen, of one payee unless another is named."""
        actor = self.company.actor(who)
        values: dict[str, Any] = {
            "unit_id": self.company.units[unit].id, "category": "ads", "payee": f"payee of {amount}",
            "purpose": "reach", "amount": amount, "needed_on": date(2026, 3, 25), "campaign_id": None, **more,
        }  # fmt: skip
        with self.company.house.session(actor, write=True) as session:
            request = spending.draft(session, actor, None, values)
            return open_tasks(session, spending.submit(session, actor, request))[0]

    def say(self, task: Task, who: str, said: Any = "approved", comment: str = "no") -> Task:
        """Somebody answers."""
        actor = self.company.actor(who)
        with self.company.house.session(actor, write=True) as session:
            return decide(session, actor, task.id, said, seen=task.digest, comment=comment)

    def change(self, task: Task, who: str = "sun", **values: Any) -> None:
        """Whoever asked changes what he asked for."""
        actor = self.company.actor(who)
        with self.company.house.session(actor, write=True) as session:
            found = load(session, actor, "crm.spend:request", SpendRequest, task.resource_id)
            said = {name: getattr(found, name) for name in (
                "unit_id", "category", "payee", "purpose", "amount", "needed_on", "campaign_id")}  # fmt: skip
            spending.draft(session, actor, found, {**said, **values})

    def look(self, read: Callable[[Any], Any], who: str = "sun") -> Any:
        """Something read in a session of somebody's; what it is stays readable afterwards."""
        with self.company.house.session(self.company.actor(who)) as session:
            found = read(session)
            session.expunge_all()
            return found


@pytest.fixture
def office(company: Company) -> Office:
    """The company at work."""
    return Office(company)
