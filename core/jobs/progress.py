"""How far a job is, outside its business transaction, so that others see it before the work is committed.

A writing job on SQLite holds the only write lock, so its progress and its sign of life go to a second, small file
beside the database. On PostgreSQL a second connection updates the job row.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    MetaData,
    StaticPool,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from core.base import clock
from core.base.stored import from_json, to_json
from core.base.text import Text
from core.db.types import UtcDateTime
from core.jobs.models import RUNNING, JobRow

if TYPE_CHECKING:
    from core.db.session import Database

#: Where the store of this process stands: ``house.session_info["job_progress"]``.
PROGRESS = "job_progress"


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` (None: unknown) and one line about it."""

    done: int = 0
    total: int | None = None
    message: Text | str = ""

    @property
    def percent(self) -> int | None:
        """Whole percent done, None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None


class ProgressStore(Protocol):
    """Where running jobs report."""

    def write(self, job_id: int, progress: Progress, lines: list[Any] | None = None) -> None:
        """Note how far a job is, and the lines of its log."""

    def beat(self, job_ids: Iterable[int]) -> None:
        """Say that these jobs are alive."""

    def get(self, job_id: int) -> tuple[Progress | None, datetime | None]:
        """What was last noted, and when the job was last alive; None where nothing was."""

    def many(self, job_ids: Collection[int]) -> Mapping[int, Progress]:
        """What was last noted of each, where it is fresher than the row."""

    def lines(self, job_id: int) -> list[Any] | None:
        """The lines of the log that were last noted."""

    def forget(self, job_id: int, *, of_others: bool = False) -> None:
        """Drop what was noted; the row has the final figures. ``of_others``: another process may have noted it."""

    def close(self) -> None:
        """Let go of the file or the connections."""


def store_for(database: Database) -> ProgressStore:
    """The store that fits a database."""
    if not database.is_sqlite:
        return RowProgress(database)
    path = None if database.in_memory else f"{database.url.database}-progress"
    store = FileProgress(path)
    database.also_close(store.close)
    return store


def lines(session: Session, row: JobRow) -> list[Any]:
    """The lines of a job's log so far, each a moment and a stored text."""
    store: ProgressStore | None = session.info.get(PROGRESS)
    fresh = store.lines(row.id) if store is not None and row.state == RUNNING else None
    return fresh or row.log or []


def read(session: Session, row: JobRow) -> Progress:
    """How far a job is: fresh figures while it runs, the final ones afterwards."""
    store: ProgressStore | None = session.info.get(PROGRESS)
    fresh = store.get(row.id)[0] if store is not None and row.state == RUNNING else None
    return fresh or Progress(row.progress_done, row.progress_total, from_json((row.message or [""])[0]))


def read_many(session: Session, rows: Collection[JobRow]) -> dict[int, Progress]:
    """How far many jobs are, in one more statement at most."""
    store: ProgressStore | None = session.info.get(PROGRESS)
    running = [row.id for row in rows if row.state == RUNNING]
    fresh = store.many(running) if store is not None and running else {}
    return {
        row.id: fresh.get(row.id)
        or Progress(row.progress_done, row.progress_total, from_json((row.message or [""])[0])) for row in rows
    }


_TABLE = Table(
    "job_progress", MetaData(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("done", BigInteger), Column("total", BigInteger), Column("message", JSON), Column("lines", JSON),
    Column("beat", UtcDateTime),
)


class FileProgress:
    """Progress in a small SQLite file of its own, or in memory without a path."""

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._made = False
        self._noted: set[int] = set()
        self._engine = create_engine(
            f"sqlite:///{path}" if path else "sqlite://", poolclass=StaticPool,
            connect_args={"check_same_thread": False, "timeout": 5},
        )
        event.listen(self._engine, "connect", _light)

    def write(self, job_id: int, progress: Progress, lines: list[Any] | None = None) -> None:
        """Note how far a job is, and the lines of its log."""
        values = {
            "done": progress.done, "total": progress.total, "message": to_json(progress.message), "lines": lines,
            "beat": clock.now(),
        }
        self._put(job_id, values)

    def beat(self, job_ids: Iterable[int]) -> None:
        """Say that these jobs are alive."""
        for job_id in job_ids:
            self._put(job_id, {"beat": clock.now()})

    def get(self, job_id: int) -> tuple[Progress | None, datetime | None]:
        """What was last noted, and when."""
        with self._begin() as connection:
            row = connection.execute(select(_TABLE).where(_TABLE.c.job_id == job_id)).one_or_none()
        if row is None:
            return None, None
        noted = Progress(row.done, row.total, from_json(row.message)) if row.done is not None else None
        return noted, row.beat

    def many(self, job_ids: Collection[int]) -> Mapping[int, Progress]:
        """What was last noted of each."""
        with self._begin() as connection:
            rows = connection.execute(
                select(_TABLE).where(_TABLE.c.job_id.in_(job_ids), _TABLE.c.done.is_not(None))
            ).all()
        return {row.job_id: Progress(row.done, row.total, from_json(row.message)) for row in rows}

    def lines(self, job_id: int) -> list[Any] | None:
        """The lines of the log that were last noted."""
        with self._begin() as connection:
            return connection.execute(select(_TABLE.c.lines).where(_TABLE.c.job_id == job_id)).scalar_one_or_none()

    def forget(self, job_id: int, *, of_others: bool = False) -> None:
        """Drop what was noted; nothing to do for most jobs, which end before anything was."""
        if job_id not in self._noted and not of_others:
            return
        self._noted.discard(job_id)
        with self._begin() as connection:
            connection.execute(delete(_TABLE).where(_TABLE.c.job_id == job_id))

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._lock, self._engine.begin() as connection:
            if not self._made:  # not at start, when nothing may ask a database
                _TABLE.metadata.create_all(connection)
                self._made = True
            yield connection

    def _put(self, job_id: int, values: dict[str, Any]) -> None:
        self._noted.add(job_id)
        with self._begin() as connection:
            changed = connection.execute(update(_TABLE).where(_TABLE.c.job_id == job_id).values(**values))
            if changed.rowcount == 0:
                connection.execute(insert(_TABLE).values(job_id=job_id, **values))


class RowProgress:
    """Progress in the job row itself, over a second connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, job_id: int, progress: Progress, lines: list[Any] | None = None) -> None:
        """Note how far a job is, and the lines of its log."""
        self._update([job_id], {
            "progress_done": progress.done, "progress_total": progress.total,
            "message": [to_json(progress.message)], "heartbeat": clock.now(), **({"log": lines} if lines else {}),
        })

    def beat(self, job_ids: Iterable[int]) -> None:
        """Say that these jobs are alive."""
        self._update(list(job_ids), {"heartbeat": clock.now()})

    def get(self, job_id: int) -> tuple[Progress | None, datetime | None]:
        """What was last noted, and when."""
        with self._database.session() as session:
            row = session.get(JobRow, job_id)
            if row is None:
                return None, None
            return Progress(row.progress_done, row.progress_total, from_json((row.message or [""])[0])), row.heartbeat

    def many(self, job_ids: Collection[int]) -> Mapping[int, Progress]:
        """Nothing but what the rows say."""
        del job_ids
        return {}

    def lines(self, job_id: int) -> list[Any] | None:
        """Nothing but what the row says."""
        del job_id
        return None

    def forget(self, job_id: int, *, of_others: bool = False) -> None:
        """Nothing to do: the row keeps the final figures."""

    def close(self) -> None:
        """Nothing to do: the connections belong to the database."""

    def _update(self, job_ids: list[int], values: dict[str, Any]) -> None:
        if not job_ids:
            return
        with self._database.session(write=True) as session:
            # A job that is completing holds its row; a report that comes too late must not wait for it.
            free = select(JobRow.id).where(JobRow.id.in_(job_ids), JobRow.state == RUNNING)
            ids = session.scalars(free.with_for_update(skip_locked=True)).all()
            if ids:
                session.execute(update(JobRow).where(JobRow.id.in_(ids)).values(**values))


def _light(dbapi_connection: Any, record: Any) -> None:
    """Losing the last half second of progress in a power cut is no loss."""
    del record
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
