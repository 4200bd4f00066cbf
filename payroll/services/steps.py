"""The steps taken with a run: each with who took it, when, and under which entry of which version of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from payroll.models import Run, RunStep
from remit.base import Actor, clock
from remit.specs import Decision
from remit.workflow import Task


def take(session: Session, actor: Actor, run: Run, state: str, decision: Decision) -> RunStep:
    """Keep that a run was taken to a state, by the decision that allowed it."""
    step = RunStep(
        run_id=run.id, state=state, at=clock.now(), name=actor.name, person_id=actor.person_id,
        account_id=actor.account_id, entry=decision.entry, list_version=decision.list_version,
    )  # fmt: skip
    session.add(step)
    return step


def approved(session: Session, actor: Actor, run: Run, task: Task | None) -> RunStep:
    """Keep that a run was approved by the answer to a task; by the actor where nobody was asked."""
    step = RunStep(run_id=run.id, state="approved", at=clock.now(), name=actor.name, person_id=actor.person_id,
                   account_id=actor.account_id)  # fmt: skip
    if task is not None:
        step.name, step.person_id, step.account_id = task.decider_name, task.decider_person_id, task.decider_account_id
        step.entry, step.list_version, step.task_id = task.entry, task.list_version, task.id
    session.add(step)
    return step


def withdraw(session: Session, run: Run, *states: str) -> None:
    """The steps so far no longer stand, or those that led to ``states``: the run is calculated again, or sent back.
    They remain as history.
    """
    standing = [RunStep.run_id == run.id, RunStep.withdrawn_at.is_(None)]
    if states:
        standing.append(RunStep.state.in_(states))
    session.execute(update(RunStep).where(*standing).values(withdrawn_at=clock.now()))


def history(session: Session, run_ids: Iterable[int]) -> Mapping[int, Sequence[RunStep]]:
    """All steps of runs that may be read, the first one first, in one statement."""
    found: dict[int, list[RunStep]] = {run: [] for run in run_ids}
    for step in session.scalars(select(RunStep).where(RunStep.run_id.in_(found)).order_by(RunStep.id)):
        found[step.run_id].append(step)
    return found


def standing(steps: Iterable[RunStep]) -> dict[str, RunStep]:
    """Those of a run's steps that stand, by the state they led to."""
    return {step.state: step for step in steps if step.withdrawn_at is None}
