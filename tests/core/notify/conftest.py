"""The whole core with a trial module, accounts of hired people, and a mail server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.config import Config
from core.db.keys import KeyRing
from core.db.session import Database
from core.db.types import Translation
from core.events.deliverer import Deliverer
from core.identity import services as identity
from core.jobs.pool import Pool
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.kernel.specs import Message, Recipients
from core.notify import smtp
from core.notify.models import Delivery, Notice
from core.notify.telling import notify
from core.opening import PARTS, installers
from remit import org
from remit.models import Person
from remit.services import system
from remit.testing.schema import SchemaBuilder, from_migrations, installed_modules
from tests.core.identity.conftest import quick_hashes
from tests.core.notify.sink import Sink

__all__ = ["quick_hashes"]

_ = catalogue("trial")
SYSTEM = Actor.system("tests of notifications")
PASSWORD = "correct horse 1"
#: A Monday morning in Shanghai.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return from_migrations(installed_modules({}))


@pytest.fixture
def sink() -> Iterator[Sink]:
    opened = Sink()
    yield opened
    opened.close()


@dataclass
class World:
    """The house, its people by login, and how time passes."""

    house: House
    sink: Sink
    people: dict[str, Actor]
    moment: datetime

    def tell(
        self, kind: str, *logins: str, key: str | None = None, subject: str = "It happened", link: str = "/x",
        about: str = "thing:1",
    ) -> int:
        """Tell people something."""
        with self.house.session(SYSTEM, write=True) as session:
            accounts = [self.people[login].account_id or 0 for login in logins]
            message = Message(_("{what}", what=subject), (_("Look at it."),), link, _("Look"))
            return notify(session, kind, message, to=Recipients(accounts), key=key, about=about)

    def run(self) -> int:
        """What a worker would do now."""
        from core.notify.planning import look

        Deliverer(self.house).run_waiting()
        look(self.house)
        return Pool(self.house, threads=0).run_waiting()

    def deliveries(self) -> list[Delivery]:
        with self.house.session(SYSTEM) as session:
            found = list(session.scalars(
                select(Delivery).order_by(Delivery.notification_id, Delivery.account_id, Delivery.channel)
            ))
            session.expunge_all()
            return found

    def states(self) -> list[str]:
        return [one.state for one in self.deliveries()]

    def notices(self) -> list[Notice]:
        with self.house.session(SYSTEM) as session:
            found = list(session.scalars(select(Notice).order_by(Notice.notification_id, Notice.account_id)))
            session.expunge_all()
            return found

    def subjects(self) -> list[str]:
        return [str(one["Subject"]) for one in self.sink.mails]

    def to(self) -> list[str]:
        return [str(one["To"]) for one in self.sink.mails]


@pytest.fixture
def house(database: Database, key_ring: KeyRing, tmp_path: Path, sink: Sink) -> House:
    registry, manager = loader.load(PARTS, {"trial": "tests.core.notify.trial"})
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    database.keys = key_ring
    config = Config(
        instance=tmp_path, job_threads=0, smtp_url=sink.url, mail_from="hr@lingke.example", company="灵客科技",
        base_url="https://hr.lingke.example",
    )
    opened = House(config, database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    opened.session_info[smtp.PATIENCE] = 0.3
    return opened


@pytest.fixture
def world(house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ada reads English, Bo and Chi read Chinese; all of them were hired and have an address."""
    made = World(house, sink, {}, MONDAY)
    monkeypatch.setattr(clock, "now", lambda: made.moment)
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
            session, SYSTEM, code="P", title=Translation(zh_CN="文员", en="Clerk"), unit=unit, valid_from=since,
            headcount=9,
        )
        for number, (login, name, locale) in enumerate(
            [("ada", "Ada", "en"), ("bo", "包博", "zh_CN"), ("chi", "迟迟", "zh_CN")], 1
        ):
            hired = org.hire(session, SYSTEM, number=str(number), name=name, position=post, hired_on=since)
            with system(session, "a test gives people addresses"):
                session.get_one(Person, hired.person_id).email = f"{login}@lingke.example"
                session.flush()
            account = identity.create_account(
                session, SYSTEM, login=login, name=name, password=PASSWORD, locale=locale, person_id=hired.person_id
            )
            made.people[login] = identity.actor_of(account)
    return made


def without_server(world: World) -> House:
    """The same house without a mail server."""
    house = world.house
    return replace(house, config=replace(house.config, smtp_url=""))
