"""Months: computed set-wise, closed, frozen, reopened, and given to payroll."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.models import DayResult, Group, MonthResult, MonthState, Shift
from attendance.rules.shift import DayKind, Status
from attendance.services.answers import PAY_INPUTS
from attendance.services.importing import import_punches
from attendance.services.month import close_month, evaluate_month, reopen_month
from attendance.services.setup import define_group, define_shift, ensure_default_group, join_group, record_absence
from core.kernel.house import House
from core.kernel.house import give as ask_all
from remit.base import Actor, DomainError, Month, Period
from remit.contracts import Ask, Table
from remit.models import Translation
from remit.services import system
from remit.specs import Change, hookimpl
from tests.attendance.conftest import SYSTEM, Company, attlog, hire, make_company

OCTOBER = Month(2026, 10)
NAME = Translation(zh_CN="名称", en="Name")


def days_of(session: Session, employment_id: int) -> dict[date, DayResult]:
    with system(session, "tests read days"):
        found = session.scalars(select(DayResult).where(DayResult.employment_id == employment_id)).all()
    return {one.day: one for one in found}


def month_of(session: Session, employment_id: int, month: Month = OCTOBER) -> MonthResult:
    with system(session, "tests read months"):
        return session.scalars(
            select(MonthResult).where(MonthResult.employment_id == employment_id, MonthResult.month == month.number)
        ).one()


def full_month(pin: str, month: Month, *, come: str = "08:55:00", leave: str = "18:05:00") -> list[tuple[str, str]]:
    return [(pin, f"{day} {at}") for day in month.period.each_day() for at in (come, leave)]


def load(session: Session, lines: list[tuple[str, str]]) -> None:
    import_punches(session, SYSTEM, attlog(*lines), name="x.dat")


def test_october_2026_by_hand(work: Session) -> None:
    """18 workdays (eight days off and a made-up Saturday), every figure worked out by hand.

    Late by 12 on the 9th, away at 17:00 on the 12th, one punch on the 13th, none on the 14th, leave on the 15th,
    until 20:40 on the 16th, 10:00-15:20 on Sunday the 18th, 09:00-12:00 on National Day.
    """
    company = make_company(work, ["1"])
    planned = [day for day in OCTOBER.period.each_day() if day.weekday() < 5 and day.day > 7] + [date(2026, 10, 10)]
    times = {day: ["08:55:00", "18:05:00"] for day in planned}
    times[date(2026, 10, 9)][0] = "09:12:40"
    times[date(2026, 10, 12)][1] = "17:00:00"
    times[date(2026, 10, 13)] = ["08:50:00"]
    del times[date(2026, 10, 14)], times[date(2026, 10, 15)]
    times[date(2026, 10, 16)][1] = "20:40:00"
    times[date(2026, 10, 18)] = ["10:00:00", "15:20:00"]
    times[date(2026, 10, 1)] = ["09:00:00", "12:00:00"]
    load(work, [("1", f"{day} {at}") for day, found in times.items() for at in found])
    record_absence(work, SYSTEM, company["1"], "personal", Period(date(2026, 10, 15), date(2026, 10, 16)))
    report = close_month(work, SYSTEM, OCTOBER)
    month = month_of(work, company["1"].id)
    assert (month.scheduled_days, month.worked_days, month.absent_days) == (1800, 1600, 100)
    assert (month.leave_days, month.unpaid_days) == (100, 100)
    assert (month.late_count, month.late_minutes) == (1, 12)
    assert (month.early_count, month.early_minutes) == (1, 60)
    assert month.missing_count == 1
    assert month.ot_workday_minutes == 150  # 160 beyond six o'clock, in half hours; five minutes a day are none
    assert month.ot_restday_minutes == 300
    assert month.ot_holiday_minutes == 180
    # 18 days less absence and leave: 16. 12 ordinary ones of 490 (8 h 10), the late 473, the early 425, the one
    # closed at six 490, the long one 645; then Sunday 320 and the holiday 180.
    assert month.worked_minutes == 12 * 490 + 473 + 425 + 490 + 645 + 320 + 180
    days = days_of(work, company["1"].id)
    assert len(days) == 31
    assert days[date(2026, 10, 10)].status == Status.NORMAL
    assert days[date(2026, 10, 1)].kind == DayKind.HOLIDAY
    assert days[date(2026, 10, 4)].kind == DayKind.REST
    assert [days[date(2026, 10, n)].status for n in (9, 12, 13, 14, 15, 18)] == [
        Status.LATE, Status.EARLY, Status.MISSING, Status.ABSENT, Status.LEAVE, Status.EXTRA,
    ]  # fmt: skip
    assert report.people == 1
    assert len(report.warnings) == 2


def test_a_night_shift_through_the_database(work: Session, at_day: Callable[[str], None]) -> None:
    """13 July 18:00-07:00, in 18:30, out 07:10 is 12 h 40 on the 13th; the 14th has a shift of its own."""
    company = make_company(work, ["1"])
    night = define_shift(work, "night", NAME, start_minute=1080, end_minute=1860)
    evening = define_shift(work, "evening", NAME, start_minute=840, end_minute=1200)
    group = define_group(work, "ops", NAME, week=[night, evening, *[None] * 5], zone="Asia/Shanghai", place="CN")
    join_group(work, company["1"], group, date(2026, 7, 13))
    load(work, [("1", "2026-07-13 18:30:00"), ("1", "2026-07-14 07:10:00")])
    evaluate_month(work, SYSTEM, Month(2026, 7))
    days = days_of(work, company["1"].id)
    assert (days[date(2026, 7, 13)].worked, days[date(2026, 7, 13)].late) == (760, 30)
    assert days[date(2026, 7, 14)].status == Status.ABSENT  # seen from November, the 14th is long over
    at_day("2026-07-14")
    with pytest.raises(DomainError, match="2026 年 7 月"):
        close_month(work, SYSTEM, Month(2026, 7))


def test_joiners_leavers_and_moves(work: Session) -> None:
    """Days outside the employment do not exist, and each day belongs to the group of that day."""
    company = make_company(work, [])
    joiner = hire(work, company, "1", date(2026, 10, 19))
    leaver = hire(work, company, "2", date(2026, 1, 1), date(2026, 10, 10))
    mover = hire(work, company, "3", date(2026, 1, 1))
    ensure_default_group(work)
    late = define_shift(work, "late", NAME, start_minute=780, end_minute=1320)
    shop = define_group(work, "shop", NAME, week=[late] * 7, zone="Asia/Shanghai", follows_calendar=False)
    join_group(work, mover, shop, date(2026, 10, 26))
    report = evaluate_month(work, SYSTEM, OCTOBER)
    assert report.people == 3
    assert sorted(days_of(work, joiner.id)) == [date(2026, 10, 19) + timedelta(days=n) for n in range(13)]
    assert max(days_of(work, leaver.id)) == date(2026, 10, 9)
    assert month_of(work, leaver.id).scheduled_days == 200
    days = days_of(work, mover.id)
    assert {days[date(2026, 10, n)].group_id for n in (26, 31)} == {shop.id}
    assert days[date(2026, 10, 31)].scheduled
    assert not days[date(2026, 10, 24)].scheduled
    assert month_of(work, mover.id).group_id == shop.id


def test_groups_with_rules_of_their_own(work: Session) -> None:
    """One group counts a missing punch up to the plan, the other not at all."""
    company = make_company(work, ["1", "2"])
    ensure_default_group(work)
    office = work.scalars(select(Shift).where(Shift.code == "office")).one()
    strict = define_group(work, "strict", NAME, week=[office] * 7, zone="Asia/Shanghai",
                          rules={"close_missing": False, "workday": {"unit": 60}})  # fmt: skip
    join_group(work, company["2"], strict, date(2026, 1, 1))
    load(work, [(n, "2026-10-12 09:00:00") for n in "12"] + [(n, f"2026-10-13 {at}") for n in "12"
                                                            for at in ("09:00:00", "19:40:00")])  # fmt: skip
    evaluate_month(work, SYSTEM, OCTOBER)
    one, two = days_of(work, company["1"].id), days_of(work, company["2"].id)
    assert [found[date(2026, 10, 12)].worked for found in (one, two)] == [480, 0]
    assert [found[date(2026, 10, 13)].overtime_workday for found in (one, two)] == [90, 60]


def test_evaluating_again_replaces_and_agrees(work: Session) -> None:
    company = make_company(work, ["1", "2"])
    load(work, full_month("1", OCTOBER))
    first = evaluate_month(work, SYSTEM, OCTOBER)
    second = evaluate_month(work, SYSTEM, OCTOBER)
    assert first.totals == second.totals
    load(work, [("2", "2026-10-12 08:00:00"), ("2", "2026-10-12 18:00:00")])
    evaluate_month(work, SYSTEM, OCTOBER)
    assert days_of(work, company["2"].id)[date(2026, 10, 12)].worked == 540


def test_a_closed_month_is_frozen_until_reopened(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, ["1"])
        load(session, full_month("1", OCTOBER))
        close_month(session, SYSTEM, OCTOBER)
    one = company["1"]
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError, match="2026 年 10 月"):
            close_month(session, SYSTEM, OCTOBER)
        with pytest.raises(DomainError, match="2026 年 10 月"):
            record_absence(session, SYSTEM, one, "annual", Period(date(2026, 10, 31), date(2026, 11, 2)))
        late = import_punches(session, SYSTEM, attlog(("1", "2026-10-12 23:00:00")), name="y.dat")
        assert late.closed == {"2026-10": 1}
        assert evaluate_month(session, SYSTEM, OCTOBER).people == 0
        assert days_of(session, one.id)[date(2026, 10, 12)].overtime_workday == 0
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError):
            reopen_month(session, SYSTEM, OCTOBER, reason=" ")
        assert reopen_month(session, SYSTEM, OCTOBER, reason="补卡") == ["default"]
        with pytest.raises(DomainError):
            reopen_month(session, SYSTEM, OCTOBER, reason="补卡")
        close_month(session, SYSTEM, OCTOBER)
        assert days_of(session, one.id)[date(2026, 10, 12)].overtime_workday == 300
        state = session.scalars(select(MonthState)).one()
        assert (state.state, state.people, state.reopen_reason) == ("closed", 1, "补卡")
        assert state.closed_at is not None
        assert state.reopened_at is not None


def test_one_group_closes_before_another(work: Session) -> None:
    company = make_company(work, ["1", "2"])
    ensure_default_group(work)
    office = work.scalars(select(Shift)).one()
    shop = define_group(work, "shop", NAME, week=[office] * 7, zone="Asia/Shanghai")
    join_group(work, company["2"], shop, date(2026, 1, 1))
    close_month(work, SYSTEM, OCTOBER, groups=[shop])
    assert month_of(work, company["2"].id).state == "closed"
    assert evaluate_month(work, SYSTEM, OCTOBER).groups == ["default"]
    assert month_of(work, company["2"].id).state == "closed"
    assert close_month(work, SYSTEM, OCTOBER).groups == ["default"]


def test_november_is_not_over(work: Session) -> None:
    make_company(work, ["1"])
    with pytest.raises(DomainError) as caught:
        close_month(work, SYSTEM, Month(2026, 11))
    assert caught.value.code == "attendance.not_over"
    # From Monday the 23rd, which is still running, to the 30th there are six workdays.
    assert "6" in str(caught.value)


def test_people_without_group_are_named(work: Session) -> None:
    make_company(work, ["LK9"])
    office = define_shift(work, "office", NAME, start_minute=540, end_minute=1080)
    define_group(work, "shop", NAME, week=[office] * 7, zone="Asia/Shanghai")
    report = close_month(work, SYSTEM, OCTOBER)
    assert report.without_group == ["LK9"]
    assert any("LK9" in str(warning) for warning in report.warnings)


def test_only_who_may_close_closes(house: House) -> None:
    clerk = Actor(kind="person", account_id=5, person_id=5)
    for service in (close_month, evaluate_month):
        with pytest.raises(DomainError) as caught, house.session(clerk, write=True) as session:
            service(session, clerk, OCTOBER)
        assert caught.value.code.startswith("denied")


# -- payroll asks -------------------------------------------------------------------------------------------------


def asked(session: Session, company: Company, period: Period = OCTOBER.period) -> Ask:
    del session
    return Ask(np.array(sorted(one.id for one in company.employments.values()), dtype=np.int64), period, period.end)


def test_hook_give_pay_inputs(work: Session) -> None:
    company = make_company(work, ["1", "2"])
    hire(work, company, "3", date(2026, 11, 2))
    once = [("2", "2026-10-12 09:30:00"), ("2", "2026-10-12 18:00:00")]
    load(work, full_month("1", OCTOBER, leave="20:00:00") + once)
    with pytest.raises(DomainError) as caught:
        ask_all(work, "give_pay_inputs", strict=True, ask=asked(work, company))
    assert caught.value.code == "attendance.not_closed"
    close_month(work, SYSTEM, OCTOBER)
    (table,) = ask_all(work, "give_pay_inputs", strict=True, ask=asked(work, company))
    assert isinstance(table, Table)
    assert table.ids.tolist() == [company["1"].id, company["2"].id]
    assert set(table.columns) == set(PAY_INPUTS)
    got = {code: column.tolist() for code, column in table.columns.items()}
    # 120 minutes beyond six on 18 workdays; 31 - 18 days off from 08:55 to 20:00, three of them by law.
    assert got["ot_workday_minutes"] == [18 * 120, 0]
    assert got["ot_restday_minutes"] == [10 * 660, 0]
    assert got["ot_holiday_minutes"] == [3 * 665, 0]
    assert got["absent_days"] == [0, 1700]
    assert got["late_minutes"] == [0, 30]
    assert got["late_count"] == [0, 1]
    assert got["scheduled_days"] == [1800, 1800]
    assert got["worked_days"] == [1800, 100]
    assert table.units["absent_days"] == "days"
    assert table.units["late_count"] == "count"
    assert table.units["late_minutes"] == "minutes"


def test_a_pay_period_across_two_months_is_summed_by_days(work: Session) -> None:
    """21 September to 20 October: 7 workdays of September (25th to 27th are off), 10 of October (1st to 7th are)."""
    company = make_company(work, ["1"])
    period = Period(date(2026, 9, 21), date(2026, 10, 21))
    load(work, full_month("1", Month(2026, 9)) + full_month("1", OCTOBER, come="09:10:00"))
    close_month(work, SYSTEM, OCTOBER)
    with pytest.raises(DomainError):
        ask_all(work, "give_pay_inputs", strict=True, ask=asked(work, company, period))
    close_month(work, SYSTEM, Month(2026, 9))
    (table,) = ask_all(work, "give_pay_inputs", strict=True, ask=asked(work, company, period))
    whole = {code: 0 for code in PAY_INPUTS}
    for day, row in days_of(work, company["1"].id).items():
        if day in period:
            whole["scheduled_days"] += 100 * row.scheduled
            whole["late_minutes"] += row.late
            whole["ot_holiday_minutes"] += row.overtime_holiday
    assert {code: int(table.columns[code][0]) for code in ("scheduled_days", "late_minutes", "ot_holiday_minutes")} == {
        "scheduled_days": whole["scheduled_days"], "late_minutes": whole["late_minutes"],
        "ot_holiday_minutes": whole["ot_holiday_minutes"],
    }  # fmt: skip
    assert table.columns["scheduled_days"].tolist() == [1700]
    assert table.columns["late_minutes"].tolist() == [100]


class Payroll:
    """A module that objects to reopening what its locked run was built on."""

    @hookimpl
    def check_change(self, change: Change) -> None:
        if change.action == "attendance.month:reopen" and change.values["month"] == OCTOBER:
            raise DomainError("payroll.locked", "locked")


def test_another_module_may_object_to_reopening(house: House) -> None:
    house.hooks._manager.register(Payroll(), name="country_cn:objector")
    with house.session(SYSTEM, write=True) as session:
        make_company(session, ["1"])
        close_month(session, SYSTEM, OCTOBER)
        close_month(session, SYSTEM, Month(2026, 9))
    with pytest.raises(DomainError, match="locked"), house.session(SYSTEM, write=True) as session:
        reopen_month(session, SYSTEM, OCTOBER, reason="x")
    with house.session(SYSTEM, write=True) as session:
        assert session.scalars(select(MonthState.state)).all() == ["closed", "closed"]
        assert reopen_month(session, SYSTEM, Month(2026, 9), reason="x") == ["default"]
        assert session.scalars(select(Group.code)).all() == ["default"]


def test_two_who_close_a_month_at_once_close_it_once(house: House) -> None:
    """A double click, or two people: one closes, the other is told that it is closed."""
    with house.session(SYSTEM, write=True) as session:
        make_company(session, ["LK001", "LK002"])
    ready, told = Barrier(2), list[str]()

    def close() -> None:
        ready.wait()
        try:
            with house.session(SYSTEM, write=True) as session:
                close_month(session, SYSTEM, OCTOBER)
            told.append("closed by me")
        except DomainError as refused:
            told.append(refused.code)

    threads = [Thread(target=close) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["attendance.closed", "closed by me"]
    with house.session(SYSTEM) as session, system(session, "test"):
        assert session.scalar(select(func.count()).select_from(MonthResult)) == 2
