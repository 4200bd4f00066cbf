"""What the demo company's people are told: each who it concerns, and nobody else."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from attendance.events import MonthClosed
from attendance.models import MonthResult
from core.authority.events import ListPublished
from core.authority.models import PublishedList
from core.events.deliverer import Deliverer
from core.identity.models import Account
from core.kernel.events import Event
from core.notify.models import Notice, NotificationRow
from core.web import ports
from payroll.events import RunPublished
from payroll.models import Run, Slip
from remit.base import Actor, Month
from remit.events import emit
from remit.models import Assignment, Employment, Position
from remit.services import system

SYSTEM = Actor.system("tests")


def told(company: Flask, event: Event) -> tuple[set[int], str]:
    """Tell of an event; the persons who were told, and the subject in Chinese."""
    house = ports.of(company).house
    Deliverer(house).run_waiting()
    with house.session(SYSTEM, write=True) as session:
        emit(session, event)
    Deliverer(house).run_waiting()
    with house.session(SYSTEM) as session:
        last = session.scalars(select(NotificationRow).order_by(NotificationRow.id.desc())).first()
        assert last is not None
        persons = session.scalars(
            select(Account.person_id).join(Notice, Notice.account_id == Account.id)
            .where(Notice.notification_id == last.id)
        )
        return {person for person in persons if person is not None}, last.title.render("zh_CN")


def with_account(company: Flask, persons: set[int]) -> set[int]:
    with ports.of(company).house.session(SYSTEM) as session:
        return persons & {one for one in session.scalars(select(Account.person_id)) if one is not None}


def test_who_has_a_payslip_is_told_that_it_is_ready(company: Flask) -> None:
    with ports.of(company).house.session(SYSTEM) as session, system(session, "a test looks"):
        run = session.scalars(select(Run.id).order_by(Run.id)).first() or 0
        paid = set(session.scalars(select(Slip.person_id).where(Slip.run_id == run)))
    found, subject = told(company, RunPublished(run, Month(2026, 10)))
    assert found == with_account(company, paid) != set()
    assert subject == "2026 年 10 月工资条已发布"


def test_whose_month_was_closed_is_told(company: Flask) -> None:
    with ports.of(company).house.session(SYSTEM) as session, system(session, "a test looks"):
        theirs = set(session.scalars(
            select(Employment.person_id).join(MonthResult, MonthResult.employment_id == Employment.id)
            .where(MonthResult.month == 202610)
        ))
    found, subject = told(company, MonthClosed(Month(2026, 10), 1))
    assert found == with_account(company, theirs) != set()
    assert subject == "2026 年 10 月考勤已封账"


def test_who_holds_a_post_of_a_list_is_told_of_its_version(company: Flask) -> None:
    with ports.of(company).house.session(SYSTEM) as session, system(session, "a test looks"):
        head = session.scalars(select(Position.id).where(Position.code == "HR-PAY")).one()
        holders = set(session.scalars(select(Assignment.person_id).where(Assignment.position_id == head)))
        row = next(one for one in session.scalars(select(PublishedList)) if one.source.endswith("HRD.yaml"))
        event = ListPublished(row.id, row.unit_id, 2, row.effective_from)
    found, subject = told(company, event)
    assert with_account(company, holders) <= found
    assert subject == "你的权责清单有新版本"
