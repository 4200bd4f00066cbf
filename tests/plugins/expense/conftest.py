"""The company of the cases with this module in it, on both databases: sun claims, wang and li decide, xu pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

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
from core.org import services as org
from plugins.expense.models import Claim, Payment
from plugins.expense.services import advances, allowances, claims, invoices, lines, payments
from remit.base import Actor
from remit.models import LegalEntity, Person, Translation
from remit.services import load, system
from remit.testing.schema import SchemaBuilder, from_migrations
from remit.workflow import Task, decide, open_tasks
from tests.core.authority.company import START, SYSTEM, Company, build
from tests.plugins.expense import papers

MODULES = {
    "crm": "plugins.crm.plugin", "expense": "plugins.expense.plugin", "country_cn": "plugins.country_cn.plugin",
    "payroll": "payroll.plugin",
}  # fmt: skip
LIST = """
list: CO
version: 18
effective_from: "2026-01-01"
positions:
  ACQ-H:
    authority:
      B1: {can: "expense.claim:approve", in: subtree(ACQ), up_to: 5000.00 CNY, cap: 20000.00 CNY/month,
           split_guard: requester_person_id+category/30d, title: {zh: 审批报销, en: Approves claims}}
      B2: {can: "expense.advance:approve", in: subtree(ACQ), up_to: 3000.00 CNY, title: {zh: 审批借款, en: Advances}}
      N1: {cannot: "expense.claim:approve", in: all, when: {category: entertainment},
           title: {zh: 不批招待, en: No entertaining}}
  MD:
    authority:
      A1: {can: "expense.claim:approve", in: subtree(MKT), up_to: 50000.00 CNY, title: {zh: 审批报销, en: Claims}}
      A2: {can: "expense.advance:approve", in: subtree(MKT), up_to: 50000.00 CNY, title: {zh: 审批借款, en: Advances}}
      A3: {can: "expense.budget:edit", in: subtree(MKT), title: {zh: 编制预算, en: Sets budgets}}
      A4: {can: "expense.budget:read", in: subtree(MKT), power: read, title: {zh: 查看预算, en: Sees budgets}}
  CEO:
    authority:
      A5: {can: "expense.claim:approve", in: all, up_to: 1000000.00 CNY, title: {zh: 审批报销, en: Claims}}
  FIN-M:
    authority:
      F1: {can: "expense.claim:read", in: all, power: read, title: {zh: 查看报销, en: Sees claims}}
      F2: {can: "expense.payment:make", in: all, title: {zh: 制作付款, en: Makes payments}}
      F3: {can: "expense.payment:confirm", in: all, title: {zh: 确认付款, en: Confirms payments}}
      F4: {can: "expense.payment:read", in: all, power: read, title: {zh: 查看付款, en: Sees payments}}
      F5: {can: "expense.rule:edit", in: all, title: {zh: 制定报销标准, en: Sets rules}}
      F6: {can: "expense.advance:read", in: all, power: read, title: {zh: 查看借款, en: Sees advances}}
everybody:
  authority:
    E1: {can: "authority.list:read", in: all, power: read, title: {zh: 查看清单, en: Reads lists}}
    E2: {can: "expense.claim:request", in: self, title: {zh: 报销, en: Claims}}
    E3: {can: "expense.claim:read", in: self, power: read, title: {zh: 查看报销, en: Sees his own}}
    E4: {can: "expense.advance:request", in: self, title: {zh: 借款, en: Asks for advances}}
    E5: {can: "expense.advance:read", in: self, power: read, title: {zh: 查看借款, en: Sees his own}}
"""


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core and of the modules, by their migrations."""
    names = ("crm", "expense", "payroll")
    parts = [migrate.Part(name, loader.migrations_of(MODULES[name].rpartition(".")[0])) for name in names]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture(autouse=True)
def march(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """It is noon of 22 March 2026 in Shanghai; messages are read in English."""
    monkeypatch.delenv("REMIT_DEMO_DATE", raising=False)
    with use_locale("en"), time_machine.travel(datetime(2026, 3, 22, 4, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def house_on(database: Database, folder: Path) -> House:
    """Core and the modules around a database that is there."""
    registry, manager = loader.load(PARTS, MODULES)
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=folder, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """As in a real installation."""
    return house_on(database, tmp_path)


def settle_in(house: House, session: Session) -> Company:
    """The company with a finance manager, a title, a tax number, and bank details of everybody."""
    made = build(house, session)
    post = org.create_position(
        session, SYSTEM, code="FIN-M", unit=made.units["FIN"], valid_from=START, reports_to=made.positions["CEO"],
        title={"zh_CN": "财务经理", "en": "Finance"},
    )  # fmt: skip
    made.positions["FIN-M"] = post
    made.people["xu"] = org.hire(session, SYSTEM, number="9", name="xu", position=post, hired_on=START)
    entity = session.get_one(LegalEntity, made.entity.id)
    entity.name, entity.credit_code = Translation(zh_CN=papers.BUYER, en="Lingke"), papers.BUYER_CODE
    with system(session, "bank details for tests"):
        for name, one in made.people.items():
            person = session.get_one(Person, one.person_id)
            person.bank_account, person.bank_name = f"62220000000000{one.person_id:05}", f"bank of {name}"
    publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
    return made


@pytest.fixture
def company(house: House) -> Company:
    """The company with its list."""
    with house.session(SYSTEM, write=True) as session:
        return settle_in(house, session)


@dataclass
class Office:
    """Claiming, deciding and paying, each in a transaction of its own."""

    company: Company

    def act(self, who: str | Actor, work: Callable[[Session, Actor], Any]) -> Any:
        """Somebody does something."""
        actor = self.company.actor(who) if isinstance(who, str) else who
        with self.company.house.session(actor, write=True) as session:
            found = work(session, actor)
            session.flush()
            return found

    def claim(self, who: str = "sun", *, category: str = "travel", unit: str = "ACQ", **more: Any) -> int:
        """A draft; its id."""
        values = {"unit_id": self.company.units[unit].id, "category": category, "purpose": "visit", "project": "",
                  **more}  # fmt: skip
        found: int = self.act(who, lambda session, actor: claims.draft(session, actor, None, values).id)
        return found

    def invoice(self, claim: int, data: bytes | None = None, who: str = "sun", name: str = "a.xml") -> int:
        """An invoice sent to a draft; its id."""

        def work(session: Session, actor: Actor) -> int:
            found = load(session, actor, "expense.claim:request", Claim, claim)
            return invoices.take(session, actor, found, data if data is not None else papers.xml(), name).id

        number: int = self.act(who, work)
        return number

    def line(self, claim: int, amount: int = 30_000, *, who: str = "sun", **more: Any) -> int:
        """A line of a draft; its id. Without more it is a train, whose receipt was lost."""
        values = {"kind": "transport", "spent_on": date(2026, 3, 18), "amount": amount, "without": "lost", **more}

        def work(session: Session, actor: Actor) -> int:
            found = load(session, actor, "expense.claim:request", Claim, claim)
            return lines.save(session, actor, found, None, values).id

        number: int = self.act(who, work)
        return number

    def submit(self, claim: int, who: str = "sun") -> Task:
        """Hand a claim in."""
        return self.act(who, lambda session, actor: open_tasks(session, claims.submit(  # type: ignore[no-any-return]
            session, actor, load(session, actor, "expense.claim:request", Claim, claim)))[0])  # fmt: skip

    def asked(self, amount: int, who: str = "sun", **more: Any) -> tuple[int, Task]:
        """A claim of one line, handed in."""
        number = self.claim(who, **more)
        kind = {"travel": "transport", "entertainment": "guests"}.get(more.get("category", "travel"), "goods")
        self.line(number, amount, who=who, kind=kind)
        return number, self.submit(number, who)

    def say(self, task: Task, who: str, said: Any = "approved") -> Task:
        """Somebody answers."""
        return self.act(who, lambda session, actor: decide(  # type: ignore[no-any-return]
            session, actor, task.id, said, seen=task.digest, comment="no"))  # fmt: skip

    def advance(self, amount: int, who: str = "sun", *, paid: bool = True) -> int:
        """An advance that li approved, and that was handed out."""

        def work(session: Session, actor: Actor) -> tuple[int, Task]:
            made = advances.draft(session, actor, None, {
                "unit_id": self.company.units["ACQ"].id, "category": "travel", "purpose": "trip", "amount": amount,
                "needed_on": date(2026, 3, 25)})  # fmt: skip
            return made.id, open_tasks(session, advances.submit(session, actor, made))[0]

        number, task = self.act(who, work)
        self.say(task, "li")
        if paid:
            self.pay(self.payment())
        return int(number)

    def payment(self, method: str = "bank", month: Any = None, who: str = "xu") -> int:
        """Everything that is due, put together; its id."""
        values = {"legal_entity_id": self.company.entity.id, "method": method, "month": month}
        number: int = self.act(who, lambda session, actor: payments.make(session, actor, values).id)
        return number

    def pay(self, payment: int, who: str = "xu") -> bool:
        """The bank has paid."""
        return self.act(who, lambda session, actor: payments.confirm(  # type: ignore[no-any-return]
            session, actor, load(session, actor, "expense.payment:confirm", Payment, payment)))  # fmt: skip

    def see(self, model: type[Any], number: int) -> Any:
        """A row as it is now."""
        with self.company.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = session.get_one(model, number)
            session.expunge_all()
            return found

    def state(self, claim: int) -> tuple[str, int, int, int]:
        """What became of a claim: state, amount, settled, payable."""
        found: Claim = self.see(Claim, claim)
        return found.state, found.amount, found.settled, found.payable

    def rule(self, kind: str, tier: str, amount: int, grade: str = "", source: str = "差旅费管理办法 第6条",
             valid_from: date = date(2026, 1, 1)) -> None:  # fmt: skip
        """A rule of the company."""
        self.act("xu", lambda session, actor: allowances.set_rule(session, actor, {
            "legal_entity_id": self.company.entity.id, "kind": kind, "tier": tier, "grade": grade, "amount": amount,
            "source": source, "valid_from": valid_from}))  # fmt: skip

    def city(self, city: str, tier: str, valid_from: date = date(2026, 1, 1)) -> None:
        """The tier of a city."""
        self.act("xu", lambda session, actor: allowances.set_city(session, actor, {
            "legal_entity_id": self.company.entity.id, "city": city, "tier": tier, "source": "附表1",
            "valid_from": valid_from}))  # fmt: skip

    def open_of(self, advance: int) -> int:
        """What is open of an advance."""
        from plugins.expense.services import ledger

        with self.company.house.session(SYSTEM) as session:
            return ledger.balances(session, [advance]).get(advance, 0)


@pytest.fixture
def office(company: Company) -> Office:
    """The company at work."""
    return Office(company)


