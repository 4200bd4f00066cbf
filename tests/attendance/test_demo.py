"""The demo company's attendance: the planted facts are there, three months are closed, the same seed says the same."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from attendance.models import CLOSED, Correction, Import, MonthResult, MonthState, OvertimeRequest, Punch
from attendance.rules.shift import Status
from attendance.services.importing import import_punches
from attendance.services.show import MonthView, month_views
from core.demo.build import build
from core.kernel.house import House
from remit.base import Month
from remit.models import Employment
from remit.services import system
from tests.attendance.conftest import SYSTEM, attlog


@pytest.fixture
def company(house: House) -> House:
    build(house, lambda *_steps: None)
    return house


def view(house: House, number: str, month: Month) -> MonthView:
    with house.session(SYSTEM) as session:
        with system(session, "tests find an employee"):
            one = session.scalars(select(Employment.id).where(Employment.number == number)).one()
        return month_views(session, month, [one])[one]


def test_hook_give_demo(company: House) -> None:
    with company.session(SYSTEM) as session, system(session, "tests look at the demo company"):
        closed = session.scalars(select(MonthState.month).where(MonthState.state == CLOSED).distinct()).all()
        assert sorted(closed) == [202608, 202609, 202610]
        people = dict(
            session.execute(
                select(MonthResult.month, func.count()).where(MonthResult.state == CLOSED).group_by(MonthResult.month)
            ).all()
        )
        assert people == {202608: 61, 202609: 63, 202610: 63}  # the intern and an assistant join, a rep leaves
        punches = session.scalar(select(func.count()).select_from(Punch)) or 0
        assert 8_000 < punches < 10_500
        assert session.scalars(select(Import.rejected).where(Import.rejected > 0)).all() == [2, 2]
        sums = session.execute(
            select(
                func.sum(MonthResult.late_count), func.sum(MonthResult.missing_count),
                func.sum(MonthResult.absent_days), func.sum(MonthResult.ot_holiday_minutes),
                func.sum(MonthResult.ot_workday_minutes), func.sum(MonthResult.unpaid_days),
            )
        ).one()  # fmt: skip
    late, missing, absent, holiday, overtime, unpaid = sums
    assert 50 < late < 160
    assert 20 < missing < 90
    assert absent == 100
    # One engineer on 2 October, and the release night of 24 September, which runs into Mid-Autumn.
    assert 200 + 300 <= holiday <= 400 + 400
    assert overtime > 1000
    assert unpaid == 100


def test_overtime_and_a_forgotten_punch(company: House) -> None:
    """Two hours that were approved and worked or not, a Saturday that waits, a correction that waits."""
    with company.session(SYSTEM) as session, system(session, "tests look at the demo company"):
        asked = session.execute(
            select(OvertimeRequest.state, OvertimeRequest.minutes, OvertimeRequest.compensation)
            .order_by(OvertimeRequest.id)
        ).all()  # fmt: skip
        assert [tuple(one) for one in asked] == [("approved", 120, "pay"), ("submitted", 180, "in_lieu")]
        (correction,) = session.scalars(select(Correction)).all()
        assert (correction.state, correction.day.month) == ("submitted", 11)


def test_the_planted_people(company: House) -> None:
    today = view(company, "LK045", Month(2026, 11)).days[date(2026, 11, 23)]
    assert today.status == Status.LEAVE
    nights = [day for day in view(company, "LK027", Month(2026, 9)).days.values() if (day.last or 0) > 1440]
    assert len(nights) >= 3
    assert all(day.night > 300 for day in nights)
    assert view(company, "LK059", Month(2026, 9)).days[date(2026, 9, 15)].status == Status.ABSENT
    assert view(company, "LK026", Month(2026, 8)).totals["leave_days"] == 2100
    assert max(view(company, "LK054", Month(2026, 10)).days) == date(2026, 10, 24)
    running = view(company, "LK010", Month(2026, 11))
    assert not running.closed
    assert running.days[date(2026, 11, 24)].status == Status.OPEN


def test_importing_it_again_changes_nothing(company: House) -> None:
    """The log of the terminals is idempotent, also for the story's own lines."""
    with company.session(SYSTEM, write=True) as session:
        report = import_punches(
            session, SYSTEM, attlog((999, "2026-11-05 09:12:31")).replace(b"\t0\t1\t0", b"\t255\t1\t0"), name="x.dat",
            source="zk-shanghai",
        )  # fmt: skip
        assert not report.changed
