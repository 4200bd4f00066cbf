"""When a message may leave: quiet hours and digests, on the reader's own clock. Pure, in minutes of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Times:
    """Quiet hours ``[quiet_from, quiet_to)``, over midnight where they end before they begin; none where they are None
    or equal. Digests come at ``digest_at``, weekly ones on ``digest_day`` (Monday is 0).
    """

    quiet_from: int | None = None
    quiet_to: int | None = None
    digest_at: int = 9 * 60
    digest_day: int = 0


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A minute of a day in UTC. One that summer time skips is the same time after the gap; of one that comes twice it
    is the first.
    """
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return local.astimezone(UTC)


def after_quiet(now: datetime, times: Times, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours that ``now`` lies in, or ``now`` itself."""
    start, end = times.quiet_from, times.quiet_to
    if start is None or end is None or start == end:
        return now
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        begins = moment(day, start, zone)
        ends = moment(day if start < end else day + timedelta(days=1), end, zone)
        if begins <= now < ends:
            return ends
    return now


def next_digest(now: datetime, batch: str, times: Times, zone: ZoneInfo) -> datetime:
    """The next moment, later than ``now``, at which what is collected goes out: ``daily`` or ``weekly``."""
    day = now.astimezone(zone).date()
    if batch == "weekly":
        day += timedelta(days=(times.digest_day - day.weekday()) % 7)
    step = timedelta(days=7 if batch == "weekly" else 1)
    while (found := moment(day, times.digest_at, zone)) <= now:
        day += step
    return found


def due(now: datetime, choice: str, urgent: bool, times: Times, zone: ZoneInfo) -> tuple[datetime, str]:
    """When a message leaves and with which batch, by what its reader chose: ``now``, ``daily``, ``weekly``."""
    batch = "" if choice == "now" else choice
    at = next_digest(now, batch, times, zone) if batch else now
    return (at if urgent else after_quiet(at, times, zone)), batch


def backoff(tries: int) -> timedelta:
    """How long to wait after so many tries: a minute, then twice as long each time, four hours at most."""
    return timedelta(minutes=min(2 ** (tries - 1), 240))
