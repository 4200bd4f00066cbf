"""A step that gives somebody something to do: it says what, and is marked as done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.base.errors import DomainError
from core.events.models import EventRow
from core.kernel import events
from core.workflow import reading, telling, todo
from core.workflow.events import TaskRouted
from core.workflow.models import Task
from tests.core.workflow.conftest import LISTS, Office

BADGE: dict[str, Any] = {
    "key": "badge", "type": "assign", "to": {"position": "ACQ-H"}, "task": {"en": "Make the badge", "zh_CN": "工牌"},
}


def test_it_says_what_is_to_do_and_is_done(office: Office) -> None:
    office.publish(BADGE, LISTS)
    run = office.hand_in(800_000)
    [task] = office.waiting(run)
    line = office.look(lambda session: reading.lines(session, [session.get(Task, task.id)])[0])
    assert str(line.subject).startswith("Make the badge (")
    shown = office.do("wang", lambda session, actor: str(reading.show(session, actor, task.id).todo))
    assert shown == "Make the badge"
    with pytest.raises(DomainError, match="something to do"):
        office.say(task, "wang", "refused")
    office.say(task, "wang")
    assert [key for key, _state in office.steps(run)] == ["badge", "lists"]
    seen = office.do("wang", lambda session, actor: reading.show(session, actor, task.id).steps)
    assert "Done: no" in [str(step.why) for step in seen]


def test_whoever_has_to_do_it_is_told_what(office: Office) -> None:
    office.publish(BADGE)
    office.hand_in(800_000)
    row = office.look(lambda s: s.scalars(select(EventRow).where(EventRow.name == TaskRouted.name)).one())
    told = office.look(lambda session: telling._waits(session, events.from_json(TaskRouted, row.payload)))  # type: ignore[arg-type]
    assert str(told.subject) == "To do: Make the badge"


def test_a_question_tells_nothing_of_it(office: Office) -> None:
    office.publish(LISTS)
    [task] = office.waiting(office.hand_in(800_000))
    assert office.look(lambda session: todo.of_tasks(session, [session.get(Task, task.id)])) == {}


@pytest.mark.parametrize(("step", "word"), [(BADGE, "approve"), (BADGE, "refuse"), (LISTS, "done")])
def test_each_is_answered_in_its_own_words(office: Office, step: dict[str, Any], word: str) -> None:
    office.publish(step)
    [task] = office.waiting(office.hand_in(800_000))
    with pytest.raises(DomainError, match="answered with done"):
        office.look(lambda session: todo.meant(session.get(Task, task.id), word))


def test_a_step_without_words_is_called_by_its_title(office: Office) -> None:
    office.publish({**BADGE, "task": {}, "title": {"en": "Badge", "zh_CN": "工牌"}})
    [task] = office.waiting(office.hand_in(800_000))
    assert {str(one) for one in office.look(lambda s: todo.of_tasks(s, [s.get(Task, task.id)])).values()} == {"Badge"}
