"""Questions that people decide, whomever the lists name: asking, withdrawing, what became of them, counting them."""

from core.kernel.specs import Answer, TaskKind
from core.workflow.counting import siblings, used
from core.workflow.models import Task
from core.workflow.reading import preview
from core.workflow.several import deciders
from core.workflow.tasks import answer as decide
from core.workflow.tasks import answer_of, ask, is_approved, withdraw

__all__ = [
    "Answer",
    "Task",
    "TaskKind",
    "answer_of",
    "ask",
    "decide",
    "deciders",
    "is_approved",
    "preview",
    "siblings",
    "used",
    "withdraw",
]
