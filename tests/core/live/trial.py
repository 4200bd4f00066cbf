"""A module with topics of three kinds, and houses round a database of a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.authority import publish as lists
from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.config import Config
from core.db import migrate
from core.db.session import Database
from core.identity.models import Account, SignedInSession
from core.identity.services import digest
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.hookspecs import hookimpl
from core.kernel.house import House
from core.kernel.specs import ActionDef, Module, Topic
from core.live.models import LiveRow
from core.opening import PARTS, installers
from core.web.security import COOKIE, secret_of
from remit.testing.schema import SchemaBuilder, from_migrations

_ = catalogue("trial")
ROOT = Path(__file__).parents[3]
SYSTEM = Actor.system("tests of live pages")
MODULES = {"ticking": "tests.core.live.trial"}

module = Module("ticking", _("Ticking"), "tests.core.live", "1.0")


def signed_in(session: Session, actor: Actor, key: str) -> bool:
    return actor.signed_in and key != "secret"


def own(session: Session, actor: Actor, key: str) -> bool:
    return key == str(actor.account_id)


def granted(session: Session, actor: Actor, key: str) -> bool:
    return allowed(session, actor, "ticking.clock:read")


def broken(session: Session, actor: Actor, key: str) -> bool:
    raise RuntimeError("a fault in a module")


def count(session: Session, keys: Collection[str]) -> Mapping[str, Any]:
    """How many hints there are about a key: changes without anybody telling it."""
    rows = session.execute(select(LiveRow.key, func.count()).where(LiveRow.topic == "tick").group_by(LiveRow.key)).all()
    return {key: {"count": number} for key, number in rows if key in keys}


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    return [ActionDef("ticking.clock:read", _("Read the clock"), power="read")]


@hookimpl
def register_topics() -> Sequence[Topic]:
    return [
        Topic("tick", _("A tick"), signed_in), Topic("own", _("One's own"), own),
        Topic("granted", _("Granted"), granted),
        Topic("broken", _("Broken"), broken), Topic("count", _("Counted"), signed_in, watch=count),
    ]  # fmt: skip


def builder() -> SchemaBuilder:
    """The tables of core."""
    return from_migrations([migrate.core_part()])


def around(database: Database, folder: Path, *, pages: bool = False) -> House:
    """A house as an installation has it, with the topics of this file."""
    registry, manager = loader.load(PARTS, MODULES, pages=pages)
    assert registry.modules["ticking"].problem == ""
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(Config(instance=folder, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(house)
    return house


def members(house: House, number: int, each: int = 1) -> list[tuple[int, int, str]]:
    """Accounts that are signed in ``each`` times, without a single password: account, session and cookie."""
    found = []
    with house.session(SYSTEM, write=True) as session:
        now = clock.now()
        first = (session.scalar(select(func.max(Account.id))) or 0) + 1
        accounts = [
            Account(login=f"member{first + at}", name="M", password_hash="-", created_at=now) for at in range(number)
        ]
        session.add_all(accounts)
        session.flush()
        for account in accounts:
            for _at in range(each):
                token = os.urandom(16).hex()
                row = SignedInSession(
                    digest=digest(token), account_id=account.id, created_at=now, last_seen_at=now
                )
                session.add(row)
                found.append((account.id, row, token))
        session.flush()
        return [(account, row.id, cookie(house, token)) for account, row, token in found]


def cookie(house: House, token: str) -> str:
    """The header ``Cookie`` of a browser that holds a token, as Flask writes it."""
    app = Flask("core.web")
    app.config["SECRET_KEY"] = secret_of(house)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return f"{COOKIE}={serializer.dumps({'_user_id': token})}"


def make_admin(house: House, account_id: int) -> None:
    """The holder of the bootstrap entry."""
    with house.session(SYSTEM, write=True) as session:
        lists.bootstrap(session, account_id, date(2026, 1, 1), house.registry.suggested_entries())


@contextmanager
def process(house: House, *words: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A live process of its own on the database of a house: its port, and itself."""
    keys = house.database.keys
    assert keys is not None
    if not house.config.keys_path.exists():
        keys.save(house.config.keys_path)
    url = house.database.url.render_as_string(hide_password=False)
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.core.live.process", url, str(house.config.instance), *words], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )
    assert running.stdout is not None
    try:
        yield int(running.stdout.readline()), running
    finally:
        running.terminate()
        try:
            running.wait(60)
        finally:
            running.kill()
            running.stdout.close()
