"""The job row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.stored import from_json
from core.db.base import Base
from core.db.types import Id

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
#: The end of a group, until its parts have ended.
WAITING = "waiting"
STATES = (QUEUED, WAITING, RUNNING, DONE, FAILED, CANCELLED)


def _few(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of only those jobs that are looked for by it, so that a step of a job writes two and not all."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class JobRow(Base):
    """One piece of work.

    ``actor`` is the actor in whose name it runs, ``key`` makes it happen once however often it is asked for.
    ``progress_done`` of ``progress_total`` and ``message`` say how far it is; while it runs on SQLite the fresh
    figures stand in the progress file (``progress.read``). ``worker`` and ``tries`` fence off a worker that was given
    up for dead and comes back. ``error`` is a sentence for a person, as stored text: why it failed, or why it waits to
    be tried again. ``log`` are lines the job wrote, each a moment and a stored text.

    The parts of a group name its end in ``group_id`` and their place in ``part``; the end counts the parts that have
    not ended in ``parts_left`` and is queued when that is none.

    ``sent_at`` is when a broker, where there is one, was last told of a job that is queued.
    """

    __tablename__ = "core_job"
    __audit__ = False
    __table_args__ = (
        _few("ix_core_job_queued", "priority", "run_at", "id", where="state = 'queued'"),
        _few("ix_core_job_sent", "sent_at", "priority", "run_at", where="state = 'queued'"),
        _few("ix_core_job_moving", "state", "kind", where="finished_at IS NULL"),
        _few("ix_core_job_finished", "finished_at", where="finished_at IS NOT NULL"),
        _few("ix_core_job_account", "account_id", "id", where="account_id IS NOT NULL"),
        _few("ix_core_job_part", "group_id", "part", where="group_id IS NOT NULL"),
        _few("uq_core_job_key", "key", where="key IS NOT NULL", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default=QUEUED)
    priority: Mapped[int] = mapped_column(SmallInteger, default=50)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]
    message: Mapped[list[Any] | None]
    account_id: Mapped[int | None]
    actor: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text(), default="")
    result: Mapped[dict[str, Any] | None]
    error: Mapped[list[Any] | None]
    log: Mapped[list[Any] | None]
    tries: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str | None] = mapped_column(String(64))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_job.id", ondelete="CASCADE"))
    part: Mapped[int | None]
    parts: Mapped[int | None]
    parts_left: Mapped[int | None]
    queued_at: Mapped[datetime]
    run_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    heartbeat: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def failure(self) -> Any:
        """The sentence that says why it failed, a ``Text``; None where it did not."""
        return from_json(self.error[0]) if self.error else None


_columns: Any = JobRow.__table__.c
#: Written into the statement instead of sent beside it: a database sees only so that an index of few rows fits.
IS_QUEUED = _columns.state == literal_column(f"'{QUEUED}'")
#: It has not ended.
IS_MOVING = _columns.finished_at.is_(None)
IS_RUNNING = IS_MOVING & (_columns.state == RUNNING)
