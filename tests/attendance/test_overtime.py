"""Overtime end to end in services: asked for, decided, compared with the punches, paid or compensated by time off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from attendance.actions import OVERTIME, OVERTIME_READ
from attendance.models import OvertimeRequest
from attendance.models.leave import CANCELLED
from attendance.services.leave import away, types
from attendance.services.leave.recording import record_leave
from attendance.services.month import close_month
from attendance.services.overtime import bounds, look, requests, settling
from core.kernel.house import House
from core.kernel.house import give as ask_all
from remit import workflow
from remit.base import Actor, DomainError, Month, Period
from remit.contracts import Ask
from remit.services import load
from remit.specs import Denied
from tests.attendance.asking_company import (
    asked,
    asking,
    decided,
    late,
    overtime_of,
    punched,
    settings,
    time_off,
    totals,
)
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import clerk, company, dev, head

__all__ = ["asking", "clerk", "company", "dev", "head"]

pytestmark = pytest.mark.usefixtures("asking")


def settled(house: House) -> dict[str, int]:
    with house.session(SYSTEM, write=True) as session:
        return settling.settle(session, SYSTEM)


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_the_evening_before_national_day(house: House, company: Company, dev: Actor, clerk: Actor) -> None:
    """Wednesday 30 September 2026, asked 20:00 to 02:00, there from 08:55 to 02:03: 240 minutes at 150 %, 120 at 300 %.

    Without a request the same punches are six hours of a workday and 123 minutes of the holiday.
    """
    punched(house, (1, "2026-09-30 08:55:00"), (1, "2026-10-01 02:03:00"))
    assert totals(house, company["1"], "2026-09") == (360, 0, 123)
    one = asked(house, dev, "2026-09-30", "20:00", "02:00")
    found = overtime_of(house, one)
    assert (found.work_day, found.by_kind, found.minutes) == (date(2026, 9, 30), (240, 0, 120), 360)
    assert found.day_kind == "holiday"
    assert totals(house, company["1"], "2026-09") == (360, 0, 123)
    decided(house, clerk, OVERTIME, one)
    assert totals(house, company["1"], "2026-09") == (240, 0, 120)
    assert overtime_of(house, one).recognised == 360


def test_whichever_is_less(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """Three hours were approved and the last punch is at 20:10: two hours, rounded down to the half hour."""
    one = asked(house, dev, "2026-11-20", "18:00", "21:00")
    decided(house, head, OVERTIME, one)
    assert overtime_of(house, one).recognised == 0
    punched(house, (1, "2026-11-20 08:55:00"), (1, "2026-11-20 20:10:00"))
    assert totals(house, company["1"], "2026-11") == (120, 0, 0)
    assert settled(house) == {"requests": 1, "minutes": 120, "lots": 0}
    assert overtime_of(house, one).recognised == 120
    settings(house, counted="approved")
    assert totals(house, company["1"], "2026-11") == (180, 0, 0)
    settings(house, counted="actual")
    assert totals(house, company["1"], "2026-11") == (120, 0, 0)


def test_what_nobody_asked_for(house: House, company: Company, dev: Actor) -> None:
    """It counts as the punches show it, unless the company counts only what was asked for; a wait is no approval."""
    punched(house, (1, "2026-11-19 08:55:00"), (1, "2026-11-19 20:10:00"))
    asked(house, dev, "2026-11-19", "18:00", "20:00")
    assert totals(house, company["1"], "2026-11") == (120, 0, 0)
    settings(house, asked_only=True)
    assert totals(house, company["1"], "2026-11") == (0, 0, 0)


def test_a_saturday_becomes_time_off(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """Saturday 21 November, asked 10:00 to 16:00, there from 9:30 to 15:45: six hours and a quarter, rounded down to
    six, are three quarters of a day; to be taken from Sunday on until the end of May, and not paid.
    """
    punched(house, (1, "2026-11-21 09:30:00"), (1, "2026-11-21 15:45:00"))
    assert totals(house, company["1"], "2026-11") == (0, 360, 0)
    one = asked(house, dev, "2026-11-21", "10:00", "16:00", "in_lieu")
    decided(house, head, OVERTIME, one)
    assert totals(house, company["1"], "2026-11") == (0, 0, 0)
    assert time_off(house, company["1"]) == [(date(2026, 11, 22), date(2027, 6, 1), 75)]
    assert settled(house) == {"requests": 1, "minutes": 360, "lots": 0}
    assert time_off(house, company["1"]) == [(date(2026, 11, 22), date(2027, 6, 1), 75)]


def test_punches_that_come_late_correct_the_ledger(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """The terminal of the Saturday is read on Monday: nothing first, then three quarters, then nothing twice."""
    one = asked(house, dev, "2026-11-21", "10:00", "16:00", "in_lieu")
    decided(house, head, OVERTIME, one)
    assert time_off(house, company["1"]) == []
    punched(house, (1, "2026-11-21 09:30:00"), (1, "2026-11-21 13:40:00"))
    assert settled(house)["lots"] == 1
    assert time_off(house, company["1"])[0][2] == 50
    punched(house, (1, "2026-11-21 15:45:00"))
    assert settled(house)["lots"] == 0
    assert time_off(house, company["1"])[0][2] == 75


def test_a_closed_month_stays(house: House, company: Company, dev: Actor, clerk: Actor, at_day: Any) -> None:
    """Closing counts the overtime of the month; what is delivered afterwards changes neither pay nor time off."""
    at_day("2026-10-20")
    one = asked(house, dev, "2026-10-24", "10:00", "14:00", "in_lieu")
    decided(house, clerk, OVERTIME, one)
    at_day("2026-11-23")
    punched(house, (1, "2026-10-24 10:00:00"), (1, "2026-10-24 14:00:00"))
    with house.session(clerk, write=True) as session:
        close_month(session, clerk, Month(2026, 10))
    assert [lot[2] for lot in time_off(house, company["1"])] == [50]
    punched(house, (1, "2026-10-24 18:00:00"))
    assert settled(house)["requests"] == 0
    assert [lot[2] for lot in time_off(house, company["1"])] == [50]
    with pytest.raises(DomainError) as refused:
        asked(house, dev, "2026-10-26", "18:00", "20:00")
    assert (refused.value.code, refused.value.field) == ("attendance.closed", "day")


# -- who decides, and the way back -------------------------------------------------------------------------------------


def test_lists_bound_what_the_head_decides(house: House, dev: Actor, head: Actor, clerk: Actor) -> None:
    """Up to three hours of pay; four go to HR, and a Saturday against time off is the head's however long it is."""
    long = asked(house, dev, "2026-11-24", "18:00", "22:00")
    with pytest.raises(Denied):
        decided(house, head, OVERTIME, long)
    decided(house, clerk, OVERTIME, long)
    decided(house, head, OVERTIME, asked(house, dev, "2026-11-25", "18:00", "21:00"))
    decided(house, head, OVERTIME, asked(house, dev, "2026-11-28", "09:00", "17:00", "in_lieu"))
    with pytest.raises(Denied):
        decided(house, dev, OVERTIME, asked(house, dev, "2026-11-26", "18:00", "20:00"))


def test_cancelled_before_it_begins(house: House, company: Company, dev: Actor, clerk: Actor, at_day: Any) -> None:
    one = asked(house, dev, "2026-11-24", "18:00", "20:00")
    decided(house, clerk, OVERTIME, one)
    with house.session(dev, write=True) as session:
        requests.cancel(session, dev, load(session, dev, OVERTIME_READ, OvertimeRequest, one))
    assert overtime_of(house, one).state == CANCELLED
    saturday = asked(house, dev, "2026-11-28", "10:00", "14:00", "in_lieu")
    decided(house, clerk, OVERTIME, saturday)
    at_day("2026-11-30")
    punched(house, (1, "2026-11-28 10:00:00"), (1, "2026-11-28 14:00:00"))
    settled(house)
    assert [lot[2] for lot in time_off(house, company["1"])] == [50]
    with house.session(dev, write=True) as session, pytest.raises(Denied):
        requests.cancel(session, dev, load(session, dev, OVERTIME_READ, OvertimeRequest, saturday))
    with house.session(clerk, write=True) as session:
        requests.cancel(session, clerk, load(session, clerk, OVERTIME_READ, OvertimeRequest, saturday))
    assert [lot[2] for lot in time_off(house, company["1"])] == [0]
    assert totals(house, company["1"], "2026-11") == (0, 240, 0)


def test_a_request_that_is_sent_back_is_a_draft_again(house: House, dev: Actor) -> None:
    one = asked(house, dev, "2026-11-24", "18:00", "20:00")
    with house.session(SYSTEM, write=True) as session:
        request = load(session, SYSTEM, OVERTIME_READ, OvertimeRequest, one)
        requests.TASK_KINDS[0].answered(session, SYSTEM, request, "returned")
        assert request.state == "draft"
    with house.session(dev, write=True) as session:
        request = load(session, dev, OVERTIME_READ, OvertimeRequest, one)
        requests.draft(session, dev, request, late("2026-11-24", "18:00", "19:30"))
        assert request.minutes == 90


def test_a_refused_one_and_one_that_is_taken_back_count_nothing(house: House, dev: Actor, head: Actor) -> None:
    decided(house, head, OVERTIME, asked(house, dev, "2026-11-24", "18:00", "20:00"), "refused")
    second = asked(house, dev, "2026-11-24", "18:00", "20:00")
    with house.session(dev, write=True) as session:
        task = workflow.answer_of(session, OVERTIME, load(session, dev, OVERTIME_READ, OvertimeRequest, second))
        assert task is not None
        workflow.withdraw(session, dev, task.id)
    assert overtime_of(house, second).state == "withdrawn"
    asked(house, dev, "2026-11-24", "18:00", "20:00")


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        (late("2026-11-24", "18:00", "18:00"), "attendance.overtime_order", "ends"),
        (late("2026-11-24", "17:00", "19:00"), "attendance.overtime_shift", "starts"),
        (late("2026-11-24", "23:00", "09:30"), "attendance.overtime_shift", "starts"),
        (late("2019-11-24", "18:00", "19:00"), "attendance.leave_employed", "day"),
        # Article 44 of the Labour Law: only a rest day may be compensated.
        (late("2026-11-24", "18:00", "20:00", "in_lieu"), "attendance.overtime_pay", "compensation"),
        (late("2027-01-01", "10:00", "12:00", "in_lieu"), "attendance.overtime_pay", "compensation"),
        (late("2026-11-24", "18:00", "20:00", "gold"), "attendance.overtime_compensation", "compensation"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(house: House, dev: Actor, values: dict[str, Any], code: str, field: str) -> None:
    with house.session(dev, write=True) as session:
        with pytest.raises(DomainError) as refused, session.begin_nested():
            requests.draft(session, dev, None, values)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert requests.requests(session, dev, own=True) == []


def test_no_overtime_twice_and_none_on_leave(house: House, company: Company, dev: Actor, clerk: Actor) -> None:
    asked(house, dev, "2026-11-24", "18:00", "20:00")
    with pytest.raises(DomainError) as refused:
        asked(house, dev, "2026-11-24", "19:30", "21:00")
    assert refused.value.code == "attendance.overtime_taken"
    asked(house, dev, "2026-11-24", "20:00", "21:00")
    with house.session(clerk, write=True) as session:
        record_leave(session, clerk, company["1"], "personal", Period(date(2026, 11, 25), date(2026, 11, 26)))
    with pytest.raises(DomainError) as refused:
        asked(house, dev, "2026-11-25", "18:00", "20:00")
    assert refused.value.code == "attendance.overtime_away"


def test_the_bounds_of_article_41(house: House, dev: Actor, clerk: Actor) -> None:
    """Three hours a day and 36 a month: said to whoever asks, and refused where the company wants that.

    Twelve workdays of three hours from 2 to 17 November are 36 hours; one more hour is too much. A Saturday against
    time off is not counted, and the month after begins anew.
    """
    def told(*values: str) -> list[str]:
        with house.session(dev) as session:
            return [str(one) for one in look.wish(session, dev, late(*values)).beyond]

    assert told("2026-11-24", "18:00", "21:00") == []
    assert len(told("2026-11-24", "18:00", "21:01")) == 1
    for offset in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15):
        decided(house, clerk, OVERTIME, asked(house, dev, str(date(2026, 11, 2) + timedelta(days=offset)), "18:00",
                                              "21:00"))  # fmt: skip
    (over,) = told("2026-11-24", "18:00", "18:01")
    assert "36 小时" in over
    assert "第四十一条" in over
    assert told("2026-11-28", "10:00", "14:00", "in_lieu") == []
    assert told("2026-12-01", "18:00", "19:00") == []
    asked(house, dev, "2026-11-24", "18:00", "19:00")
    settings(house, over_limit="refuse")
    with pytest.raises(DomainError) as refused:
        asked(house, dev, "2026-11-25", "18:00", "19:00")
    assert (refused.value.code, refused.value.field) == ("attendance.overtime_bound", "ends")


def test_time_off_that_is_given_up_is_not_asked_for(house: House, dev: Actor, clerk: Actor) -> None:
    with house.session(clerk, write=True) as session:
        types.retire_type(session, clerk, types.in_lieu_type(session))
    with pytest.raises(DomainError) as refused:
        asked(house, dev, "2026-11-28", "10:00", "14:00", "in_lieu")
    assert (refused.value.code, refused.value.field) == ("attendance.overtime_compensation", "compensation")


def test_approved_overtime_never_changes(house: House, dev: Actor, clerk: Actor) -> None:
    one = asked(house, dev, "2026-11-24", "18:00", "20:00")
    decided(house, clerk, OVERTIME, one)
    with house.session(SYSTEM, write=True) as session:
        load(session, SYSTEM, OVERTIME_READ, OvertimeRequest, one).reason = "另一个理由"
        with pytest.raises(DomainError) as refused:
            session.flush()
        session.rollback()
    assert refused.value.code == "attendance.overtime_approved"


# -- at once -----------------------------------------------------------------------------------------------------------


def test_four_who_approve_and_count_at_once_give_time_off_once(
    house: House, company: Company, dev: Actor, clerk: Actor, head: Actor
) -> None:
    """Head and clerk approve one Saturday at the same moment, four times, while four jobs count: one lot of 75."""
    punched(house, (1, "2026-11-21 09:30:00"), (1, "2026-11-21 15:45:00"))
    one = asked(house, dev, "2026-11-21", "10:00", "16:00", "in_lieu")

    def approve(actor: Actor) -> str:
        try:
            decided(house, actor, OVERTIME, one)
        except DomainError as refused:
            return refused.code
        return "approved"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(approve, [clerk, head, clerk, head])) == ["approved"] + ["task.answered"] * 3
    with ThreadPoolExecutor(4) as threads:
        assert [one["lots"] for one in threads.map(lambda _n: settled(house), range(4))] == [0] * 4
    assert time_off(house, company["1"]) == [(date(2026, 11, 22), date(2027, 6, 1), 75)]


# -- what modules ask --------------------------------------------------------------------------------------------------


def test_hook_give_overtime_law(house: House, company: Company) -> None:
    """Article 44: 150, 200 and 300 %; article 41: three hours a day, 36 a month. Others are not known."""
    with house.session(SYSTEM) as session:
        law = bounds.law_of(session, company["1"].id, date(2026, 11, 23))
        assert law is not None
        assert law.rates == {"workday": 1_500_000, "restday": 2_000_000, "holiday": 3_000_000}
        assert (law.day_minutes, law.month_minutes, sorted(law.in_lieu)) == (180, 2160, ["restday"])
        assert ask_all(session, "give_overtime_law", country="SG", day=date(2026, 11, 23)) == []
        assert ask_all(session, "give_overtime_law", country="CN", day=date(1994, 12, 31)) == []


def test_hook_give_busy_times(house: House, company: Company, dev: Actor, clerk: Actor) -> None:
    """Friday off, overtime on Saturday from ten to four: 0:00 to 24:00 and 10:00 to 16:00 in Shanghai. What
    waits for an answer is not told, nor what lies outside of the period.
    """
    decided(house, clerk, OVERTIME, asked(house, dev, "2026-11-28", "10:00", "16:00"))
    asked(house, dev, "2026-11-24", "18:00", "20:00")
    with house.session(clerk, write=True) as session:
        record_leave(session, clerk, company["2"], "personal", Period(date(2026, 11, 27), date(2026, 11, 28)))
    ids = np.array(sorted([company["1"].id, company["2"].id]), dtype=np.int64)
    period = Period(date(2026, 11, 23), date(2026, 11, 30))
    with house.session(SYSTEM) as session:
        (spans,) = ask_all(session, "give_busy_times", ask=Ask(ids, period, date(2026, 11, 23)))
        told = [
            (one, *(datetime.fromtimestamp(at * 60, UTC).isoformat()[:16] for at in (start, end)), spans.words[kind])
            for one, start, end, kind in zip(
                *(column.tolist() for column in (spans.ids, spans.start, spans.end, spans.kinds)), strict=True
            )
        ]
        later = Period(date(2026, 11, 30), date(2026, 12, 7))
        assert ask_all(session, "give_busy_times", ask=Ask(ids, later, date(2026, 11, 23))) == []
    assert sorted(told) == sorted([
        (company["1"].id, "2026-11-28T02:00", "2026-11-28T08:00", "overtime"),
        (company["2"].id, "2026-11-26T16:00", "2026-11-27T16:00", "leave"),
    ])  # fmt: skip


def test_the_calendar_shows_overtime_to_whom_the_list_lets_see_attendance(
    house: House, company: Company, dev: Actor, clerk: Actor, head: Actor
) -> None:
    """The head may see the attendance of the unit, a colleague only who is away."""
    decided(house, clerk, OVERTIME, asked(house, dev, "2026-11-28", "10:00", "16:00"))
    two = Actor("person", account_id=14, person_id=company["2"].person_id)
    seen = {}
    for actor in (head, two, dev):
        with house.session(actor) as session:
            rows = [row for unit in away.away_month(session, actor, Month(2026, 11)).units for row in unit.rows]
            seen[actor.account_id] = {row.employment_id: (set(row.late), dict(row.days)) for row in rows}
    saturday: tuple[set[date], dict[date, str]] = ({date(2026, 11, 28)}, {})
    assert [seen[account][company["1"].id] for account in (12, 14, 11)] == [saturday, (set(), {}), saturday]
