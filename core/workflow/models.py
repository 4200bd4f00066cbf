"""A task: a question about a record, who is to decide it now, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, Translated, Translation, UtcDateTime

OPEN: Final = "open"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
#: States of simple requests besides: it is written and not handed in, or on its way.
DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
#: It was approved, and what it was about changed since, or it was sent back.
VOID: Final = "void"
#: It was sent back for revision.
RETURNED: Final = "returned"
#: Others have answered what it was part of, so that nobody has to answer it any more.
SETTLED: Final = "settled"
#: Numbers of the tasks of signers who were added to a step begin here.
ADDED: Final = 100

_OPEN = text("state = 'open'")


class Task(Base):
    """May ``action`` be done to the record ``resource_id`` of the resource type ``resource``.

    ``digest`` is that of what the record said when it was asked, and with it of what was decided. ``next_*`` is whom
    the lists named in the epoch ``routed_epoch`` at ``routed_at``; nobody there is a gap, which is said and not filled.
    ``told_person_id`` was told of it last; ``nudged_person_id`` was reminded of it last, at ``nudged_at``. The answer
    keeps who gave it under which entry of which version, by which assignment or delegation, for whom; ``path`` are the
    posts that were passed over before, as stored texts. ``compared_minor`` of ``compared_currency`` is what an amount
    in another currency came to, and ``compared_by`` the stored text that says by which rate: what it was decided by,
    whatever rates come later.

    It is one question of the step ``step_id`` of a run: ``number`` counts those of one step, ``asks`` says whom it
    asks (``definition.Ask``). ``handed_person_id`` is whom the one who was asked handed it to; ``late_person_ids`` are
    those whose time is over. ``subject`` is the record in one line as it was put, so that a list of a hundred kinds
    takes no statement for each. ``to_do``: its step gives him something to do, rather than a question.
    """

    __tablename__ = "core_task"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_run.id", ondelete="CASCADE"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("core_process_step.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer, default=0)
    asks: Mapped[dict[str, Any]] = mapped_column(JSON)
    subject: Mapped[Translation] = mapped_column(Translated, default=Translation)
    handed_person_id: Mapped[int | None] = mapped_column(Id)
    late_person_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    to_do: Mapped[bool] = mapped_column(default=False, server_default=false())
    kind: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(100))
    resource: Mapped[str] = mapped_column(String(80))
    resource_id: Mapped[int] = mapped_column(Id)
    digest: Mapped[str] = mapped_column(String(64))
    requester_person_id: Mapped[int | None] = mapped_column(Id)
    requester_account_id: Mapped[int | None] = mapped_column(Id)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default=OPEN)
    routed_epoch: Mapped[int] = mapped_column(Id, default=-1)
    routed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_person_id: Mapped[int | None] = mapped_column(Id)
    next_position_id: Mapped[int | None] = mapped_column(Id)
    next_assignment_id: Mapped[int | None] = mapped_column(Id)
    told_person_id: Mapped[int | None] = mapped_column(Id)
    nudged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nudged_person_id: Mapped[int | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decider_person_id: Mapped[int | None] = mapped_column(Id)
    decider_account_id: Mapped[int | None] = mapped_column(Id)
    decider_name: Mapped[str] = mapped_column(String(100), default="")
    comment: Mapped[str] = mapped_column(String(2000), default="")
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    assignment_id: Mapped[int | None] = mapped_column(Id)
    delegation_id: Mapped[int | None] = mapped_column(Id)
    on_behalf_of_person_id: Mapped[int | None] = mapped_column(Id)
    path: Mapped[list[Any] | None] = mapped_column(JSON)
    compared_minor: Mapped[int | None] = mapped_column(BigInteger)
    compared_currency: Mapped[str | None] = mapped_column(String(3))
    compared_by: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (
        UniqueConstraint("step_id", "number"),
        Index("ix_core_task_run_id", "run_id", "id"),
        Index("ix_core_task_next", "next_person_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_task_routed_epoch", "routed_epoch", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_task_routed_at", "routed_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_task_asked", "action", "routed_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_task_resource", "resource", "resource_id"),
        Index("ix_core_task_requester", "requester_person_id", "id"),
        Index("ix_core_task_decider", "decider_person_id", "id"),
        Index("ix_core_task_entry", "entry", "decided_at"),
        Index("ix_core_task_action", "action", "decided_at"),
    )


class TaskYes(Base):
    """A yes to a task whose entry needs several: by whom, in whose stead, under which entry, to which ``digest``.

    ``needs`` is how many persons that entry wants. The task keeps the answer that made it enough.
    """

    __tablename__ = "core_task_yes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("core_task.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(String(2000), default="")
    needs: Mapped[int] = mapped_column(Integer)
    entry: Mapped[str] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    assignment_id: Mapped[int | None] = mapped_column(Id)
    delegation_id: Mapped[int | None] = mapped_column(Id)
    on_behalf_of_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        UniqueConstraint("task_id", "digest", "person_id"),
        Index("ix_core_task_yes_person_id", "person_id", "task_id"),
    )


class MailAnswer(Base):
    """An answer that was given through a link of a mail: the links about one question, as ``digest`` has it, to one
    person are used up with it.
    """

    __tablename__ = "core_task_mail"

    task_id: Mapped[int] = mapped_column(Id, ForeignKey("core_task.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[int | None] = mapped_column(Id)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Phrases(Base):
    """What somebody keeps at hand for his comments, in his order. Who has no row has those that ship."""

    __tablename__ = "core_phrases"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    texts: Mapped[list[str]] = mapped_column(JSON)


class Submission(Base):
    """A request on a form: ``values`` by the names of its fields, each as formulas and pages read it. ``amount`` in
    minor units of ``currency`` is that of the first field that is one; limits of the lists are held against it.
    ``fields`` are those of the form when it was written, so that it reads the same for good.
    """

    __tablename__ = "core_submission"
    __table_args__ = (
        Index("ix_core_submission_requester_person_id", "requester_person_id", "id"),
        Index("ix_core_submission_unit_id", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    category: Mapped[str] = mapped_column(String(20))
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
