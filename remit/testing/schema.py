"""Test databases: a schema is built once per run, then copied or cleared for each test."""

from __future__ import annotations

import pkgutil
import shutil
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from core.db import migrate
from core.db.session import Database
from remit.testing.postgres import NoServer, Reusable, Server

if TYPE_CHECKING:
    from sqlalchemy import URL, MetaData

    from core.db.keys import KeyRing
    from core.db.migrate import Migrated


@dataclass(frozen=True)
class SchemaBuilder:
    """A way to make a schema. Builders with equal keys make the same one, which is then built once."""

    key: Hashable
    build: Callable[[Database], object]


def from_migrations(modules: Sequence[Migrated]) -> SchemaBuilder:
    """The schema as an installation gets it: by running the migrations of these modules."""
    parts = [module for module in modules if module.migrations is not None]
    return SchemaBuilder(
        ("migrations", *(part.name for part in parts)), lambda database: migrate.upgrade(database, parts)
    )


def from_metadata(metadata: MetaData) -> SchemaBuilder:
    """The tables of a metadata, without migrations: for tests with tables of their own."""
    return SchemaBuilder(("metadata", id(metadata)), lambda database: database.create_all(metadata))


def import_models(package: str) -> None:
    """Import every module called ``models`` below a package, so that its tables are known."""
    root = import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if "models" in found.name.split(".") and "migrations" not in found.name.split("."):
            import_module(found.name)


def installed_modules(names: dict[str, str] | None = None) -> list[Migrated]:
    """Core and the modules that installed packages offer, or those of a mapping from name to ``plugin.py``."""
    from core.kernel.loader import installed, migrations_of

    modules: list[Migrated] = [migrate.core_part()]
    for name, path in (installed() if names is None else names).items():
        package = path.rpartition(".")[0]
        modules.append(migrate.Part(name, migrations_of(package)))
    return modules


@dataclass
class Schemas:
    """The schemas of one run on both databases, and the PostgreSQL server once it was asked for."""

    folder: Path
    _files: dict[Hashable, Path] = field(default_factory=dict)
    _templates: dict[Hashable, str] = field(default_factory=dict)
    _free: dict[Hashable, list[Reusable]] = field(default_factory=dict)
    _server: Server | NoServer | None = None
    _numbers: Iterator[int] = field(default_factory=count)
    _first: dict[tuple[str, int], Database] = field(default_factory=dict)

    @contextmanager
    def database(self, backend: str, builder: SchemaBuilder, keys: KeyRing) -> Iterator[Database]:
        """A database with the schema and only the rows that its migrations wrote."""
        if backend == "sqlite":
            yield from self._sqlite(builder, keys)
        else:
            yield from self._postgresql(builder, keys)

    @contextmanager
    def empty(self, backend: str, keys: KeyRing) -> Iterator[Database]:
        """A database without tables."""
        if backend == "sqlite":
            with self._opened(f"sqlite:///{self._new_file()}", keys) as database:
                yield database
            return
        server = self.server()
        name = server.create()
        try:
            with self._opened(server.url.set(database=name), keys) as database:
                yield database
        finally:
            server.drop([name])

    def server(self) -> Server:
        """The PostgreSQL server of this run; skips the test, with the reason, where there is none."""
        if self._server is None:
            try:
                self._server = Server.find(self.folder)
            except NoServer as missing:
                self._server = missing
        if isinstance(self._server, NoServer):
            pytest.skip(str(self._server))
        return self._server

    def close(self) -> None:
        """Remove every database of this run."""
        for reusable in (one for many in self._free.values() for one in many):
            reusable.connection.close()
        if isinstance(self._server, Server):
            self._server.close()

    def _sqlite(self, builder: SchemaBuilder, keys: KeyRing) -> Iterator[Database]:
        if builder.key not in self._files:
            built = self._new_file()
            with self._opened(f"sqlite:///{built}", keys) as database:
                builder.build(database)
            self._files[builder.key] = built
        file = self._new_file()
        shutil.copyfile(self._files[builder.key], file)
        try:
            with self._opened(f"sqlite:///{file}", keys) as database:
                yield database
        finally:
            for suffix in ("", "-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)

    def _postgresql(self, builder: SchemaBuilder, keys: KeyRing) -> Iterator[Database]:
        server = self.server()
        if builder.key not in self._templates:
            template = server.create()
            with self._opened(server.url.set(database=template), keys) as database:
                builder.build(database)
            self._templates[builder.key] = template
        free = self._free.setdefault(builder.key, [])
        taken = free.pop() if free else Reusable.make(server, self._templates[builder.key])
        try:
            with self._opened(server.url.set(database=taken.name), keys) as database:
                yield database
        finally:
            if taken.clear():
                free.append(taken)
            else:
                taken.discard()

    def _new_file(self) -> Path:
        return self.folder / f"{next(self._numbers)}.sqlite"

    @contextmanager
    def _opened(self, url: str | URL, keys: KeyRing) -> Iterator[Database]:
        kind = (make_url(url).get_backend_name(), id(keys))
        database = Database(url, keys=keys, like=self._first.get(kind))
        self._first.setdefault(kind, database)
        try:
            yield database
        finally:
            database.dispose()
