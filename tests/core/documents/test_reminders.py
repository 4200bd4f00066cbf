"""Reminders: once for each lead time, whatever happens in between; and the end of retention."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.db.guard import system
from core.documents.models import Document
from core.documents.services import keeping, reminders, retention
from core.events.models import EventRow
from core.files.models import File
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.org import services as org
from core.org.models import Employment
from tests.core.documents.conftest import TODAY
from tests.core.documents.papers import PDF, contract
from tests.core.org.company import SYSTEM
from tests.core.org.desk import Desk


def told(desk: Desk) -> list[tuple[str, int, int | None, int | None]]:
    """Name, document, days left and lead of every reminder, in order."""
    with desk.house.session(SYSTEM) as session:
        return [
            (row.name.rpartition("_")[2], row.payload["document_id"], row.payload.get("days_left"),
             row.payload.get("lead"))
            for row in session.scalars(
                select(EventRow).where(EventRow.name.like("documents.document_expir%")).order_by(EventRow.id))
        ]  # fmt: skip


def days(desk: Desk, *after: int) -> None:
    """The job runs on these days after today."""
    for one in after:
        with desk.house.session(SYSTEM, write=True) as session:
            reminders.remind(session, today=TODAY + timedelta(days=one))


def test_each_lead_time_is_told_once_day_by_day(desk: Desk) -> None:
    document = contract(desk, "ads", expires_on=TODAY + timedelta(days=70))
    days(desk, *range(75))
    assert told(desk) == [
        ("expiring", document, 60, 60), ("expiring", document, 30, 30), ("expiring", document, 7, 7),
        ("expired", document, None, None),
    ]


def test_after_an_outage_the_nearest_lead_alone_is_told(desk: Desk) -> None:
    document = contract(desk, "ads", expires_on=TODAY + timedelta(days=70))
    days(desk, 0, 65, 65, 66, 80, 81)
    assert told(desk) == [("expiring", document, 5, 7), ("expired", document, None, None)]


def test_a_document_that_was_renewed_begins_anew(desk: Desk) -> None:
    document = contract(desk, "ads", expires_on=TODAY + timedelta(days=5))
    days(desk, 0)
    actor = desk.actor("ceo")
    with desk.house.session(actor, write=True) as session:
        keeping.change(session, actor, keeping.find(session, actor, document), number=None, issued_on=None,
                       expires_on=TODAY + timedelta(days=400), note="")
    days(desk, 1, 10, 345, 346)
    assert told(desk) == [("expiring", document, 5, 7), ("expiring", document, 55, 60)]


def test_the_earlier_of_two_contracts_is_not_told(desk: Desk) -> None:
    contract(desk, "ads", expires_on=TODAY + timedelta(days=5))
    later = contract(desk, "ads", expires_on=TODAY + timedelta(days=50))
    contract(desk, "ads", kind="education")
    days(desk, 0, 10)
    assert told(desk) == [("expiring", later, 50, 60)]


def test_nobody_is_told_of_somebody_who_has_left(desk: Desk) -> None:
    contract(desk, "ads", expires_on=TODAY + timedelta(days=5))
    leaves(desk, "ads", TODAY - timedelta(days=1))
    days(desk, 0, 3)
    assert told(desk) == []


def leaves(desk: Desk, who: str, day: date) -> None:
    with desk.house.session(SYSTEM, write=True) as session, system(session, "a test"):
        org.leave(session, SYSTEM, session.get_one(Employment, desk.people[who].id), last_day=day)


def test_the_job_does_it(desk: Desk) -> None:
    document = contract(desk, "ads", expires_on=TODAY)
    with desk.house.session(SYSTEM, write=True) as session:
        enqueue(session, SYSTEM, "documents.remind", {})
    Pool(desk.house).run_waiting()
    assert told(desk) == [("expiring", document, 0, 7)], "the last day is one on which it holds"


# -- retention ---------------------------------------------------------------------------------------------------------


def documents(desk: Desk) -> set[int]:
    with desk.house.session(SYSTEM) as session, system(session, "a test"):
        return set(session.scalars(select(Document.id)))


@pytest.mark.parametrize(("years", "gone"), [(1.99, False), (2.01, True)])
def test_documents_go_two_years_after_somebody_has_left(desk: Desk, years: float, gone: bool) -> None:
    """A labour contract is kept for two years after the employment (劳动合同法 第五十条)."""
    mine = contract(desk, "ads", files=(("a.pdf", PDF),))
    other = contract(desk, "sal", expires_on=date(2010, 1, 1))
    held = contract(desk, "ads", kind="education")
    actor: Any = desk.actor("ceo")
    with desk.house.session(actor, write=True) as session:
        keeping.hold(session, actor, keeping.find(session, actor, held), held=True)
    leaves(desk, "ads", TODAY)
    with desk.house.session(SYSTEM, write=True) as session:
        assert retention.purge(session, today=TODAY + timedelta(days=int(365.25 * years))) == int(gone)
    assert documents(desk) == ({other, held} if gone else {mine, other, held})
    with desk.house.session(SYSTEM) as session:
        assert len(session.scalars(select(File)).all()) == int(not gone)
