"""The statement guard: a statement on a guarded table runs only when somebody has said who may see its rows.

``core.access`` says so: ``visible()`` and ``load()`` narrow a statement to what the actor may see and *mark* it with
(action, table) pairs. The guard looks at the SQL text just before it reaches the database, because only there joined
loads, ``has()``, subqueries and unions have all become visible, and refuses what names a guarded table without a
pair for it. Forgetting ``visible()`` is then an error in the first test, never a leak in production.

Not marked and still allowed:

* writes of a flush: the checkers in ``flush_checks`` see each object before it is written;
* the refresh of objects that are loaded already (expired or deferred columns, ``session.refresh``);
* statements inside ``with system(session, "reason")``, which is recorded through ``on_system``;
* migrations (``Database.migration``).

A statement that was not built with SQLAlchemy's expressions (a string, ``text()``) is refused whatever it names,
except the few that run transactions and locks. Set-based reads and writes go through ``core.db.bulk``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Table, event
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.orm import ORMExecuteState, Session

#: Execution options. They travel with a statement to the cursor.
MARKER = "remit_guard"
SYSTEM = "remit_system"
LOADED = "remit_loaded"
MIGRATION = "remit_migration"

Marker = frozenset[tuple[str, str]]
S = TypeVar("S", bound=Any)

_WORD = re.compile(r"[^\W\d]\w*")
_RAW_ALLOWED = re.compile(
    r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SELECT\s+pg_(?:try_)?advisory_\w*lock\w*\s*\()",
    re.IGNORECASE,
)
#: The session whose unit of work is writing at this moment, in this thread.
_writing: ContextVar[Session | None] = ContextVar("remit_writing", default=None)


class UnguardedStatement(RuntimeError):
    """A statement was about to touch a guarded table, or was raw SQL, and nobody vouched for it."""


class Guard:
    """What one ``Database`` guards, and whom it asks. Filled at start from the registry's resource types.

    ``flush_checks`` are called with the session before each flush and may raise; they see ``session.new``, ``dirty``
    and ``deleted`` with their history, so before- and after-image are both there. ``on_system(session, reason)`` is
    called at the start of each ``system`` block.
    """

    def __init__(self, tables: Iterable[str] = ()) -> None:
        self.tables: frozenset[str] = frozenset(tables)
        self.flush_checks: list[Callable[[Session], None]] = []
        self.on_system: Callable[[Session, str], None] | None = None
        self._named: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()

    def protect(self, tables: Iterable[str | Table | type]) -> None:
        """Guard these tables too: names, ``Table`` objects or mapped classes."""
        self.tables |= {table if isinstance(table, str) else table_of(table).name for table in tables}
        self._named.clear()

    # -- the gate ------------------------------------------------------------------------------------------------

    def check(self, tables: Iterable[str], options: Mapping[str, Any]) -> None:
        """Refuse unless the options vouch for every guarded table among ``tables``."""
        if options.get(SYSTEM) or options.get(MIGRATION):
            return
        covered = {table for _, table in options.get(MARKER, ())} | set(options.get(LOADED, ()))
        missing = sorted(self.tables.intersection(tables) - covered)
        if missing:
            raise UnguardedStatement(
                f"{', '.join(missing)}: guarded, and the statement carries no mark for it. Select through "
                "visible(session, actor, action, statement) or load(); after wrapping a marked statement in another "
                "one, carry(outer, inner); for work of the product itself, `with system(session, \"reason\")`."
            )

    def tables_named(self, sql: str, compiled: Any) -> frozenset[str]:
        """The guarded tables whose names stand in a piece of SQL; remembered per compiled statement."""
        found = self._named.get(compiled)
        if found is None:
            found = self._named[compiled] = self.tables.intersection(_WORD.findall(sql))
        return found

    def before_cursor(self, conn: Connection, sql: str, context: Any) -> None:
        """The last gate in front of the database."""
        options = context.execution_options if context is not None else conn.get_execution_options()
        if options.get(MIGRATION):
            return
        compiled = getattr(context, "compiled", None)
        statement = getattr(compiled, "statement", None)
        if compiled is None or isinstance(statement, TextClause | TextualSelect):
            if _RAW_ALLOWED.match(sql):
                return
            raise UnguardedStatement(
                f"raw SQL is refused: {sql[:120]!r}. Build it with select(), insert(), update(), delete(); move many "
                "rows with core.db.bulk; change the schema in a migration."
            )
        if not self.tables:
            return
        if _writing.get() is not None and isinstance(statement, UpdateBase):
            return
        self.check(self.tables_named(sql, compiled), options)

    # -- installation --------------------------------------------------------------------------------------------

    def install(self, engine: Engine, sessions: Any) -> None:
        """Watch an engine and the sessions made for it; ``Database`` calls this once."""

        def before_cursor_execute(
            conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:
            del cursor, parameters, many
            self.before_cursor(conn, statement, context)

        def do_orm_execute(state: ORMExecuteState) -> None:
            reason = system_reason(state.session)
            if reason is not None:
                state.update_execution_options(**{SYSTEM: reason})
            elif state.is_column_load or (state.is_relationship_load and _writing.get() is state.session):
                # Of a refresh only the object's own tables, not what it would load along with it. A relationship
                # that a flush loads is one whose rows it is about to delete or detach.
                mapper = state.bind_mapper
                names = [table.name for table in mapper.tables if isinstance(table, Table)] if mapper else []
                state.update_execution_options(**{LOADED: tuple(names)})

        def before_flush(session: Session, context: Any, instances: Any) -> None:
            del context, instances
            token = _writing.set(None)
            try:
                for check in self.flush_checks:
                    check(session)
            finally:
                _writing.reset(token)

        event.listen(engine, "before_cursor_execute", before_cursor_execute)
        event.listen(sessions, "do_orm_execute", do_orm_execute)
        event.listen(sessions, "before_flush", before_flush)


# -- what callers use --------------------------------------------------------------------------------------------


def mark(statement: S, pairs: Iterable[tuple[str, str]]) -> S:
    """The statement with (action, table) pairs added to its mark. Meant for ``core.access`` and the engine below it."""
    before: Marker = statement.get_execution_options().get(MARKER, frozenset())
    marked: S = statement.execution_options(**{MARKER: before | frozenset(pairs)})
    return marked


def marker_of(statement: Any) -> Marker:
    """The pairs a statement carries; for passing on to ``core.db.bulk``."""
    marker: Marker = statement.get_execution_options().get(MARKER, frozenset())
    return marker


def carry(statement: S, *inner: Any) -> S:
    """A statement built around marked ones, such as a count over ``visible(...).subquery()``, takes over their marks.

    Whoever writes this says that the outer statement shows nothing of those tables beyond what the inner ones do.
    """
    return mark(statement, frozenset().union(*(marker_of(part) for part in inner)))


@contextmanager
def system(session: Session, reason: str) -> Iterator[None]:
    """Work of the product itself that no person's authority covers: migrations of data, sweeps, the demo company.

    Every statement of this session inside the block is allowed, and the reason is recorded through ``on_system``.
    """
    if not reason.strip():
        raise ValueError("system() needs a reason that makes sense in the audit log")
    reasons: list[str] = session.info.setdefault(SYSTEM, [])
    reasons.append(reason)
    try:
        guard = guard_of(session)
        if guard is not None and guard.on_system is not None:
            guard.on_system(session, reason)
        yield
    finally:
        reasons.pop()


def system_reason(session: Session) -> str | None:
    """The reason of the innermost ``system`` block a session is in, or None."""
    reasons: list[str] = session.info.get(SYSTEM, [])
    return reasons[-1] if reasons else None


def guard_of(session: Session) -> Guard | None:
    """The guard of the database a session belongs to."""
    guard: Guard | None = session.info.get(MARKER)
    return guard


def vouch(session: Session, tables: Iterable[str], marker: Iterable[tuple[str, str]] = ()) -> None:
    """The check of the ways into the database that do not pass the gate: raw cursors and COPY in ``core.db.bulk``."""
    guard = guard_of(session)
    if guard is not None:
        guard.check(tables, {MARKER: frozenset(marker), SYSTEM: system_reason(session)})


@contextmanager
def unit_of_work(session: Session) -> Iterator[None]:
    """Tells the gate that a flush is writing; the checkers have passed before it begins."""
    token = _writing.set(session)
    try:
        yield
    finally:
        _writing.reset(token)


def table_of(model: Any) -> Table:
    """The table of a mapped class, or the table itself."""
    table = getattr(model, "__table__", model)
    if not isinstance(table, Table):
        raise TypeError(f"{model!r} is neither a table nor a mapped class of one table")
    return table
