"""The approval of a run as its page shows it: who would decide, who is asked, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run
from payroll.text import _
from remit import workflow
from remit.base import Actor
from remit.services import allowed
from remit.text import Text


@dataclass(frozen=True, slots=True)
class Approval:
    """``preview`` is the way before anybody is asked, ``steps`` that of the question, ``task`` the one to look at,
    ``decide`` the task that the reader may answer; ``waits`` says for whom it waits.
    """

    preview: Any = None
    steps: Sequence[Any] = ()
    task: workflow.Task | None = None
    decide: int | None = None
    waits: Text | str = ""


def of_run(session: Session, actor: Actor, run: Run, *, may_review: bool) -> Approval:
    """How the approval of a run stands: the preview for whoever may have it asked, else the way so far.

    Once the run is paid nothing is read; its steps say by what it was approved.
    """
    if run.state == "calculated":
        return Approval(workflow.preview(session, actions.RUN, run) if may_review else None)
    asked = workflow.run_of(session, actions.RUN, run) if run.state in ("reviewed", "approved") else None
    if asked is None:
        return Approval()
    steps = workflow.way_of(session, asked, run)
    waiting = workflow.open_tasks(session, asked)
    now = [one.name or one.label for one in steps if one.state == "now"]
    mine = next((task for task in waiting if _may(session, actor, run, task)), None)
    latest = mine or (waiting[0] if waiting else workflow.answer_of(session, actions.RUN, run))
    return Approval(
        None, steps, latest, mine.id if mine is not None else None,
        _("Waits for {posts}", posts=now[0]) if now else _("Nobody may decide it") if waiting else "",
    )  # fmt: skip


def _may(session: Session, actor: Actor, run: Run, task: workflow.Task) -> bool:
    named = actor.person_id is not None and task.next_person_id == actor.person_id
    return named or (task.action == actions.APPROVE and allowed(session, actor, actions.APPROVE, run))
