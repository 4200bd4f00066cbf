"""What a planned span comes to: the day of attendance it belongs to, and its minutes by kind of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from attendance import text
from attendance.models import Group
from attendance.models.overtime import DAY_KINDS
from attendance.rules.asking import AskingRules
from attendance.rules.overtime import ByKind, split
from attendance.rules.plan import NOWHERE, Ints, Slots, epoch_minute
from attendance.rules.shift import DAY
from attendance.rules.windows import assign, day_windows
from attendance.services.people import people_of
from attendance.services.plan import NO_GROUP, Plan, group_matrix, load_plan, slot_matrix
from remit.base import DomainError, Period
from remit.models import Employment
from remit.services import system
from remit.text import catalogue

_ = catalogue("attendance")

#: How many days around the one somebody names are planned, so that nights before and after it are known.
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A span by the plan of a person; ``rules`` are those of the group he belongs to."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    work_day: date
    by_kind: ByKind
    rules: AskingRules

    @property
    def minutes(self) -> int:
        """How long it is."""
        return sum(self.by_kind)

    @property
    def day_kind(self) -> str:
        """The kind of day of its dearest minutes, which is what entries of lists are about."""
        return next(kind for kind, minutes in reversed(list(zip(DAY_KINDS, self.by_kind, strict=True))) if minutes)


@dataclass(frozen=True)
class Roster:
    """The plan of one person around a day: ``slot`` of each of its days, ``NOWHERE`` where he has no group."""

    plan: Plan
    slots: Slots
    slot: Ints
    group: Group

    @property
    def zone(self) -> ZoneInfo:
        """The clock by which his shifts are read."""
        return ZoneInfo(self.group.zone)

    def column(self, minute: int, otherwise: date) -> int:
        """The column of the day of attendance that a minute belongs to; that of ``otherwise`` where it is nobody's."""
        opens, closes = day_windows(self.slots, self.slot[None, :])
        cell = int(assign(opens, closes, np.zeros(1, dtype=np.int64), np.array([minute]))[0])
        return cell if cell >= 0 else self.plan.days.index(otherwise)


def roster(session: Session, employment: Employment, day: date) -> Roster:
    """The plan of an employment around a day, for which he must be employed.

    Raises ``DomainError`` for somebody who belongs to no attendance group then.
    """
    around = timedelta(days=_AROUND)
    people = people_of([(employment.id, employment.hired_on, employment.left_on)])
    with system(session, "the plan of somebody who asks about his attendance is read"):
        plan = load_plan(session, Period(day - around, day + around + timedelta(days=1)))
        groups = group_matrix(session, plan, people)
    at = int(groups[0, plan.days.index(day)])
    if at == NO_GROUP:
        raise DomainError("attendance.no_group", _(
            "You belong to no attendance group on {day}, so that nothing is planned for you; tell whoever looks after "
            "attendance.", day=day), "day")  # fmt: skip
    group = plan.groups[at]
    return Roster(plan, plan.slots(group.day_rules()), slot_matrix(groups)[0], group)


def planned(session: Session, employment: Employment, day: date, start: int, end: int) -> Planned:
    """A span from ``start`` to ``end`` of a day, minutes of its wall clock; an end not after the start is on the next.

    Raises ``DomainError`` where it lies inside a shift, for that is work as it is planned; holidays inside a shift too.
    """
    found = roster(session, employment, day)
    first = epoch_minute(found.zone, day, start)
    last = epoch_minute(found.zone, day, end if end > start else end + DAY)
    column = found.column(first, day)
    slot = int(found.slot[column])
    _refuse_shift(found, day, first, last)
    holidays = [(int(low), int(high)) for low, high in found.slots.holidays[slot] if high > low]
    by_kind = split(first, last, holidays, scheduled=bool(found.slots.has[slot]))
    starts_at, ends_at = (datetime.fromtimestamp(minute * 60, UTC) for minute in (first, last))
    return Planned(starts_at, ends_at, found.group.zone, found.plan.days[column], by_kind, found.group.asking_rules())


def _refuse_shift(found: Roster, day: date, first: int, last: int) -> None:
    slots = found.slots
    for slot in found.slot[found.slot != NOWHERE].tolist():
        if slots.has[slot] and max(first, int(slots.start[slot])) < min(last, int(slots.end[slot])):
            begin, end = (
                text.wall(datetime.fromtimestamp(int(minute) * 60, UTC), found.group.zone, day)
                for minute in (slots.start[slot], slots.end[slot])
            )
            when = text.clock_span(begin, end, day)
            raise DomainError("attendance.overtime_shift", _(
                "That lies inside your shift ({when}); ask for what lies outside of it.", when=when), "starts",
            )  # fmt: skip
