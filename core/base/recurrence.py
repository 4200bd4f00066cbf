"""When something starts by itself: a line of text that people can write, and the moments it means.

``30 2 * * *``                 cron: minute, hour, day of the month, month, weekday
``workdays 18:00``             every working day
``workday 3 09:00``            the third working day of a month; ``-1`` is the last one
``day 10 before 09:00``        the 10th, or the last working day before it; ``-1`` is the last day of the month
``day 10 after 09:00``         the 10th, or the next working day after it

All of it on the clock of a place. What falls into the hour that summer time skips starts right after it, what falls
into the hour it repeats starts once; cron lines that run every few minutes run through both, as cron does.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from core.base.errors import DomainError
from core.base.text import Text, catalogue

_ = catalogue("base")

#: Whether a day is worked where the recurrence counts.
IsWorkday = Callable[[date], bool]

#: How far ahead is looked, in months: a calendar without working days must not be searched for ever.
_MONTHS = 100
_WEEKDAYS = (_("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"))
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_FORMS = re.compile(
    rf"(?P<each>workdays)\s+{_CLOCK}|workday\s+(?P<nth>-?\d{{1,2}})\s+{_CLOCK}"
    rf"|day\s+(?P<day>-?\d{{1,2}})\s+(?P<shift>before|after)\s+{_CLOCK}"
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that was read: its own ``text``, and what it means in the words of people."""

    text: str
    words: Text | str
    _days: Callable[[int, int, IsWorkday], list[date]] | None = None
    _at: time = time(0)

    def after(self, moment: datetime, zone: ZoneInfo, is_workday: IsWorkday) -> datetime | None:
        """The first moment after ``moment``, in UTC; None when there is none in the years to come."""
        return next(self.moments(moment, zone, is_workday), None)

    def moments(self, moment: datetime, zone: ZoneInfo, is_workday: IsWorkday) -> Iterator[datetime]:
        """All moments after ``moment``, in UTC and in order."""
        if self._days is None:
            for found in CronSim(self.text, moment.astimezone(zone)):
                yield found.astimezone(UTC)
            return
        # From the month before: its last day may have been put off into this one.
        begin = moment.astimezone(zone).date().replace(day=1) - timedelta(days=1)
        year, month = begin.year, begin.month
        for _count in range(_MONTHS):
            for day in self._days(year, month, is_workday):
                found = datetime.combine(day, self._at, zone).astimezone(UTC)
                if found > moment:
                    yield found
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def parse(text: str) -> Recurrence:
    """Read a rule. Raises ``DomainError`` ``schedule.rule`` for one that cannot be read or never comes."""
    told = " ".join(text.lower().split())
    found = _FORMS.fullmatch(told)
    if found is not None:
        return _working(told, found)
    if len(told.split(" ")) == 5:
        try:
            next(CronSim(told, datetime(2000, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration):
            pass
        else:
            return Recurrence(told, _cron_words(told))
    raise DomainError(
        "schedule.rule",
        _("“{text}” is no rule of time. Write for example “30 2 * * *”, “workdays 18:00”, “workday 3 09:00” or "
          "“day 10 before 09:00”.", text=text.strip()), "rule",
    )  # fmt: skip


def _working(told: str, found: re.Match[str]) -> Recurrence:
    hour, minute = found[0].rsplit(" ", 1)[1].split(":")
    at = time(int(hour), int(minute))
    clock = f"{at:%H:%M}"
    if found["each"]:
        return Recurrence(told, _("every working day at {time}", time=clock), _every, at)
    if found["nth"]:
        nth = int(found["nth"])
        if not 1 <= abs(nth) <= 23:
            raise DomainError(
                "schedule.rule", _("A month has working days 1 to 23, or -1 to -23 from its end."), "rule"
            )
        words = (
            _("on working day {number} of each month at {time}", number=nth, time=clock) if nth > 0
            else _("on the last working day of each month at {time}", time=clock) if nth == -1
            else _("on working day {number} from the end of each month at {time}", number=-nth, time=clock)
        )
        return Recurrence(told, words, lambda year, month, works: _nth(year, month, works, nth), at)
    number, back = int(found["day"]), found["shift"] == "before"
    if number != -1 and not 1 <= number <= 31:
        raise DomainError("schedule.rule", _("The day of the month is 1 to 31, or -1 for the last one."), "rule")
    return Recurrence(
        told, _day_words(number, back, clock), lambda year, month, works: _shifted(year, month, works, number, back), at
    )


def _day_words(number: int, back: bool, clock: str) -> Text:
    if number == -1:
        return (
            _("on the last day of each month at {time}, or the working day before", time=clock) if back
            else _("on the last day of each month at {time}, or the working day after", time=clock)
        )  # fmt: skip
    return (
        _("on day {day} of each month at {time}, or the working day before", day=number, time=clock) if back
        else _("on day {day} of each month at {time}, or the working day after", day=number, time=clock)
    )  # fmt: skip


def _every(year: int, month: int, works: IsWorkday) -> list[date]:
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    return [day for day in days if works(day)]


def _nth(year: int, month: int, works: IsWorkday, nth: int) -> list[date]:
    """Where a month has fewer working days than that, the last one, or from the end the first."""
    days = _every(year, month, works)
    return [days[min(nth, len(days)) - 1 if nth > 0 else max(nth, -len(days))]] if days else []


def _shifted(year: int, month: int, works: IsWorkday, number: int, back: bool) -> list[date]:
    last = monthrange(year, month)[1]
    day = date(year, month, last if number == -1 else min(number, last))
    for _step in range(31):
        if works(day):
            return [day]
        day += timedelta(days=-1 if back else 1)
    return []


def _cron_words(told: str) -> Text | str:
    """The common shapes in words; any other as it is written."""
    minute, hour, day, month, weekday = told.split(" ")
    if month != "*" or not (minute.isdigit() or re.fullmatch(r"\*/\d+", minute)):
        return told
    if not minute.isdigit():
        if (hour, day, weekday) != ("*", "*", "*"):
            return told
        return _("every {count} minute", "every {count} minutes", count=int(minute[2:]))
    if hour == "*" and day == "*" and weekday == "*":
        return _("every hour at minute {minute}", minute=int(minute))
    if not hour.isdigit():
        return told
    clock = f"{int(hour):02}:{int(minute):02}"
    if day == "*" and weekday == "*":
        return _("daily at {time}", time=clock)
    if day == "*" and weekday.isdigit():
        return _("every {weekday} at {time}", weekday=_WEEKDAYS[int(weekday) % 7], time=clock)
    if day == "l" and weekday == "*":
        return _("on the last day of each month at {time}", time=clock)
    if day.isdigit() and weekday == "*":
        return _("on day {day} of each month at {time}", day=int(day), time=clock)
    return told
