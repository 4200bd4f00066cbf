"""The job row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.stored import from_json
from core.db.base import Base
from core.db.types import Id

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
#: The end of a group, until its parts have ended.
WAITING = "waiting"
STATES = (QUEUED, WAITING, RUNNING, DONE, FAILED, CANCELLED)


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
        Index(None, "state", "priority", "run_at"), Index(None, "account_id", "id"), Index(None, "group_id", "part"),
        Index(None, "finished_at"), Index(None, "state", "sent_at", "run_at"),
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
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
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
