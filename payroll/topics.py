"""What pages of payroll can listen to: how far the calculation of a run is, for everybody who may read the run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from payroll import actions
from payroll.models import Run
from payroll.services import calculation
from payroll.text import _
from remit.jobs import states_of
from remit.live import Topic
from remit.services import load

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.base import Actor

MOST_DIGITS = 18


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Whoever may read the run; raises ``NotFound`` as ``load`` does."""
    return _number(key) > 0 and load(session, actor, actions.RUN_READ, Run, _number(key)) is not None


def states(session: Session, keys: Collection[str]) -> Mapping[str, Any]:
    """How far the last calculation of each run is; nothing of a run that was never calculated by a job."""
    asked = {key: calculation.latest_of(session, _number(key)) for key in keys if _number(key)}
    jobs = {key: job for key, job in asked.items() if job is not None}
    far = states_of(session, list(jobs.values()))
    return {key: far[job.id] for key, job in jobs.items()}


def _number(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) <= MOST_DIGITS else 0


TOPICS = (Topic("payroll_run", _("Calculation of a payroll"), may_hear, watch=states),)
