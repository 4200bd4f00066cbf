"""A pytest plugin: databases for tests, on SQLite and on PostgreSQL.

Installed with Remit (entry point ``remit``), so a vendor's tests need nothing more than the names of the fixtures:

``database``
    A ``core.db.session.Database`` with the schema of all modules and no rows of other tests. Every test that asks for
    it runs twice, as ``[sqlite]`` and ``[postgresql]``. Code under test may open as many sessions as it likes.
``session``
    A writing session of that database, rolled back at the end.
``empty_database``
    The same two databases without any table: for tests of migrations.
``key_ring``
    The keys of encrypted columns.
``count_statements``
    ``with count_statements(database) as statements: ...; assert len(statements) <= 3``.

Two fixtures are there to be overridden in a ``conftest.py``: ``database_modules`` says whose migrations make the
schema, ``database_builder`` makes a schema in another way (``remit.testing.schema.from_metadata(Base.metadata)``).

The schema is built once per run and kind of schema, then copied. PostgreSQL is the server that ``REMIT_TEST_POSTGRES``
names (``embedded`` for the one from PyPI), else one on 127.0.0.1:5432, else the embedded one. What could not run is
told in the last lines.
"""

# Everything is imported inside the functions: pytest loads this module before coverage starts to watch.
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.keys import KeyRing
    from core.db.migrate import Migrated
    from core.db.session import Database
    from remit.testing.schema import SchemaBuilder, Schemas
    from remit.testing.statements import Statements

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def _language_of_its_own() -> Iterator[None]:
    """A command or a page leaves the language of its reader behind; the next test starts in the default one."""
    from core.base.text import DEFAULT_LOCALE, use_locale

    with use_locale(DEFAULT_LOCALE):
        yield


@pytest.fixture(scope="session")
def key_ring() -> KeyRing:
    """Fresh keys for encrypted columns, the same for the whole run."""
    from core.db.keys import KeyRing

    return KeyRing.generate()


@pytest.fixture(scope="session")
def database_modules() -> Sequence[Migrated]:
    """Core and every installed module; override it to build a smaller schema."""
    from remit.testing.schema import installed_modules

    return installed_modules()


@pytest.fixture(scope="session")
def database_builder(database_modules: Sequence[Migrated]) -> SchemaBuilder:
    """How the schema of a test database is made; by default by running the migrations."""
    from remit.testing.schema import from_migrations

    return from_migrations(database_modules)


@pytest.fixture(scope="session")
def database_schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Schemas]:
    """The schemas built so far in this run, ready to be copied."""
    from remit.testing.schema import Schemas

    schemas = Schemas(tmp_path_factory.mktemp("databases"))
    yield schemas
    schemas.close()


@pytest.fixture(params=BACKENDS)
def database(
    request: pytest.FixtureRequest, database_builder: SchemaBuilder, database_schemas: Schemas, key_ring: KeyRing
) -> Iterator[Database]:
    """A database with the schema and nothing of other tests, on SQLite and on PostgreSQL."""
    with database_schemas.database(request.param, database_builder, key_ring) as made:
        yield made


@pytest.fixture(params=BACKENDS)
def empty_database(
    request: pytest.FixtureRequest, database_schemas: Schemas, key_ring: KeyRing
) -> Iterator[Database]:
    """A database without any table, on SQLite and on PostgreSQL."""
    with database_schemas.empty(request.param, key_ring) as made:
        yield made


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session that is rolled back at the end of the test."""
    with database.session(write=True) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def count_statements() -> Callable[[Any], AbstractContextManager[Statements]]:
    """Counts the statements a database runs inside a block; transactions and savepoints do not count."""
    from remit.testing.statements import counting

    return counting


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell in the last lines what did not run and why, so that nothing is passed over in silence."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = str(told).removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.write_sep("=", "not run", yellow=True)
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count} x {reason}")
