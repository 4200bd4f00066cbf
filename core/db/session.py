"""One database and its sessions: how a transaction begins and how it ends.

A reading session sees one consistent state and never commits. A writing session commits when its block ends well
and rolls back on any exception. On SQLite a writing one takes the write lock at once (``BEGIN IMMEDIATE``): two
writers then queue up, for ten seconds at most, instead of one of them failing halfway.

    database = Database("sqlite:///instance/remit.sqlite", keys=KeyRing.load(path))
    with database.session(write=True, info={"actor": actor}) as session:
        session.add(person)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, event, make_url
from sqlalchemy.engine import URL, Connection, Engine, Row
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.util import LRUCache

from core.db import guard as guards
from core.db import idle, statistics
from core.db.guard import Guard
from core.db.keys import KeyRing
from core.db.types import install_keys

WRITE = "remit_write"
#: Where a session keeps what is to be called once it is closed, however it ended; such a call raises nothing.
AFTERWARDS = "afterwards"
#: Where a check of a flush leaves what is to be called with the session right after that flush, which it may not write
#: in itself.
AFTER_FLUSH = "after_flush"
#: Execution option: the server sends the rows of a SELECT in its binary format. PostgreSQL only.
BINARY = "remit_binary"
#: ``psycopg.pq.Format.BINARY``; psycopg itself is imported where a PostgreSQL database is opened.
BINARY_FORMAT = 1

_BUSY_MS = 10_000
#: So many statements are kept as they were compiled. Looking at each page of the bundled modules once takes more than
#: 700; with SQLAlchemy's own limit of 500 a server that shows them in turn would compile many of them anew.
_MOST_STATEMENTS = 3_000
_memory_names = itertools.count(1)


class ReadOnlySession(RuntimeError):
    """Something was written in a session that will not commit; the write would have been lost without a word."""


class WrongAddress(ValueError):
    """The address of the database cannot be read, or names a kind of database that is not supported."""


class RemitSession(Session):
    """A session whose flushes the statement guard can tell from statements that services write themselves."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write pending changes; refused in a reading session. What the flush made necessary follows it."""
        with guards.unit_of_work(self):
            super().flush(objects)
        for call in self.info.pop(AFTER_FLUSH, ()):
            call(self)


class Database:
    """An SQLite file, an SQLite database in memory, or a PostgreSQL database, and everything that is bound to it.

    ``url``: ``sqlite:///path``, ``sqlite://`` (memory: for tests; a reader blocks a writer there) or
    ``postgresql://user@host/name``. ``keys`` opens encrypted columns. ``guarded`` names the tables of the statement
    guard; the registry adds its own with ``database.guard.protect(...)``. ``like`` is another database of the same kind
    with the same keys, whose compiled statements this one shares: for tests, which open hundreds; ``ValueError`` where
    the two differ.
    """

    def __init__(
        self, url: str | URL, *, keys: KeyRing | None = None, guarded: Iterable[str] = (), pool_size: int = 10,
        like: Database | None = None,
    ) -> None:
        self.url = _normal(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.keys = keys
        self.guard = Guard(guarded)
        self.engine: Engine = self._make_engine(pool_size)
        install_keys(self.engine.dialect, keys)
        self.statements: LRUCache[Any, Any] = LRUCache(_MOST_STATEMENTS)
        if like is not None:
            self._share(like)
        self.engine.update_execution_options(compiled_cache=self.statements)
        self._anchor: Connection | None = None
        self._beside: list[Callable[[], None]] = []
        if self.in_memory:
            # A database in memory lives as long as somebody is connected to it.
            self._anchor = self.engine.connect()
        self._sessions: sessionmaker[RemitSession] = sessionmaker(class_=RemitSession, expire_on_commit=False)
        event.listen(self._sessions, "before_flush", _refuse_flush)
        event.listen(self._sessions, "do_orm_execute", _refuse_write)
        event.listen(self._sessions, "before_commit", statistics.refresh)
        self.guard.install(self.engine, self._sessions)
        self._writing = self.engine.execution_options(**{WRITE: True})
        self._alone = self._writing if self.is_sqlite else self._writing.execution_options(isolation_level="AUTOCOMMIT")

    def _share(self, like: Database) -> None:
        """Compile no statement that another database has compiled. SQLAlchemy tells them apart by their dialect, which
        knows the keys as well.
        """
        if like.is_sqlite != self.is_sqlite or like.keys is not self.keys:
            raise ValueError("only databases of one kind with the same keys share their statements")
        self.engine.dialect, self.statements = like.engine.dialect, like.statements

    @property
    def in_memory(self) -> bool:
        """Whether the data disappears with this object."""
        return "vfs" in self.url.query

    # -- sessions ------------------------------------------------------------------------------------------------

    @contextmanager
    def session(self, write: bool = False, *, info: Mapping[str, Any] | None = None) -> Iterator[Session]:
        """A session for one request, command or job.

        ``info`` lands in ``session.info`` (the house, the actor, the authority engine). Objects stay readable after
        the block (``expire_on_commit=False``).
        """
        bind = self._writing if write else self.engine
        known = {**(info or {}), WRITE: write, guards.MARKER: self.guard}
        session = self._sessions(bind=bind, info=known)
        try:
            yield session
            if write:
                session.commit()
            else:
                session.rollback()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
            for call in session.info.pop(AFTERWARDS, ()):
                call()

    def alone(self, statement: UpdateBase, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """One writing statement as a transaction of its own; the rows it returns.

        On a server that is one way there and back, where a session takes three and as much work again; so it is for
        what is done thousands of times. What listens to sessions hears nothing of it.
        """
        with self._alone.begin() as connection:
            result = connection.execute(statement, values)
            return result.all() if result.returns_rows else ()

    def listen(self, name: str, function: Callable[..., Any], *, first: bool = False) -> None:
        """Listen to an event of this database's sessions (``after_flush``, ``after_commit``, ...).

        ``first`` comes before those that listen already.
        """
        event.listen(self._sessions, name, function, insert=first)

    @contextmanager
    def migration(self) -> Iterator[Connection]:
        """A connection in one transaction on which the guard is silent: for migrations, introspection and repair.

        On SQLite foreign keys are not enforced inside, because changing a table there means dropping it and
        renaming its copy; before the commit every reference is checked.
        """
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{WRITE: True, guards.MIGRATION: True})
            if not self.is_sqlite:
                with connection.begin():
                    yield connection
                return
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        names = sorted({f"{row[0]} -> {row[2]}" for row in broken})
                        raise RuntimeError(f"the migration leaves rows that refer to nothing: {', '.join(names)}")
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    def create_all(self, metadata: MetaData, tables: Sequence[Table] | None = None) -> None:
        """Make the tables of a metadata without migrations; for tests and scratch databases."""
        with self.migration() as connection:
            metadata.create_all(connection, tables=tables)

    def also_close(self, close: Callable[[], None]) -> None:
        """Call this, too, when the database is closed: for what lives beside it."""
        self._beside.append(close)

    def dispose(self) -> None:
        """Close all connections; a database in memory is gone afterwards."""
        while self._beside:
            self._beside.pop()()
        if self._anchor is not None:
            self._anchor.close()
            self._anchor = None
        self.engine.dispose()

    # -- engines -------------------------------------------------------------------------------------------------

    def _make_engine(self, pool_size: int) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(self.url, pool_size=pool_size, max_overflow=pool_size)
            idle.watch(engine)
            event.listen(engine, "connect", _settings)
            event.listen(engine, "before_cursor_execute", _in_binary)
            return engine
        engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            # The driver must not begin transactions of its own, or BEGIN IMMEDIATE would come too late.
            connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", _begin)
        return engine


def _normal(address: str | URL) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise WrongAddress("the address of the database cannot be read") from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise WrongAddress(f"{backend} is not supported: use sqlite:///file or postgresql://user@host/name")
    if url.database in (None, "", ":memory:"):
        name = f"file:/remit-{next(_memory_names)}"
        return url.set(drivername="sqlite+pysqlite", database=name, query={"vfs": "memdb", "uri": "true"})
    return url.set(drivername="sqlite+pysqlite")


def _pragmas(dbapi_connection: Any, record: Any) -> None:
    del record
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _settings(raw: Any, _record: Any) -> None:
    """What the server must not do to statements that carry a scope.

    It compiles nothing at run time, which took longer than reading 100,000 rows by the scopes of a list. It plans each
    statement for its own values: the one plan it would keep for all of them takes a subtree of thousands for a few, and
    a page of fifty for a tenth of the table (70 ms for what takes 1).
    """
    with raw.cursor() as cursor:
        cursor.execute("SET jit TO off")
        cursor.execute("SET plan_cache_mode TO force_custom_plan")
    raw.commit()


def _in_binary(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    """Rows that ``core.db.bulk`` reads come as the server holds them: days and numbers need not pass through text."""
    del conn, statement, parameters, many
    if context is not None and context.execution_options.get(BINARY):
        cursor.format = BINARY_FORMAT


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _refuse_flush(session: Session, context: Any, instances: Any) -> None:
    del context, instances
    if not session.info.get(WRITE, True) and (session.new or session.dirty or session.deleted):
        raise ReadOnlySession("objects were changed in a reading session; open it with session(write=True)")


def refuse_reading(session: Session, what: str) -> None:
    """For ways of writing that go past the session: ``ReadOnlySession`` where it will not commit."""
    if not session.info.get(WRITE, True):
        raise ReadOnlySession(f"{what} in a reading session; open it with session(write=True)")


def _refuse_write(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase) and not state.session.info.get(WRITE, True):
        raise ReadOnlySession("a writing statement in a reading session; open it with session(write=True)")
