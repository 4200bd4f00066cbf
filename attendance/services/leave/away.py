"""Who is away: the answer to all modules, and the calendar of a month for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from attendance.actions import AWAY, DAYS
from attendance.models import Absence
from attendance.rules.absent_days import AFTERNOON, MORNING
from remit.base import Actor, Month, Period, clock
from remit.contracts import Ask, Spans
from remit.models import (
    Assignment,
    Employment,
    Person,
    PositionVersion,
    Translation,
    UnitOrder,
    UnitVersion,
    dated,
    guard,
)
from remit.services import give, of, visible

LEAVE, TRIP, OVERTIME = 1, 2, 3
WORDS = {LEAVE: "leave", TRIP: "trip", OVERTIME: "overtime"}
PAGE = 60


def _touching(named: ColumnElement[bool]) -> Any:
    return guard.mark(
        select(Absence.employment_id, Absence.valid_from, Absence.valid_to, Absence.first_half, Absence.last_half,
               Absence.kind)
        .where(named, Absence.valid_from < bindparam("end"), Absence.valid_to > bindparam("start"))
        .order_by(Absence.employment_id, Absence.valid_from, Absence.first_half),
        [("give_absences", Absence.__tablename__)],
    )  # fmt: skip


#: Asked with every request that looks for somebody who decides: written once.
_AWAY_FEW = _touching(Absence.employment_id.in_(bindparam("ids", expanding=True)))
_AWAY_MANY = _touching(Absence.employment_id.between(bindparam("first"), bindparam("last")))

def give_absences(session: Session, ask: Ask) -> Spans | None:
    """Leave and business trips of many employments that touch a period, in one statement; halves of a day part at noon.

    Days are those of the clock of the installation.
    """
    if not ask.ids.size:
        return None
    zone = ZoneInfo(of(session).config.zone)
    few, rows = ask.ids.size <= 500, []
    wanted = ask.ids.tolist()
    named = {"ids": wanted} if few else {"first": wanted[0], "last": wanted[-1]}
    found = session.execute(_AWAY_FEW if few else _AWAY_MANY, {
        **named, "start": ask.period.start, "end": ask.period.end,
    }).all()  # fmt: skip
    wanted = set(wanted)
    for one, start, end, first, last, kind in found:
        if one in wanted:
            stretches = [(start, end)] if (first, last) == (MORNING, AFTERNOON) else _each(start, end)
            rows += [(one, *_minutes(zone, low, high, first, last), TRIP if kind == "trip" else LEAVE)
                     for low, high in stretches]  # fmt: skip
    if not rows:
        return None
    table = np.array(rows, dtype=np.int64).T
    return Spans("attendance", table[0], table[1], table[2], table[3], WORDS)


def _each(start: date, end: date) -> list[tuple[date, date]]:
    days = [start + timedelta(days=at) for at in range((end - start).days)]
    return [(day, day + timedelta(days=1)) for day in days]


def _minutes(zone: ZoneInfo, start: date, end: date, first: int, last: int) -> tuple[int, int]:
    """From when to when, in minutes since 1970 UTC; noon parts the halves of a day."""
    begin = datetime.combine(start, datetime.min.time(), zone)
    finish = datetime.combine(end, datetime.min.time(), zone)
    if first == AFTERNOON:
        begin = begin.replace(hour=12)
    if last == MORNING:
        finish = datetime.combine(end - timedelta(days=1), datetime.min.time(), zone).replace(hour=12)
    return int(begin.timestamp()) // 60, int(finish.timestamp()) // 60


# -- the calendar ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Somebody of a unit: on which days away, and as what where the reader may know it (``leave``, ``trip``).

    ``late`` are the days on which overtime is approved for him, where the reader may know that.
    """

    employment_id: int
    name: str
    days: Mapping[date, str]
    late: Collection[date] = ()


@dataclass(frozen=True, slots=True)
class AwayUnit:
    """The people of a unit the reader may see."""

    title: Translation
    rows: list[AwayRow]


@dataclass(frozen=True, slots=True)
class AwayMonth:
    """A page of the calendar: people by unit. ``total`` counts everybody the reader may see."""

    month: Month
    units: Sequence[AwayUnit]
    total: int
    page: int


def away_month(session: Session, actor: Actor, month: Month, *, page: int = 1) -> AwayMonth:
    """Who of those the reader may see is away in a month. All modules are asked; who may see attendance knows why, and
    who works overtime.
    """
    rows = _people(session, actor, month, page)
    ids = sorted({row.id for row in rows})
    away = _away(session, ids, month)
    late = _late(session, actor, ids, month)
    known = _known(session, actor, ids, month)
    units: dict[int, AwayUnit] = {}
    for row in rows:
        days = {day: WORDS[kind] if (row.id, day) in known else "away" for day, kind in away.get(row.id, {}).items()}
        unit = units.setdefault(row.unit_id, AwayUnit(row.title, []))
        unit.rows.append(AwayRow(row.id, row.name, days, late.get(row.id, ())))
    return AwayMonth(month, list(units.values()), rows[0].total if rows else 0, page)


def _people(session: Session, actor: Actor, month: Month, page: int) -> Sequence[Any]:
    """The employed of the month with their main post's unit, in the order of the tree, then by number."""
    day = max(month.period.start, min(clock.today(actor.zone), month.period.last))
    everybody: Any = select(Employment.id, Employment.number, func.count().over().label("total")).where(
        Employment.hired_on <= day, Employment.left_on > day
    )
    # Names and units stand beside the days on which the reader may see that somebody is away.
    shown = (Person.name, UnitVersion.unit_id, UnitVersion.title)
    statement = visible(session, actor, AWAY, everybody).add_columns(*shown)
    statement = (
        statement.join(Person, Person.id == Employment.person_id)
        .join(Assignment, (Assignment.employment_id == Employment.id) & Assignment.is_primary)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .join(UnitVersion, UnitVersion.unit_id == PositionVersion.unit_id)
        .join(UnitOrder, UnitOrder.unit_id == UnitVersion.unit_id)
        .where(*(dated.as_of(one, day) for one in (Assignment, PositionVersion, UnitVersion, UnitOrder)))
    )
    statement = guard.mark(statement, [(AWAY, "core_person"), (AWAY, "core_assignment")])
    ordered = statement.order_by(UnitOrder.lft, Employment.number)
    return session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()


def _away(session: Session, ids: Sequence[int], month: Month) -> dict[int, dict[date, int]]:
    """On which days of a month who is away, as all modules that are on tell."""
    found: dict[int, dict[date, int]] = {}
    if not ids:
        return found
    ask = Ask(np.array(ids, dtype=np.int64), month.period, clock.today())
    for spans in give(session, "give_absences", ask=ask):
        for one, day, word in _days(session, spans, month):
            found.setdefault(one, {})[day] = TRIP if word == WORDS[TRIP] else LEAVE
    return found


def _late(session: Session, actor: Actor, ids: Sequence[int], month: Month) -> dict[int, set[date]]:
    """On which days of a month who works overtime, of those whose attendance the reader may see; all modules tell."""
    found: dict[int, set[date]] = {}
    if not ids:
        return found
    ask = Ask(np.array(ids, dtype=np.int64), month.period, clock.today())
    for spans in give(session, "give_busy_times", ask=ask):
        for one, day, word in _days(session, spans, month):
            if word == WORDS[OVERTIME]:
                found.setdefault(one, set()).add(day)
    if found:
        seen = visible(session, actor, DAYS, select(Employment.id).where(Employment.id.in_(sorted(found))))
        may = set(session.scalars(seen))
        found = {one: days for one, days in found.items() if one in may}
    return found


def _days(session: Session, spans: Spans, month: Month) -> Iterator[tuple[int, date, str]]:
    """The days of a month that stretches touch, by the clock of the installation: employment, day, word."""
    zone = ZoneInfo(of(session).config.zone)
    columns = (spans.ids, spans.start, spans.end, spans.kinds)
    for one, start, end, kind in zip(*(column.tolist() for column in columns), strict=True):
        day, last = (datetime.fromtimestamp(at * 60, UTC).astimezone(zone).date() for at in (start, end - 1))
        if last < month.start or day > month.period.last:
            continue
        for known in Period(max(day, month.start), min(last, month.period.last) + timedelta(days=1)).each_day():
            yield one, known, spans.words.get(kind, "")


def _known(session: Session, actor: Actor, ids: Sequence[int], month: Month) -> set[tuple[int, date]]:
    """The days of which the reader may know what they are: those whose attendance he may see."""
    statement = select(Absence).where(
        Absence.employment_id.in_(ids), Absence.valid_from < month.period.end, Absence.valid_to > month.period.start
    )
    found: set[tuple[int, date]] = set()
    for one in session.scalars(visible(session, actor, DAYS, statement)) if ids else ():
        days = Period(max(one.valid_from, month.start), min(one.valid_to, month.period.end))
        found.update((one.employment_id, day) for day in days.each_day())
    return found
