"""Reminding whoever decides (催办): once a day, by whoever asked, of whoever decides it by the lists of that moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core.base.errors import DomainError, NotFound
from core.events.models import EventRow
from core.workflow import tasks
from remit.workflow import Task
from tests.plugins.crm.conftest import Office
from tests.plugins.crm.test_story import waits_for

NUDGED = "workflow.task_nudged"


def nudge(office: Office, task: Task, who: str = "sun") -> Task:
    actor = office.company.actor(who)
    with office.company.house.session(actor, write=True) as session:
        return tasks.nudge(session, actor, task.id)


def told(office: Office) -> list[str]:
    """Who was reminded, in order."""
    people = {one.person_id: name for name, one in office.company.people.items()}

    def read(session: Any) -> list[str]:
        rows = session.scalars(select(EventRow).where(EventRow.name == NUDGED).order_by(EventRow.id)).all()
        return [people[row.payload["person_id"]] for row in rows]

    return list(office.look(read))


def test_whoever_asked_reminds_whoever_decides_once_a_day(office: Office, march: time_machine.Traveller) -> None:
    """The day is that of Shanghai: at 16:00 in London the next one begins there."""
    march.move_to(datetime(2026, 3, 20, 1, tzinfo=UTC))
    task = office.ask(800_000)
    nudge(office, task)
    with pytest.raises(DomainError, match="reminded of it today"):
        nudge(office, task)
    march.move_to(datetime(2026, 3, 20, 15, 59, tzinfo=UTC))
    with pytest.raises(DomainError, match="reminded of it today"):
        nudge(office, task)
    march.move_to(datetime(2026, 3, 20, 16, 0, tzinfo=UTC))
    nudge(office, task)
    assert told(office) == ["wang", "wang"]


def test_nobody_else_reminds(office: Office) -> None:
    task = office.ask(800_000)
    for name in ("wang", "li", "chen"):
        with pytest.raises(NotFound):
            nudge(office, task, name)
    assert told(office) == []


def test_what_is_answered_or_what_nobody_may_decide_reminds_nobody(office: Office) -> None:
    task = office.ask(800_000)
    office.say(task, "wang")
    with pytest.raises(DomainError, match="answered already"):
        nudge(office, task)
    with pytest.raises(DomainError, match="Nobody may decide it"):
        nudge(office, office.ask(200_000_000))
    assert told(office) == []


def test_whoever_decides_it_by_now_is_reminded_also_on_the_same_day(office: Office) -> None:
    """It was wang's; as it asks for more it is li's, who was not reminded yet."""
    task = office.ask(800_000)
    nudge(office, task)
    office.change(task, amount=1_200_000)
    nudge(office, task)
    assert waits_for(office, task) == "li"
    assert told(office) == ["wang", "li"]
