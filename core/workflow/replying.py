"""What a program that a step has called answers: where it does so, with which secret, and taking it in, once.

The secret of a step is made of the keys of the installation and of the step itself. It is worked out where a call is
sent and where an answer comes, and stands nowhere, neither in the database nor in a log; a call that is sent again
carries the same one.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db.types import keys_of
from core.kernel.house import of
from core.workflow import tasks
from core.workflow.engine import moves, timing
from core.workflow.processes.models import FAILED, OPEN, PASSED, RUNNING, Run, RunStep

_ = catalogue("workflow")

PREFIX = "reply_"
#: The address under which an answer is taken in.
PATH = "/api/v1/runs/{run}/steps/{step}/reply"
MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of an answer: ``taken``, or ``known`` where the same was taken before and nothing happens again."""

    status: Literal["taken", "known"]
    run: Run
    row: RunStep


def secret_of(session: Session, row: RunStep) -> str:
    """The secret with which a program may answer a step. Raises ``KeysError`` for a database without keys."""
    key = keys_of(session).derive(f"workflow.reply/{row.run_id}/{row.id}/{row.entered_at.isoformat()}")
    return PREFIX + base64.urlsafe_b64encode(key).decode().rstrip("=")


def holds(session: Session, row: RunStep | None, secret: str) -> bool:
    """Whether a secret is that of a step; it takes as long for one that nearly is, and for a step that is not there."""
    wanted = secret_of(session, row) if row is not None else PREFIX
    return hmac.compare_digest(wanted.encode(), secret.encode("utf-8", "surrogatepass")) and row is not None


def called(session: Session, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a call tells beside its fields: where to answer and with what. Nothing where no answer is waited for."""
    row = session.get(RunStep, fields.get("step_id")) if fields.get("reply") else None
    if row is None:
        return {}
    path = PATH.format(run=row.run_id, step=row.id)
    return {"reply_url": f"{of(session).config.base_url}{path}", "reply_secret": secret_of(session, row)}


def step_at(session: Session, run_id: int, step_id: int) -> RunStep | None:
    """A step of a run that calls a program; None where there is none."""
    row = session.get(RunStep, step_id)
    return row if row is not None and row.run_id == run_id and row.type == "webhook" else None


def take(session: Session, actor: Actor, row: RunStep, *, good: bool, note: str) -> Reply:
    """Take in what a program answered; whoever calls has checked that it may.

    The same answer once more changes nothing. Raises ``DomainError`` where another was taken before, where its time is
    over, and where the request does not wait for it any more.
    """
    run = moves.hold(session, row.run_id)
    session.refresh(row, with_for_update=True)
    late = row.overdue_at is not None or (row.due_at is not None and row.due_at <= clock.now())
    if row.state == PASSED or (row.state == FAILED and row.overdue_at is None):
        if (row.state == PASSED) != good:
            raise DomainError("reply.answered", _("It was answered otherwise before; that stands."))
        return Reply("known", run, row)
    if row.state not in (OPEN, FAILED) or run.state != RUNNING or tasks.top(session, run).state != RUNNING:
        raise DomainError("reply.over", _("The request does not wait for this answer any more."))
    if late:
        raise DomainError("reply.late", _("Its time is over; whoever looks after the process says how it goes on."))
    timing.replied(session, actor, run, row, good=good, note=note)
    session.flush()
    if row.state == OPEN:
        raise DomainError("process.gone", _("What it is about is gone."))
    return Reply("taken", run, row)



def not_there() -> NotFound:
    """The error for a step that is not there, or waits for no program."""
    return NotFound("reply.missing", _("There is no such step, or it has called no program."))
