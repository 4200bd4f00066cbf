"""Questions that people decide, whomever the lists name: asking, withdrawing, what became of them, counting them."""

from core.kernel.specs import Answer, TaskKind
from core.workflow.counting import siblings, used
from core.workflow.models import Task
from core.workflow.processes.models import Run
from core.workflow.reading import deciding_of, way_of
from core.workflow.several import deciders
from core.workflow.tasks import answer as decide
from core.workflow.tasks import answer_of, ask, is_approved, open_tasks, recall, run_of, withdraw
from core.workflow.way import preview

__all__ = [
    "Answer",
    "Run",
    "Task",
    "TaskKind",
    "answer_of",
    "ask",
    "decide",
    "deciders",
    "deciding_of",
    "is_approved",
    "open_tasks",
    "preview",
    "recall",
    "run_of",
    "siblings",
    "used",
    "way_of",
    "withdraw",
]
