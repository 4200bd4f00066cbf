"""Web process, worker and broker are killed with signal 9 under load: nothing is lost and nothing is doubled.

Mails are handed over at least once: one that comes twice bears the Message-ID of the first, is counted, and is no
second mail.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.config import load
from core.db.types import Translation
from core.identity import services as identity
from core.opening import open_house
from remit import org
from remit.models import Person
from remit.services import system
from remit.testing.schema import Schemas
from tests.core.notify.sink import Sink
from tests.reliability.brokers import broker_of
from tests.reliability.processes import VENDOR, Customers, Process, environment, free_port, kill_at_random, remit

RUNNERS = {
    "embedded-sqlite": ("sqlite", ""), "embedded-postgresql": ("postgresql", ""),
    "celery-rabbitmq": ("postgresql", "rabbitmq"), "celery-redis": ("postgresql", "redis"),
}
PASSWORD = "correct horse 9"  # noqa: S105
EVERY, PARTS, TOLD = 8, 3, 4


@dataclass
class Site:
    """An installation with its processes."""

    folder: Path
    env: dict[str, str]
    engine: Engine
    sink: Sink
    processes: dict[str, Process] = field(default_factory=dict)

    def column(self, statement: str) -> list[Any]:
        """The first column of what a statement finds."""
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(text(statement))]

    def effects(self, kind: str) -> list[int]:
        """The numbers of the effects of a kind, in the order in which they were written."""
        with self.engine.connect() as connection:
            wanted = text("SELECT number FROM orders_effect WHERE kind = :kind ORDER BY id")
            found = connection.execute(wanted, {"kind": kind})
            return [row[0] for row in found]

    def told(self) -> str:
        """What stands in the way, for whoever looks at a failure."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, kind, state, tries, worker FROM core_job WHERE state <> 'done'"))
            jobs = [str(tuple(row)) for row in rows.fetchmany(10)]
        return "\n".join([*jobs, *(f"{name}: {process.tail()}" for name, process in self.processes.items())])

    def end(self) -> None:
        """End every process."""
        for process in self.processes.values():
            process.end()

    def left(self) -> int:
        """How much is not done yet."""
        jobs = self.column("SELECT count(*) FROM core_job WHERE kind LIKE 'orders.%' AND state NOT IN ('done')")[0]
        events = self.column("SELECT count(*) FROM core_event_delivery WHERE state <> 'done'")[0]
        mails = self.column("SELECT count(*) FROM core_notice_delivery WHERE state <> 'done'")[0]
        return int(jobs) + int(events) + int(mails)


@contextmanager
def installed(runner: str, folder: Path, schemas: Schemas) -> Iterator[Site]:
    """An installation for a runner, set up and not yet running."""
    database, kind = RUNNERS[runner]
    with ExitStack() as open_:
        url = ""
        if database == "postgresql":
            server = schemas.server()
            name = server.create()
            open_.callback(server.drop, [name])
            url = server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        broker = open_.enter_context(broker_of(kind, folder / "broker")) if kind else None
        sink = Sink()
        open_.callback(sink.close)
        mail = {"REMIT_SMTP_URL": sink.url, "REMIT_MAIL_FROM": "hr@orders.example",
                "REMIT_BASE_URL": "https://hr.orders.example"}  # fmt: skip
        env = environment(folder / "instance", url, mail | ({"REMIT_BROKER_URL": broker.url} if broker else {}))
        remit(env, "init", "--password", PASSWORD)
        engine = create_engine(
            url.replace("postgresql:", "postgresql+psycopg:") or f"sqlite:///{folder / 'instance' / 'remit.sqlite'}"
        )
        open_.callback(engine.dispose)
        made = Site(folder, env, engine, sink)
        open_.callback(made.end)
        if broker is not None:
            made.processes["broker"] = broker.process
        yield made


def person_with_address(session: Session) -> int:
    """Somebody who is hired and gets mails."""
    system_ = Actor.system("hires somebody")
    since = date(2026, 1, 1)
    entity = org.create_legal_entity(session, system_, code="A", name=Translation(zh_CN="甲公司", en="A Ltd"))
    unit = org.create_unit(
        session, system_, code="U", title=Translation(zh_CN="总部", en="Head office"), valid_from=since,
        legal_entity=entity,
    )
    post = org.create_position(
        session, system_, code="P", title=Translation(zh_CN="文员", en="Clerk"), unit=unit, valid_from=since,
        headcount=1,
    )
    hired = org.hire(session, system_, number="1", name="Ada", position=post, hired_on=since)
    with system(session, "a test gives somebody an address"):
        session.get_one(Person, hired.person_id).email = "ada@orders.example"
        session.flush()
    return int(hired.person_id)


def token_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token with which a program places orders, made as the account page makes it."""
    monkeypatch.syspath_prepend(str(VENDOR))
    house = open_house(load(site.env), modules={"orders": "orders.plugin"})
    with house.session(Actor.system("gives the account an address"), write=True) as session:
        account = identity.by_login(session, "admin")
        account.person_id = person_with_address(session)
        session.flush()
        actor = identity.actor_of(account, zone=house.config.zone)
    with house.session(actor, write=True) as session:
        _row, token = identity.create_token(session, actor, name="orders", scopes=["orders.order:place"])
    house.database.dispose()
    return token


def run(site: Site, token: str, kills: int, seed: int) -> Customers:
    """Orders come in while one process after another is killed; then everything is let finish."""
    port = free_port()
    serve = [sys.executable, "-m", "core.cli", "serve", "--port", str(port)]
    site.processes["web"] = Process(serve, site.env, site.folder / "web.log")
    worker = [sys.executable, "-m", "core.cli", "worker", "--threads", "2"]
    site.processes["worker"] = Process(worker, site.env, site.folder / "worker.log")
    for name in ("web", "worker"):
        site.processes[name].start()
    customers = Customers(f"http://127.0.0.1:{port}", token)
    customers.start()
    try:
        kill_at_random(site.processes, kills, seed, customers)
    finally:
        customers.stop()
    limit = time.monotonic() + 120
    while (left := site.left()) and time.monotonic() < limit:
        for process in site.processes.values():
            process.tend()
        time.sleep(0.2)
    assert left == 0, site.told()
    for name in ("web", "worker"):
        site.processes[name].end(signal.SIGTERM)
    return customers


def held(site: Site, customers: Customers) -> None:
    """Each committed order has had each of its effects once; none that was confirmed is gone."""
    placed = site.effects("placed")
    assert set(customers.confirmed) <= set(placed)
    assert len(customers.confirmed) > 0
    once = Counter(placed)
    assert once == Counter(set(placed))
    for kind in ("work", "count", "note"):
        assert Counter(site.effects(kind)) == once, kind
    joined = [number for number in placed if number % EVERY == 0]
    assert Counter(site.effects("join")) == Counter(joined)
    assert Counter(site.effects("part")) == Counter(number * PARTS + n for number in joined for n in range(PARTS))
    told = site.column("SELECT payload FROM core_event WHERE name = 'orders.order_placed' ORDER BY id")
    order = [(one if isinstance(one, dict) else json.loads(one))["number"] for one in told]
    for kind in ("count", "note"):
        found = site.effects(kind)
        for customer in range(5):
            wanted = [number for number in order if number % 5 == customer]
            assert [number for number in found if number % 5 == customer] == wanted, f"{kind} in order"


def mailed(site: Site) -> tuple[int, int]:
    """Of each order that is told of, one Message-ID arrived and no other. How many those are, and how often one came
    again.
    """
    ids: dict[int, set[str]] = {}
    for one in site.sink.mails:
        ids.setdefault(int(str(one["Subject"]).split()[1]), set()).add(str(one["Message-ID"]))
    wanted = {number for number in site.effects("placed") if number % TOLD == 0}
    assert wanted
    assert set(ids) == wanted
    assert all(len(found) == 1 for found in ids.values()), ids
    assert len(set().union(*ids.values())) == len(wanted), "a Message-ID names one mail"
    again = len(site.sink.mails) - len(wanted)
    known = int(site.column("SELECT coalesce(sum(repeats), 0) FROM core_notice_delivery")[0])
    assert again <= known, "each that came again is known to"
    return len(wanted), again


def figures(site: Site, runner: str, customers: Customers) -> None:
    """What was done and held, as a row of docs/reliability.md."""
    mails, again = mailed(site)
    jobs = site.column("SELECT count(*) FROM core_job WHERE kind LIKE 'orders.%'")[0]
    handled = site.column("SELECT count(*) FROM core_event_delivery")[0]
    kills = sum(process.killed for process in site.processes.values())
    row = (runner, kills, len(site.effects("placed")), jobs, handled, mails, again, 0, 0)
    print("|", " | ".join(str(one) for one in row), "|", f"confirmed {len(customers.confirmed)}")  # noqa: T201


@pytest.mark.parametrize("runner", RUNNERS)
def test_killed_a_few_times(
    runner: str, tmp_path: Path, database_schemas: Schemas, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(runner, tmp_path, database_schemas) as site:
        customers = run(site, token_of(site, monkeypatch), kills=4, seed=11)
        held(site, customers)
        figures(site, runner, customers)


@pytest.mark.full
@pytest.mark.parametrize("runner", RUNNERS)
def test_killed_two_hundred_times(
    runner: str, tmp_path: Path, database_schemas: Schemas, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(runner, tmp_path, database_schemas) as site:
        customers = run(site, token_of(site, monkeypatch), kills=200, seed=12)
        held(site, customers)
        figures(site, runner, customers)
