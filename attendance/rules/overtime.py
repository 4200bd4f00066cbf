"""What asked overtime comes to: split by kind of day, and what of it counts once the punches are known.

Minutes are whole. The kinds are those of ``DayKind`` in their order: workday, rest day, statutory holiday.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attendance.rules.asking import Counted

#: Minutes by kind of day.
ByKind = tuple[int, int, int]
WORKDAY, RESTDAY, HOLIDAY = range(3)
NOTHING: ByKind = (0, 0, 0)


def split(start: int, end: int, holidays: Iterable[tuple[int, int]], *, scheduled: bool) -> ByKind:
    """Minutes of ``[start, end)`` by kind of day. ``holidays`` are the statutory holidays as ``[from, to)``, apart.

    A statutory holiday counts by its date: what lies on it is holiday work, whatever day the work began on. All else
    is of the kind of the day the work belongs to, ``scheduled`` or a day off, as the evaluation of the day has it:
    whoever goes home at two in the night still worked on the evening before.
    """
    holiday = sum(max(0, min(end, high) - max(start, low)) for low, high in holidays)
    rest = end - start - holiday
    return (rest, 0, holiday) if scheduled else (0, rest, holiday)


@dataclass(frozen=True, slots=True)
class Approved:
    """A request that was approved: its minutes by kind, to be paid or compensated by time off."""

    minutes: ByKind
    in_lieu: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """What counts of a day: the minutes to pay by kind, and of each request how many minutes."""

    paid: ByKind
    parts: tuple[int, ...]


def recognise(requests: Sequence[Approved], actual: ByKind, counted: Counted) -> Recognised:
    """What counts of a day's approved requests, given the overtime its punches show.

    ``less`` counts the lesser of what was approved and what the punches show, kind by kind; ``approved`` and ``actual``
    count one of them whatever the other is. Where several requests share a day, those to be paid are served first, so
    that nobody loses pay to time off; what ``actual`` has beyond all of them is paid where any of them is.
    """
    paid, parts = [0, 0, 0], [0] * len(requests)
    order = sorted(range(len(requests)), key=lambda at: (requests[at].in_lieu, at))
    for kind in range(3):
        wanted = sum(one.minutes[kind] for one in requests)
        left = {"less": min(wanted, actual[kind]), "approved": wanted, "actual": actual[kind]}[counted]
        for at in order:
            part = min(left, requests[at].minutes[kind])
            left -= part
            parts[at] += part
            if not requests[at].in_lieu:
                paid[kind] += part
        if left and requests:
            parts[order[0]] += left
            if not requests[order[0]].in_lieu:
                paid[kind] += left
    return Recognised((paid[0], paid[1], paid[2]), tuple(parts))


def in_lieu(minutes: int, day_minutes: int) -> int:
    """Minutes of overtime as hundredths of a day of time off, half a hundredth and more rounded up."""
    return (minutes * 200 + day_minutes) // (2 * day_minutes)
