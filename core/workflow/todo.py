"""What a step gives somebody to do (待办): its text, and that it is marked as done rather than agreed to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.kernel.specs import Answer
from core.workflow import records
from core.workflow.designing import versions
from core.workflow.models import APPROVED, REFUSED, Task
from core.workflow.processes.models import Run, RunStep

_ = catalogue("workflow")

#: What whoever is asked can say, and what it means for the run.
ANSWERS: dict[str, Answer] = {"approve": APPROVED, "refuse": REFUSED, "done": APPROVED}


def of_tasks(session: Session, found: Collection[Task]) -> dict[int, Text | str]:
    """What is to do, by the number of the task, for those of steps that give something to do."""
    steps = {task.step_id for task in found if task.to_do}
    if not steps:
        return {}
    statement = (
        select(RunStep.id, RunStep.key, Run.version_id).join(Run, Run.id == RunStep.run_id)
        .where(RunStep.id.in_(sorted(steps)))
    )
    rows = {row.id: row for row in session.execute(records.engine(statement))}
    return {
        task.id: text_of(session, rows[task.step_id].version_id, rows[task.step_id].key)
        for task in found if task.step_id in rows
    }


def text_of(session: Session, version_id: int, key: str) -> Text | str:
    """The text of a step that gives something to do; its title where it has none."""
    step = versions.definition_of(versions.version_of(session, version_id)).step(key)
    if step is None:
        return _("Something to do")
    return str(Translation(step.detail.get("task") or {})) or str(step.title) or _("Something to do")


def insist(task: Task, said: Answer) -> None:
    """What was given to do is done or waits; raises ``DomainError`` for a no."""
    if said == REFUSED and task.to_do:
        raise DomainError("task.todo", _("This is something to do: mark it as done, or hand it on."), "answer")


def meant(task: Task, word: str) -> Answer:
    """What an answer means. Raises ``DomainError`` where done is said of a question, or yes and no of something to do.
    """
    if (word == "done") != task.to_do:
        raise DomainError("task.todo", _("What is to do is answered with done, a question with yes or no."), "answer")
    return ANSWERS[word]
