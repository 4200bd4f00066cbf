"""A definition of a process in its versions, a run of one about a record, and the steps of the run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, UtcDateTime

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
RETIRED: Final = "retired"

RUNNING: Final = "running"
RETURNED: Final = "returned"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
VOID: Final = "void"

#: States of a step besides those of a run: it is being done, it was done, its condition did not hold, it could not be
#: done, or the record changed and everything begins anew.
OPEN: Final = "open"
PASSED: Final = "passed"
SKIPPED: Final = "skipped"
FAILED: Final = "failed"

#: States of a start: it has begun, could not yet, or was left out.
BEGUN: Final = "begun"
WAITS: Final = "waits"
LEFT_OUT: Final = "left_out"

_WAITS = text("state = 'waits'")
_LIVE = text("state IN ('running', 'returned')")
_OPEN = text("state = 'open'")
_PUBLISHED = text("state = 'published'")
_DRAFT = text("state = 'draft'")


class ProcessVersion(Base):
    """One version of the definition of a process: a draft, the one in force, or one that was.

    ``source`` is the definition as ``definition.read`` takes it; ``digest`` that of its canonical text. ``shipped``
    came with its module and was published by nobody. One version at a time is in force, and one is a draft.
    ``trigger`` is the event that starts it, and ``next_at`` when its rule of time starts it next, while it is in force.
    """

    __tablename__ = "core_process_version"
    __kept__ = True
    __table_args__ = (
        UniqueConstraint("process", "number"),
        Index("uq_core_process_version_published", "process", unique=True, sqlite_where=_PUBLISHED,
              postgresql_where=_PUBLISHED),
        Index("ix_core_process_version_trigger", "trigger", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_core_process_version_next_at", "next_at", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("uq_core_process_version_draft", "process", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    shipped: Mapped[bool] = mapped_column(default=False)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(Id)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(Id)
    publisher_person_id: Mapped[int | None] = mapped_column(Id)
    entry: Mapped[str | None] = mapped_column(String(128))
    trigger: Mapped[str | None] = mapped_column(String(80))
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Start(Base):
    """A process that something was to start by itself, once for each ``key``: ``event:7`` or ``due:2026-12-01T01:00Z``.

    ``event`` is what was told, by name and values; ``due_at`` when it was told or due. It has begun with the request
    ``submission_id``, or waits because it could not: ``why`` is a stored text, and it is tried again some time after
    ``tried_at``; or somebody has left it out.
    """

    __tablename__ = "core_process_start"
    __table_args__ = (
        UniqueConstraint("process", "key"),
        Index("ix_core_process_start_waits", "tried_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_core_process_start_process", "process", "id"),
        Index("ix_core_process_start_version_id", "version_id"),
        Index("ix_core_process_start_submission_id", "submission_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_version.id"))
    key: Mapped[str] = mapped_column(String(80))
    event: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    submission_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_submission.id"))
    why: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Run(Base):
    """A record on its way through a version of a process.

    ``at`` is the key of the step it is at, "" where it is nowhere any more or was sent back for revision. ``round``
    counts how often it was handed in. ``stuck`` says since when nobody can go on by himself: nobody may decide, or a
    step could not be done; whoever looks after the process (``owner_position_id``) sees it. ``parent_step_id`` is the
    step of another run that waits for this one. ``values`` is what steps have set, integers in the scale of their type.
    """

    __tablename__ = "core_process_run"
    __table_args__ = (
        Index("uq_core_process_run_live", "process", "resource", "resource_id", "parent_step_id", unique=True,
              sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_core_process_run_resource", "resource", "resource_id", "id"),
        Index("ix_core_process_run_requester", "requester_person_id", "id"),
        Index("ix_core_process_run_stuck", "stuck", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_core_process_run_started_at", "started_at", "process"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_version.id"))
    resource: Mapped[str] = mapped_column(String(80))
    resource_id: Mapped[int] = mapped_column(Id)
    requester_person_id: Mapped[int | None] = mapped_column(Id)
    requester_account_id: Mapped[int | None] = mapped_column(Id)
    unit_id: Mapped[int | None] = mapped_column(Id)
    legal_entity_id: Mapped[int | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12), default=RUNNING)
    at: Mapped[str] = mapped_column(String(40), default="")
    round: Mapped[int] = mapped_column(Integer, default=1)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stuck: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parent_step_id: Mapped[int] = mapped_column(Id, default=0)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    values: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class RunStep(Base):
    """A step of a run: since when it is being done, by when it should be, and what became of it.

    ``needs`` are the yeses it takes, 0 for all. ``note`` is a stored text for people: why it was skipped or failed.
    """

    __tablename__ = "core_process_step"
    __table_args__ = (
        Index("ix_core_process_step_run_id", "run_id", "id"),
        Index("ix_core_process_step_due_at", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_process_step_entered_at", "entered_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_run.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(Integer, default=1)
    key: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    needs: Mapped[int] = mapped_column(Integer, default=0)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overdue_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


class RunComment(Base):
    """Something somebody wrote beside a run; ``mentions`` are the persons he named, who may read it since."""

    __tablename__ = "core_process_comment"
    __table_args__ = (Index("ix_core_process_comment_run_id", "run_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_run.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(String(2000))
    mentions: Mapped[list[int]] = mapped_column(JSON, default=list)


class RunFile(Base):
    """A file beside a run: of a comment, or of the answer to a task. Whoever sees the run may open it."""

    __tablename__ = "core_process_file"
    __table_args__ = (Index("ix_core_process_file_run_id", "run_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_run.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_process_comment.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_task.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("core_file.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunReader(Base):
    """Somebody who was told of a run and may read it: copied to by a step, or mentioned in a comment."""

    __tablename__ = "core_process_reader"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_run.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, primary_key=True)
    why: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_core_process_reader_person_id", "person_id", "at"),)
