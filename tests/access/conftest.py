"""The two companies as an app that answers for real and keeps nothing: every transaction is rolled back at its commit.

What a transaction would have changed is told by triggers of the database itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask

from core.app import create_app
from core.config import Config
from core.db.guard import system
from core.db.keys import KeyRing
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from core.web.security import COOKIE
from remit.testing.schema import SchemaBuilder, Schemas
from tests.access import things, world
from tests.access.world import PERSONAS, SYSTEM, TODAY, Canary, World
from tests.conftest import own_modules
from tests.visitor import sign_in, token

#: The picture is written anew of everything.
RENEWING = bool(os.environ.get("REMIT_RENEW_MATRIX"))
#: What is written about a request however it ends: that it was refused, that somebody was here.
NOTES = frozenset({"core_audit", "core_session", "core_token", "core_sign_in_attempt", "core_webhook_refusal"})


@dataclass
class Outside:
    """The app, those who ask it, and what the last request would have changed."""

    app: Flask
    world: World
    planted: list[Canary]
    cookies: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    #: What the audit log would have kept, and what the process logged, in all requests so far.
    audited: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def ask(
        self, persona: str, method: str, path: str, *, form: Any = None, body: Any = None, part: bool = False
    ) -> Any:
        """One request: of a page with the form token, of a program with the bearer token.

        ``part`` asks for the page without its menu, which is the same everywhere and takes longer than all else.
        """
        self.changed.clear()
        headers = {"Cookie": self.cookies[persona], **({"HX-Request-Type": "partial"} if part else {})}
        if path.startswith("/api/"):
            if name := PERSONAS[persona]:
                headers["Authorization"] = f"Bearer {self.world.tokens[name]}"
        else:
            headers["X-CSRFToken"] = self.forms[persona]
        given: dict[str, Any] = {"json": body} if body is not None else {"data": form}
        # The cookie is that of the sign-in, whatever an answer before has set.
        with self.living():
            return self.app.test_client(use_cookies=False).open(
                path, method=method, headers=headers, **(given if method not in ("GET", "DELETE") else {})
            )

    @contextmanager
    def living(self) -> Iterator[None]:
        """On the day of the companies and with a log that is kept; for a request only, since the app is built once
        for many tests and others live on days of their own.
        """
        before = structlog.get_config()
        structlog.configure(processors=[structlog.contextvars.merge_contextvars, self._write_down])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REMIT_DEMO_DATE", str(TODAY))
            try:
                yield
            finally:
                structlog.configure(**before)

    def _write_down(self, logger: Any, method: str, entry: Any) -> Any:
        self.logged.append(str({**entry, "exc_info": None}))
        if entry.get("exc_info"):
            self.logged.append(structlog.processors.format_exc_info(logger, method, dict(entry))["exception"])
        raise structlog.DropEvent


def _watch(connection: Any) -> None:
    """Have the database itself note which tables a transaction touches."""
    connection.execute("CREATE TABLE watched (name TEXT PRIMARY KEY)")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table in ("watched", "sqlite_sequence"):
            continue
        for verb in ("INSERT", "UPDATE", "DELETE"):
            trigger = f'CREATE TRIGGER "watch_{table}_{verb}" AFTER {verb} ON "{table}"'
            noted = f"INSERT OR IGNORE INTO watched VALUES ('{table}')"  # noqa: S608 -- the name of a table
            connection.execute(f"{trigger} BEGIN {noted}; END")


def _built(house: House) -> Outside:
    """The app over the two companies, with everybody signed in."""
    with house.session(SYSTEM, write=True) as session:
        built = world.build(house, session)
        with system(session, "things are put into the company"):
            things.give(built, session)
    with house.session(SYSTEM, write=True) as session:
        world.give_tokens(built, session)
        planted = world.plant(session, built)
    app = create_app(house=house)
    made = Outside(app, built, planted)
    for persona, name in PERSONAS.items():
        client = sign_in(app, name) if name else app.test_client()
        made.forms[persona] = token(client.get("/account" if name else "/sign-in"))
        cookie = client.get_cookie(COOKIE)
        made.cookies[persona] = f"{COOKIE}={cookie.value}" if cookie is not None else ""
    return made


@pytest.fixture(scope="session")
def outside(
    tmp_path_factory: pytest.TempPathFactory, database_builder: SchemaBuilder, database_schemas: Schemas,
    key_ring: KeyRing,
) -> Iterator[Outside]:
    """Built once for all files of this folder; on SQLite, since it is the app that is asked and not the database."""
    with (
        pytest.MonkeyPatch.context() as patch,
        database_schemas.database("sqlite", database_builder, key_ring) as database,
    ):
        registry, manager = loader.load(PARTS, own_modules())
        database.guard.protect(resource.model for resource in registry.resource_types.values())
        config = Config(instance=Path(tmp_path_factory.mktemp("access")), job_threads=0)
        house = House(config, database, registry, Hooks(manager))
        for install in installers("install"):
            install(house)
        with pytest.MonkeyPatch.context() as day:
            day.setenv("REMIT_DEMO_DATE", str(TODAY))
            made = _built(house)
        with database.engine.connect() as connection:
            _watch(connection.connection.dbapi_connection)

        commit = database.engine.dialect.do_commit

        def keep_nothing(connection: Any) -> None:
            # The databases of a run share their dialect: those of other tests keep what they write.
            file = connection.execute("PRAGMA database_list").fetchone()[2]
            if Path(file) != Path(str(database.url.database)):
                commit(connection)
                return
            made.changed |= {name for (name,) in connection.execute("SELECT name FROM watched").fetchall()}
            if "core_audit" in made.changed:
                newest = "SELECT * FROM core_audit ORDER BY id DESC LIMIT 9"
                made.audited.extend(str(row) for row in connection.execute(newest).fetchall())
            connection.rollback()

        patch.setattr(database.engine.dialect, "do_commit", keep_nothing)
        yield made


@pytest.fixture(scope="session", params=["some", pytest.param("all", marks=pytest.mark.full)])
def rows(request: pytest.FixtureRequest, outside: Outside) -> Sequence[Any]:
    """Every address as those personas that tell most, in a minute; as every persona about everything, in some."""
    from tests.access.asking import ask_all

    return list(ask_all(outside, whole=request.param == "all" or RENEWING))
