"""Large work in parts: many jobs side by side, and one at the end that joins what they made.

The end waits in the state ``waiting``. Each part that is done counts it down in its own transaction; the last one
queues it. When a part fails for good, or the group is called off, the parts that have not begun are called off, those
under way are asked to stop, and the end fails with a sentence. The parts of a group are tried again with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.base.text import catalogue
from core.events.outbox import emit
from core.jobs.events import JobFailed
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, WAITING, JobRow
from core.jobs.queue import actor_to_json, enqueue, wake_after_commit

_ = catalogue("jobs")


def enqueue_group(
    session: Session,
    actor: Actor,
    kind: str,
    parts: Sequence[Mapping[str, Any]],
    *,
    then: str,
    args: Mapping[str, Any],
    key: str | None = None,
    reason: str = "",
) -> JobRow:
    """Ask for a job of ``kind`` for each of ``parts`` (their arguments), and for ``then`` with ``args`` after all.

    Returns the row of the end, whose progress counts the parts. It finds their results, in order, by
    ``context.parts(session)``. With ``key`` the whole group is asked for once. No parts: the end runs at once.
    """
    end = enqueue(session, actor, then, args, key=key, reason=reason)
    if not parts or end.parts is not None or end.state != QUEUED:
        return end
    job = session.info["house"].registry.jobs()[kind]
    end.state, end.parts, end.parts_left, end.progress_total = WAITING, len(parts), len(parts), len(parts)
    session.flush()
    now, told = clock.now(), actor_to_json(actor)
    session.execute(insert(JobRow), [
        {
            "kind": kind, "args": dict(one), "state": QUEUED, "priority": job.priority, "account_id": actor.account_id,
            "actor": told, "reason": end.reason, "group_id": end.id, "part": number, "queued_at": now, "run_at": now,
        }
        for number, one in enumerate(parts)
    ])  # fmt: skip
    return end


def results(session: Session, group_id: int) -> list[Mapping[str, Any]]:
    """What the parts of a group returned, in their order; an empty mapping where one returned nothing."""
    rows = session.scalars(select(JobRow.result).where(JobRow.group_id == group_id).order_by(JobRow.part))
    return [found or {} for found in rows]


def part_ended(session: Session, group_id: int, state: str) -> None:
    """Count a part that ended: the last one that is done queues the end, one that is not done fails the group."""
    if state != DONE:
        _break_off(session, group_id, FAILED)
        return
    left = JobRow.parts_left - 1
    session.execute(
        update(JobRow)
        .where(JobRow.id == group_id, JobRow.state == WAITING)
        .values(
            parts_left=left, progress_done=JobRow.parts - left, state=case((left == 0, QUEUED), else_=WAITING),
            run_at=clock.now(),
        )
    )
    wake_after_commit(session)


def call_off(session: Session, group_id: int) -> None:
    """Call a waiting group off with all of its parts."""
    lock(session, group_id)
    _break_off(session, group_id, CANCELLED)


def again(session: Session, row: JobRow) -> None:
    """Try the parts of a failed group again that were not done; the end waits for them."""
    now = clock.now()
    session.execute(
        update(JobRow)
        .where(JobRow.group_id == row.id, JobRow.state.in_((FAILED, CANCELLED)))
        .values(
            state=QUEUED, tries=0, error=None, cancel_asked=False, worker=None, run_at=now, finished_at=None,
            sent_at=None,
        )
    )
    left = session.scalars(
        select(func.count()).select_from(JobRow).where(JobRow.group_id == row.id, JobRow.state != DONE)
    ).one()
    row.parts_left, row.progress_done, row.progress_total = left, (row.parts or 0) - left, row.parts
    row.state = WAITING if left else QUEUED


def lock(session: Session, group_id: int) -> None:
    """Hold the row of the end. Whoever writes it and its parts takes it first, so that two of them never wait for each
    other.
    """
    session.execute(select(JobRow.id).where(JobRow.id == group_id).with_for_update())


def _break_off(session: Session, group_id: int, state: str) -> None:
    now = clock.now()
    error = [to_json(_("A part of the work did not succeed; the others were called off."))] if state == FAILED else None
    broken = session.execute(
        update(JobRow)
        .where(JobRow.id == group_id, JobRow.state == WAITING)
        .values(state=state, error=error, finished_at=now)
    )
    if broken.rowcount == 0:  # type: ignore[attr-defined]
        return  # broken off before
    if state == FAILED:
        end = session.get_one(JobRow, group_id)
        emit(session, JobFailed(group_id, end.kind, end.account_id))
    session.execute(
        update(JobRow).where(JobRow.group_id == group_id, JobRow.state == QUEUED)
        .values(state=CANCELLED, cancel_asked=True, finished_at=now)
    )
    session.execute(
        update(JobRow).where(JobRow.group_id == group_id, JobRow.state == RUNNING).values(cancel_asked=True)
    )
