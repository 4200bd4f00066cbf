"""Recording how a try of a job ended, together with what follows from it for its group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from core.base import clock
from core.events.outbox import emit
from core.jobs import groups
from core.jobs.claims import Claim
from core.jobs.events import JobFailed
from core.jobs.models import CANCELLED, DONE, FAILED, RUNNING, JobRow

if TYPE_CHECKING:
    from core.kernel.house import House

ENDED = (DONE, FAILED, CANCELLED)

_TABLE: Any = JobRow.__table__
_UPDATE = update(_TABLE).where(
    _TABLE.c.id == bindparam("this"), _TABLE.c.worker == bindparam("by"), _TABLE.c.tries == bindparam("in_try"),
    _TABLE.c.state == RUNNING,
)  # fmt: skip


def record_done(house: House, claim: Claim, values: Mapping[str, Any]) -> None:
    """Write that a try ended well, of a job that belongs to no group, in a transaction of its own and one statement.

    Nothing is written when the job is no longer this worker's.
    """
    house.database.alone(_UPDATE, {**_key(claim), **values, "finished_at": clock.now()})


def _key(claim: Claim) -> dict[str, Any]:
    return {"this": claim.job_id, "by": claim.worker, "in_try": claim.tries}


def record(session: Session, claim: Claim, values: Mapping[str, Any]) -> bool:
    """Write the ending of a try, ``state`` and what goes with it; False when the job is no longer this worker's."""
    ended = values["state"] in ENDED
    if ended and claim.group_id is not None:
        groups.lock(session, claim.group_id)
    changed = session.execute(
        _UPDATE, {**_key(claim), **values, **({"finished_at": clock.now()} if ended else {})}
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        return False
    if ended and claim.group_id is not None:
        groups.part_ended(session, claim.group_id, values["state"])
    if values["state"] == FAILED and claim.group_id is None:
        emit(session, JobFailed(claim.job_id, claim.kind, claim.actor.account_id))
    return True
