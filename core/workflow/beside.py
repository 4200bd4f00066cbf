"""What stands beside a question for whoever is to decide it: what is left of his total, and what was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import totals
from core.base import clock
from core.base.text import Text, catalogue
from core.workflow.models import APPROVED, REFUSED, Task

_ = catalogue("workflow")

#: So far back one looks for the same kind of the same person.
PAST = timedelta(days=365)
Fact = tuple[Text, Text | str]


def facts(session: Session, task: Task, mine: Decision) -> list[Fact]:
    """Facts for whoever may decide a task by ``mine``, in two statements, and one more where his entry has a total."""
    return [*_left(session, mine), *_before(session, task)]


def _left(session: Session, mine: Decision) -> Sequence[Fact]:
    """What is used up of the total of the entry he decides by."""
    post, _dot, code = (mine.entry or "").rpartition(".")
    if mine.position_id is None:
        return []
    found = totals.of_posts(session, [mine.position_id], clock.today()).get(post, {}).get(code, [])
    return [
        (_("Total of {entry}", entry=mine.entry or ""),
         _("{used} used {period}, {left} left", used=rest.used_words, period=rest.period, left=rest.left_words))
        for rest in found
    ]


def _before(session: Session, task: Task) -> Sequence[Fact]:
    """How often whoever asks has asked the same within a year, and what became of it."""
    if task.requester_person_id is None:
        return []
    counted = session.execute(
        select(Task.state, func.count()).where(
            Task.requester_person_id == task.requester_person_id, Task.kind == task.kind, Task.id != task.id,
            Task.asked_at > clock.now() - PAST,
        ).group_by(Task.state)
    )
    by_state: dict[str, int] = {state: count for state, count in counted}
    return [(_("The same within a year"), _(
        "{asked} asked, {approved} approved, {refused} refused", asked=sum(by_state.values()),
        approved=by_state.get(APPROVED, 0), refused=by_state.get(REFUSED, 0),
    ))]  # fmt: skip
