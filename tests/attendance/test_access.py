"""Who sees whose attendance: by the scopes of the authority list, in lists as in single checks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import CLOSE, DAYS, IMPORT, PUNCHES, RECORD, REOPEN
from attendance.models import DayResult, MonthResult, Punch
from attendance.services.month import close_month
from attendance.services.setup import record_absence
from attendance.services.show import month_views, own_employments, sheet
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.db.guard import UnguardedStatement
from core.kernel.house import House
from core.org.tree import renumber
from remit.base import Actor, Month, Period
from remit.models import Employment, Position, PositionVersion, Translation, Unit, UnitVersion
from remit.services import allowed, visible
from remit.specs import Denied
from tests.attendance.conftest import SYSTEM, Company, hire, make_company

OCTOBER = Month(2026, 10)
TITLE = Translation(zh_CN="查看考勤", en="See attendance")


def actor_of(employment: Employment, account: int) -> Actor:
    return Actor(kind="person", account_id=account, person_id=employment.person_id)


@pytest.fixture
def company(house: House) -> Company:
    """Two units; the head of one may see its attendance, everybody his own, HR all of the company."""
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, ["1", "2"])
        entity = company.legal_entity_id
        sales, head, clerk = Unit(code="SALES"), Position(code="HEAD"), Position(code="HR")
        session.add_all([sales, head, clerk])
        session.flush()
        version = dict(valid_from=date(2020, 1, 1), title=TITLE)
        session.add(UnitVersion(unit_id=sales.id, legal_entity_id=entity, **version))
        session.add(PositionVersion(position_id=head.id, unit_id=sales.id, headcount=1, **version))
        session.add(PositionVersion(position_id=clerk.id, unit_id=sales.id, headcount=1, **version))
        rep = Company(entity, sales, head, company.employments)
        hire(session, rep, "S1", date(2026, 1, 1))
        hire(session, Company(entity, sales, clerk, company.employments), "S2", date(2026, 1, 1))
        renumber(session)
        entries = (
            EntryDraft("A1", "HEAD", DAYS, TITLE, "unit", power="read"),
            EntryDraft("A2", "HR", DAYS, TITLE, "company", power="read"),
            EntryDraft("A3", "HR", PUNCHES, TITLE, "company", power="read"),
            EntryDraft("A4", "HR", CLOSE, TITLE, "company", power="do"),
            EntryDraft("A5", "HR", RECORD, TITLE, "company", power="do"),
        )
        publish(session, SYSTEM, ListDraft("SALES", 1, date(2020, 1, 1), entries=entries))
        close_month(session, SYSTEM, OCTOBER)
    return company


def numbers(session: Session, actor: Actor, month: Month = OCTOBER) -> list[str]:
    return [row.number for row in sheet(session, actor, month).rows]


def test_a_head_sees_his_unit_and_hr_the_company(house: House, company: Company) -> None:
    head, clerk, dev = actor_of(company["S1"], 1), actor_of(company["S2"], 2), actor_of(company["1"], 3)
    for actor, expected in [(head, ["S1", "S2"]), (clerk, ["1", "2", "S1", "S2"]), (dev, [])]:
        with house.session(actor) as session:
            assert numbers(session, actor) == expected
            assert numbers(session, actor, Month(2026, 11)) == expected
            assert sheet(session, actor, OCTOBER).total == len(expected)
            for employment in company.employments.values():
                assert allowed(session, actor, DAYS, employment) == (employment.number in expected)


def test_rows_in_sql_and_single_checks_agree(house: House, company: Company) -> None:
    head = actor_of(company["S1"], 1)
    models: tuple[Any, ...] = (DayResult, MonthResult)
    with house.session(head) as session:
        for model in models:
            rows = session.scalars(visible(session, head, DAYS, select(model))).all()
            assert {row.employment_id for row in rows} == {company["S1"].id, company["S2"].id}
            assert {one.number for one in company.employments.values() if allowed(session, head, DAYS, one)} == {
                "S1", "S2",
            }  # fmt: skip
        assert session.scalars(visible(session, head, PUNCHES, select(Punch))).all() == []


def test_a_statement_without_authority_is_refused(house: House, company: Company) -> None:
    head = actor_of(company["S1"], 1)
    for model in (DayResult, MonthResult, Punch):
        with house.session(head) as session, pytest.raises(UnguardedStatement):
            session.scalars(select(model)).all()


def test_everybody_sees_his_own(house: House, company: Company) -> None:
    dev = actor_of(company["1"], 3)
    with house.session(dev) as session:
        (own,) = own_employments(session, dev, OCTOBER.period)
        assert own.number == "1"
        assert month_views(session, OCTOBER, [own.id])[own.id].closed
        assert own_employments(session, Actor(kind="person", account_id=9), OCTOBER.period) == []


def test_who_may_record_and_who_may_reopen(house: House, company: Company) -> None:
    head, clerk = actor_of(company["S1"], 1), actor_of(company["S2"], 2)
    day = Period(date(2026, 11, 2), date(2026, 11, 3))
    with pytest.raises(Denied), house.session(head, write=True) as session:
        record_absence(session, head, company["S2"], "annual", day)
    with house.session(clerk, write=True) as session:
        assert record_absence(session, clerk, company["1"], "annual", day).paid
        assert not allowed(session, clerk, REOPEN)
        assert not allowed(session, clerk, IMPORT)


def test_the_sheet_is_found_by_name_and_number(house: House, company: Company) -> None:
    clerk = actor_of(company["S2"], 2)
    with house.session(clerk) as session:
        assert [row.number for row in sheet(session, clerk, OCTOBER, name="S").rows] == ["S1", "S2"]
        assert [row.name for row in sheet(session, clerk, OCTOBER, name="员工2").rows] == ["员工2"]
