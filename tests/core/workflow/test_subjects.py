"""A task keeps what it is about in one line, so that lists of any kinds take as many statements as those of one."""

from __future__ import annotations

from sqlalchemy import select, update

from core.base.text import use_locale
from core.workflow import reading, routes
from core.workflow.models import Task
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import Office


def told(office: Office, name: str, locale: str) -> list[str]:
    """The inbox of somebody, in a language."""
    person = office.company.people[name].person_id
    with use_locale(locale):
        return [str(line.subject) for line in office.look(
            lambda session: reading.lines(session, reading.waiting(session, person)))]  # fmt: skip


def test_each_language_reads_what_was_asked(office: Office) -> None:
    office.hand_in(1_200_000, payee="Qiming")
    assert told(office, "li", "zh_CN") == ["线上广告：¥12,000.00，付给Qiming"]
    assert told(office, "li", "en") == ["Online advertising: ¥12,000.00 to Qiming"]


def test_what_was_put_before_is_told_once_it_is_routed(office: Office) -> None:
    """A task of an earlier version has no subject: its kind stands there until the lists are asked anew."""
    office.hand_in(1_200_000, payee="Qiming")
    with office.company.house.session(SYSTEM, write=True) as session:
        old = update(Task).values(subject={}, routed_at=None)
        session.execute(old, execution_options={"synchronize_session": False})
    assert told(office, "li", "en") == ["Spending request"]
    routes.refresh(office.company.house)
    assert told(office, "li", "en") == ["Online advertising: ¥12,000.00 to Qiming"]
    assert office.look(lambda session: session.scalars(select(Task.next_person_id)).all()) == [
        office.company.people["li"].person_id
    ]
