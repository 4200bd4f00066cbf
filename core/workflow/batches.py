"""Approving several tasks at once: each by itself, in a part of the transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text
from core.workflow import reading, records, tasks
from core.workflow.designing import versions
from core.workflow.models import APPROVED, Task
from core.workflow.processes.models import Run, RunStep

#: So many are approved in one go.
MOST = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one of them: ``why`` is empty where it was approved."""

    task_id: int
    why: Text | str


def batchable(session: Session, actor: Actor) -> list[Task]:
    """What waits for somebody whose process lets it be decided together with others, in as many statements for one
    process as for all.
    """
    if actor.person_id is None:
        return []
    found = reading.stored(session, actor.person_id)
    statement = (
        select(RunStep.id, RunStep.key, Run.version_id).join(Run, Run.id == RunStep.run_id)
        .where(RunStep.id.in_(sorted({task.step_id for task in found})))
    )
    at = {row.id: row for row in session.execute(records.engine(statement))} if found else {}
    versions.read_versions(session, {row.version_id for row in at.values()})
    return [task for task in found if _allows(session, at[task.step_id].version_id, at[task.step_id].key)]


def _allows(session: Session, version_id: int, key: str) -> bool:
    step = versions.definition_of(versions.version_of(session, version_id)).step(key)
    return step is not None and "batch" in step.allow


def _lets(session: Session, task: Task) -> bool:
    run = records.run_at(session, task.run_id)
    return _allows(session, run.version_id, session.get_one(RunStep, task.step_id).key)


def approve_all(
    session: Session, actor: Actor, chosen: Sequence[tuple[int, str]], comment: str = ""
) -> list[Said]:
    """Approve tasks, each with the digest of what was seen and all with the same comment; one that cannot be approved
    says why, and the others are approved nevertheless.
    """
    told = []
    for task_id, seen in chosen[:MOST]:
        try:
            with session.begin_nested():
                task = session.get(Task, task_id)
                if task is None or not _lets(session, task):
                    raise tasks.not_there()
                tasks.answer(session, actor, task_id, APPROVED, seen=seen, comment=comment)
            told.append(Said(task_id, ""))
        except DomainError as error:
            told.append(Said(task_id, error.message))
    return told
