"""Asking for work and looking at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, configure_mappers, make_transient_to_detached

from core.base import clock
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.db.quick import QuickInsert
from core.jobs.models import QUEUED, JobRow

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("jobs")

#: Where the pool of this process leaves the function that wakes it: ``house.session_info["job_wake"]``.
WAKE = "job_wake"


def enqueue(
    session: Session,
    actor: Actor,
    kind: str,
    args: Mapping[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    reason: str = "",
) -> JobRow:
    """Ask for a piece of work in the caller's transaction; it starts after the commit, at ``run_at`` or at once.

    It runs in the name of ``actor``. With ``key`` it is asked for once: a second call returns the first row, whatever
    has become of it. ``args`` are JSON. An unknown ``kind`` is a programming error (``LookupError``).
    """
    house: House = session.info["house"]
    job = house.registry.jobs().get(kind)
    if job is None:
        raise LookupError(f"job {kind!r} is registered by no module")
    now = clock.now()
    values = {
        **_NEW, "kind": kind, "args": dict(args), "account_id": actor.account_id, "actor": actor_to_json(actor),
        "key": key, "priority": job.priority, "reason": reason or actor.reason, "queued_at": now,
        "run_at": run_at or now,
    }
    number = (_PLAIN if key is None else _KEYED).add(session, values)
    if number is None:  # somebody has asked before, or in the same moment
        return session.scalars(select(JobRow).where(JobRow.key == key)).one()
    row: JobRow = _manager().new_instance()  # as a query makes one: nothing of it is a change
    row.__dict__.update(_EMPTY, id=number, **values)
    make_transient_to_detached(row)
    session.add(row)
    wake_after_commit(session)
    return row


#: What a job is before anything has happened to it; what is not told stays empty.
_NEW: dict[str, Any] = {"state": QUEUED, "tries": 0, "cancel_asked": False, "progress_done": 0}
_EMPTY: dict[str, Any] = dict.fromkeys(column.key for column in JobRow.__table__.columns)
_TABLE: Any = JobRow.__table__
_GIVEN = (*_NEW, "kind", "args", "account_id", "actor", "key", "priority", "reason", "queued_at", "run_at")
_PLAIN = QuickInsert(JobRow, _GIVEN)
_KEYED = QuickInsert(JobRow, _GIVEN, once=("key", _TABLE.c.key.is_not(None)))


@cache
def _manager() -> Any:
    configure_mappers()  # a job may be the first thing that a process asks its database for
    return inspect(JobRow).class_manager


def jobs_of(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[JobRow]:
    """The latest jobs an account asked for, newest first; of a group its end alone."""
    own = JobRow.account_id == actor.account_id
    statement = select(JobRow).where(own, JobRow.group_id.is_(None)).order_by(JobRow.id.desc()).limit(limit)
    return session.scalars(statement).all()


def own_job(session: Session, actor: Actor, job_id: int) -> JobRow:
    """One job the actor asked for himself; ``NotFound`` for any other, the product itself sees all."""
    row = session.get(JobRow, job_id)
    if row is None or not (actor.is_system or (actor.signed_in and row.account_id == actor.account_id)):
        raise NotFound("not_found", _("There is no such job, or it is not yours."))
    return row


def actor_to_json(actor: Actor) -> dict[str, Any]:
    """An actor as stored with a job."""
    values = {name: getattr(actor, name) for name in _ACTOR}
    values["scopes"] = sorted(actor.scopes) if actor.scopes is not None else None
    return values


_ACTOR = tuple(field.name for field in fields(Actor))


def actor_from_json(values: Mapping[str, Any]) -> Actor:
    """The actor a job was asked for by."""
    scopes = values.get("scopes")
    return Actor(**{**values, "scopes": frozenset(scopes) if scopes is not None else None})


def wake_after_commit(session: Session) -> None:
    """Let the pool of this process look for work as soon as this transaction is committed."""
    wake: Callable[[], None] | None = session.info.get(WAKE)
    if wake is None or session.info.get("job_wake_waits"):
        return
    session.info["job_wake_waits"] = True

    def committed(session: Session) -> None:
        if not session.in_nested_transaction():
            wake()

    event.listen(session, "after_commit", committed)
