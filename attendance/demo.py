"""Attendance of the demo company: a log for each site and month, read by the same import as in real life.

August to October are closed, November runs until this morning. Most people come in time; a few are late, forget a
punch or stay long, somebody is ill today, one engineer works nights. Everybody has his leave of the year, some had days
of the last one until March. The same seed makes the same company.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from attendance.actions import BALANCE_IMPORT, RECORD
from attendance.demo_asking import FORGOTTEN, ask_late
from attendance.models import Shift, WorkingLife
from attendance.models.leave import CARRY_OVER
from attendance.rules.plan import PlannedDay, WeekPattern, plan_days
from attendance.rules.shift import DayKind
from attendance.services.importing import import_punches
from attendance.services.leave import requests
from attendance.services.leave.grants import expire, grant_year
from attendance.services.leave.recording import record_leave, starts_with
from attendance.services.leave.types import ensure_types
from attendance.services.month import close_month
from attendance.services.plan import marks
from attendance.services.setup import define_group, define_shift, join_group
from remit.base import Actor, Month, Period
from remit.calendar import load_calendar
from remit.demo import Demo, DemoPerson, acting
from remit.models import Employment
from remit.services import load, require, system
from remit.workflow import decide, open_tasks

#: Who imports punches, records leave and closes months.
CLERK = "maxin"
ZONE = "Asia/Shanghai"
PLACE = "CN"
SITES = {"CN-SH": "zk-shanghai", "CN-BJ": "zk-beijing"}
ENGINEERS = "RND"
#: Planted facts: who was absent without a word, who took a day without pay, who worked on National Day.
ABSENT, UNPAID, HOLIDAY_WORK = ("LK059", date(2026, 9, 15)), ("LK039", date(2026, 10, 15)), ("LK031", date(2026, 10, 2))

#: Who asks for what leave from when to when (days and their halves), why, and who decides it; nobody: it still waits.
ASKED: tuple[tuple[str, str, date, date, tuple[int, int], str, str], ...] = (
    ("zhoulei", "annual", date(2026, 12, 4), date(2026, 12, 7), (2, 2), "回老家", "chenjing"),
    ("linan", "annual", date(2026, 12, 28), date(2026, 12, 31), (1, 2), "陪家人出行", "luoyi"),
    ("liuyang", "personal", date(2026, 11, 27), date(2026, 11, 27), (2, 2), "搬家", ""),
)


@dataclass(frozen=True)
class _Story:
    """What the days of a person are drawn from."""

    person: DemoPerson
    planned: Mapping[date, PlannedDay]
    away: frozenset[date]


def give_demo(session: Session, demo: Demo) -> None:
    """Write shifts, groups, leave and punches, and close the months that are over. An institution gets none of it."""
    if demo.kind != "company":
        return
    office, night = _shifts(session)
    _groups(session, demo, office, night)
    clerk = demo.actors[CLERK]
    with acting(session, clerk):
        _balances(session, demo, clerk)
        away = _absences(session, demo, clerk)
    stories = [_Story(one, _plan(session, one, office, night), away[one.number]) for one in demo.people.values()]
    for month in (*demo.closed, demo.open):
        for place, source in SITES.items():
            log = "".join(_log(demo, month, [one for one in stories if one.person.place == place])).encode()
            with acting(session, clerk):
                import_punches(session, clerk, log, name=f"{source}-{month}_attlog.dat", source=source, zone=ZONE)
        if month in demo.closed:
            with acting(session, clerk):
                close_month(session, clerk, month)
    _requests(session, demo)
    ask_late(session, demo)


def _shifts(session: Session) -> tuple[Shift, Shift]:
    office = define_shift(session, "office", {"zh_CN": "标准班", "en": "Office hours"}, start_minute=540,
                          end_minute=1080, breaks=[[720, 780]], grace_in=5)  # fmt: skip
    night = define_shift(session, "night", {"zh_CN": "发布夜班", "en": "Release night"}, start_minute=1320,
                         end_minute=1800, break_minutes=30, break_from=240)  # fmt: skip
    return office, night


def _groups(session: Session, demo: Demo, office: Shift, night: Shift) -> None:
    rules = {"workday": {"minimum": 60, "unit": 30, "after": 30}}
    common: dict[str, Any] = {"zone": ZONE, "place": PLACE, "make_up": office, "rules": rules}
    define_group(session, "office", {"zh_CN": "办公室", "en": "Office"}, week=[office] * 5 + [None, None], order=10,
                 is_default=True, **common)  # fmt: skip
    nights = define_group(session, "operations", {"zh_CN": "运维", "en": "Operations"},
                          week=[office, office, office, night, None, None, None], order=20, **common)  # fmt: skip
    person = demo.noted("overnight")
    with system(session, "the demo company forms its attendance groups"):
        employment = session.get_one(Employment, person.employment_id)
        join_group(session, employment, nights, person.hired)


def _plan(session: Session, person: DemoPerson, office: Shift, night: Shift) -> dict[date, PlannedDay]:
    usual, late = office.rule(), night.rule()
    week = (usual, usual, usual, late, None, None, None) if person.note == "overnight" else (usual,) * 5 + (None, None)
    days = plan_days(
        WeekPattern(week, make_up=usual), marks(load_calendar(session, PLACE)), date(2026, 8, 1), date(2026, 12, 1)
    )
    return {one.day: one for one in days if person.hired <= one.day < person.left}


# -- leave ----------------------------------------------------------------------------------------------------------


def _absences(session: Session, demo: Demo, clerk: Actor) -> dict[str, frozenset[date]]:
    """Record leave and trips; returns the days on which somebody need not come, by number."""
    rng = demo.rng("attendance.leave")
    today = demo.today
    planted = {
        demo.noted("sick").number: [("sick", Period(today - timedelta(days=3), today + timedelta(days=3)))],
        demo.noted("maternity").number: [("maternity", Period(date(2026, 7, 20), date(2026, 12, 25)))],
        UNPAID[0]: [("personal", Period(UNPAID[1], UNPAID[1] + timedelta(days=1)))],
    }
    found: dict[str, frozenset[date]] = {}
    for person in demo.people.values():
        taken = planted.get(person.number) or list(_drawn(rng, person))
        days: set[date] = set()
        for kind, period in taken:
            employment = load(session, clerk, RECORD, Employment, person.employment_id)
            record_leave(session, clerk, employment, kind, period)
            days.update(period.each_day())
        found[person.number] = frozenset(days)
    return found


def _balances(session: Session, demo: Demo, clerk: Actor) -> None:
    """Since when everybody has been working, days carried over from last year, the leave of this one."""
    require(session, clerk, BALANCE_IMPORT)
    rng, annual = demo.rng("attendance.balances"), ensure_types(session)[0]
    for person in demo.people.values():
        before = 0 if person.kind == "intern" else rng.randrange(13)
        since = person.hired.replace(year=person.hired.year - before)
        session.add(WorkingLife(employment_id=person.employment_id, since=since, proof="社保缴费记录"))
        if person.hired < date(2025, 1, 1) and rng.random() < 0.4:
            with system(session, "the demo company carries leave over"):
                employment = session.get_one(Employment, person.employment_id)
            starts_with(session, clerk, employment, annual, kind=CARRY_OVER, year=2025,
                        amount=50 * rng.randint(1, 6), expires=date(2026, 4, 1))  # fmt: skip
    session.flush()
    grant_year(session, clerk, demo.today.year)
    expire(session, demo.today)


def _requests(session: Session, demo: Demo) -> None:
    """Leave that was asked for: two that were approved, one that waits. Nobody's who has no account."""
    for login, kind, first, last, halves, reason, decider in ASKED:
        who = demo.actors.get(login)
        if who is None or (decider and decider not in demo.actors):
            continue
        with acting(session, who):
            request = requests.draft(session, who, None, {
                "type": kind, "first_day": first, "last_day": last, "first_half": halves[0], "last_half": halves[1],
                "reason": reason, "evidence": "",
            })  # fmt: skip
            run = requests.submit(session, who, request)
        for task in open_tasks(session, run) if decider else ():
            with acting(session, demo.actors[decider]):
                decide(session, demo.actors[decider], task.id, "approved", seen=task.digest, comment="同意")


def _drawn(rng: Random, person: DemoPerson) -> Iterator[tuple[str, Period]]:
    """Annual leave for every third, a business trip for some of the sales people."""
    if rng.random() < 0.35 and person.kind == "regular" and person.hired < date(2026, 1, 1):
        first = date(2026, 8, 10) + timedelta(days=7 * rng.randrange(5))
        yield "annual", Period(first, first + timedelta(days=rng.randint(1, 3)))
    if person.position.startswith(("FOL", "CARE")) and rng.random() < 0.4:
        first = date(2026, 10, 19) + timedelta(days=7 * rng.randrange(4))
        if first + timedelta(days=2) < person.left:
            yield "trip", Period(first, first + timedelta(days=2))


# -- punches --------------------------------------------------------------------------------------------------------


def _log(demo: Demo, month: Month, stories: list[_Story]) -> Iterator[str]:
    """The lines of a site's terminal over a month in the order of time, with what terminals really write among them."""
    for at, pin in sorted(_gestures(demo, month, stories)):
        yield f"{pin:>9}\t{at:%Y-%m-%d %H:%M:%S}\t1\t255\t1\t0\r\n"
    if month == demo.open:
        yield "      999\t2026-11-05 09:12:31\t1\t255\t1\t0\r\n"  # a visitor's badge
        yield "       21\t1971-01-01 00:03:12\t1\t255\t1\t0\r\n"  # after a power cut


def _gestures(demo: Demo, month: Month, stories: list[_Story]) -> Iterator[tuple[datetime, int]]:
    """When which number was shown to a terminal, sometimes twice in a row."""
    for story in stories:
        pin = int(story.person.number.removeprefix("LK"))
        rng = demo.rng(f"attendance.{story.person.number}.{month}")
        for day in month.period.each_day():
            for at in _punches(rng, demo, story, day):
                yield at, pin
                if rng.random() < 0.03:
                    yield at + timedelta(seconds=rng.randint(3, 40)), pin


def _punches(rng: Random, demo: Demo, story: _Story, day: date) -> Iterator[datetime]:
    planned = story.planned.get(day)
    number = story.person.number
    if planned is None or day > demo.today or day in story.away or (number, day) == ABSENT:
        return
    if planned.shift is None:
        yield from _day_off(rng, story, day, worked=(number, day) == HOLIDAY_WORK)
        return
    midnight = datetime.combine(day, datetime.min.time())
    arrive = midnight + timedelta(minutes=planned.shift.start, seconds=-rng.randint(40, 1500))
    if rng.random() < 0.025:
        arrive = midnight + timedelta(minutes=planned.shift.start + rng.randint(7, 40), seconds=rng.randrange(60))
    leave = midnight + timedelta(minutes=planned.shift.end, seconds=rng.randint(30, 2400))
    long_day = rng.random() < (0.09 if story.person.unit == ENGINEERS else 0.04)
    if long_day and planned.shift.end < 1440:
        leave = midnight + timedelta(minutes=rng.randint(1190, 1300), seconds=rng.randrange(60))
    elif rng.random() < 0.008:
        leave = midnight + timedelta(minutes=planned.shift.end - rng.randint(12, 60), seconds=rng.randrange(60))
    forgotten = rng.random()
    if forgotten >= 0.006:
        yield arrive
    if day < demo.today and not 0.006 <= forgotten < 0.014 and (number, day) != FORGOTTEN[1:]:
        yield leave


def _day_off(rng: Random, story: _Story, day: date, *, worked: bool) -> Iterator[datetime]:
    """Engineers come in on a Saturday now and then; the release of National Day was planned."""
    rest = story.planned[day].kind is DayKind.REST
    saturday = rest and day.weekday() == 5 and story.person.unit == ENGINEERS and rng.random() < 0.08
    if worked or saturday:
        begin = datetime.combine(day, datetime.min.time()) + timedelta(minutes=rng.randint(570, 630))
        yield begin
        yield begin + timedelta(minutes=rng.randint(200, 400))

