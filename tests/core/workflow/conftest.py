"""The company of the cases with spending in it, whose process a test publishes, and a module that keeps who is away."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.base import clock
from core.config import Config
from core.db.session import Database
from core.identity import services as identity
from core.identity.models import Account
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from core.workflow import tasks
from core.workflow.designing import starters, versions
from core.workflow.models import Task
from core.workflow.processes.models import ProcessVersion, Run, RunStep
from plugins.crm.models import SpendRequest
from remit.services import system
from tests.core.authority.company import SYSTEM, Company
from tests.core.workflow import leave
from tests.plugins.crm.conftest import Office as Spending
from tests.plugins.crm.conftest import company, database_builder, march

__all__ = ["company", "database_builder", "march"]

KIND = "crm.spend"
#: What programs of the company may do beside deciding about spending.
PROGRAMS_MAY = """
list: MKT
version: 1
effective_from: "2026-01-01"
positions:
  MD:
    authority:
      W1: {can: "workflow.definition:edit", in: all, title: {zh: 设计流程, en: Writes processes}}
      W2: {can: "workflow.definition:publish", in: all, title: {zh: 发布流程, en: Publishes processes}}
      W3: {can: "workflow.run:read", in: subtree(MKT), power: read, title: {zh: 查看流程, en: Sees runs}}
      W4: {can: "workflow.submission:read", in: subtree(MKT), power: read, title: {zh: 查看申请, en: Sees requests}}
      W5: {can: "workflow.submission:approve", in: subtree(MKT), title: {zh: 审批申请, en: Approves requests}}
everybody:
  authority:
    W6: {can: "workflow.submission:request", in: self, title: {zh: 提交申请, en: Puts requests}}
    W7: {can: "workflow.submission:read", in: self, power: read, title: {zh: 查看本人申请, en: Sees his own}}
    W8: {can: "workflow.run:read", in: self, power: read, title: {zh: 查看本人流程, en: Sees his own runs}}
"""
LISTS: dict[str, Any] = {"key": "lists", "type": "decide"}
SUPERIOR: dict[str, Any] = {"key": "superior", "type": "decide", "by": {"relation": "superior"}}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core, spending, and a module that says who is away."""
    return around(database, tmp_path)


def around(database: Database, folder: Path, **settings: Any) -> House:
    """The same around a database that is there."""
    registry, manager = loader.load(PARTS, {"crm": "plugins.crm.plugin", "leave": "tests.core.workflow.leave"})
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=folder, job_threads=0, **settings), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@pytest.fixture
def office(company: Company) -> Office:
    """The company with ways to put a process in force and to take requests through it."""
    leave.AWAY.clear()
    return Office(company)


@dataclass
class Office(Spending):
    """Asking and deciding in processes, each in a transaction of its own."""

    titles: dict[str, str] = field(default_factory=lambda: {"zh_CN": "支出", "en": "Spending"})

    def publish(self, *steps: dict[str, Any], **more: Any) -> ProcessVersion:
        """Put a process in force for requests to spend."""
        with self.company.house.session(SYSTEM, write=True) as session:
            source = {"title": self.titles, "steps": list(steps), **more}
            row = versions.save_draft(session, SYSTEM, KIND, source)
            return versions.publish(session, SYSTEM, KIND, seen=row.digest)

    def hand_in(self, amount: int = 800_000, **more: Any) -> Run:
        """Somebody asks; the run of it."""
        task = self.ask(amount, **more)
        return self.run(task)

    def run(self, task: Task) -> Run:
        """The run of a task as it stands."""
        found: Run = self.look(lambda session: session.get(Run, task.run_id))
        return found

    def now(self, run: Run) -> Run:
        """A run as it stands now."""
        found: Run = self.look(lambda session: session.get(Run, run.id))
        return found

    def waiting(self, run: Run) -> list[Task]:
        """The tasks of a run that wait."""
        return list(self.look(lambda session: tasks.open_tasks(session, session.get(Run, run.id))))

    def waits_for(self, run: Run) -> list[str | None]:
        """Whom they wait for, by name."""
        people = {one.person_id: name for name, one in self.company.people.items()}
        return [people.get(task.next_person_id or 0) for task in self.waiting(run)]

    def steps(self, run: Run) -> list[tuple[str, str]]:
        """The steps of a run with what became of each."""
        rows = self.look(lambda session: session.scalars(
            select(RunStep).where(RunStep.run_id == run.id).order_by(RunStep.id)).all())  # fmt: skip
        return [(row.key, row.state) for row in rows]

    def yes(self, run: Run, *names: str) -> None:
        """Each of them agrees to what waits for him."""
        for name in names:
            person = self.company.people[name].person_id
            task = next(one for one in self.waiting(run) if one.next_person_id == person)
            self.say(task, name)

    def state(self, run: Run) -> str:
        """What became of the request."""
        found: str = self.look(lambda session: session.get(SpendRequest, run.resource_id)).state
        return found

    def look(self, read: Callable[[Any], Any], who: str = "") -> Any:
        """What stands in the database, read by the product itself; rows can be read afterwards."""
        del who
        with self.company.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = read(session)
            session.expunge_all()
            return found

    def do(self, who: str, what: Any, *args: Any, **more: Any) -> Any:
        """A service in somebody's name."""
        actor = self.company.actor(who)
        with self.company.house.session(actor, write=True) as session:
            return what(session, actor, *args, **more)


def answers_of(session: Session, run: Run) -> Sequence[str]:
    """What was said to the tasks of a run, in order."""
    return session.scalars(select(Task.state).where(Task.run_id == run.id).order_by(Task.id)).all()


# -- programs ----------------------------------------------------------------------------------------------------------


class Program:
    """A script with somebody's token; each answer is its status and its data."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token
        self.head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> tuple[int, Any]:
        response = self.client.get(f"/api/v1{path}", headers=self.head)
        return response.status_code, response.json

    def send(self, path: str, body: Any = None, *, method: str = "post") -> tuple[int, Any]:
        response = getattr(self.client, method)(f"/api/v1{path}", headers=self.head, data=json.dumps(body or {}))
        return response.status_code, response.get_json(silent=True)


@pytest.fixture
def app(house: House, office: Office) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(PROGRAMS_MAY, source="more.yaml"))
        starters.take_over(session, SYSTEM, "trip")
    return create_app(house=house)


Programs = Callable[..., Program]


@pytest.fixture
def programs(app: Flask, house: House, office: Office) -> Programs:
    """A token of somebody for some actions; he reads English unless said otherwise."""

    def make(name: str, *scopes: str, locale: str = "en") -> Program:
        actor = office.company.actor(name)
        with house.session(SYSTEM, write=True) as session:
            session.merge(Account(
                id=actor.account_id, login=name, person_id=actor.person_id, name=name, password_hash="-",
                created_at=clock.now(), locale=locale,
            ))  # fmt: skip
            session.flush()
            _row, token = identity.create_token(session, actor, name="tests", scopes=scopes)
        return Program(app.test_client(), token)

    return make
