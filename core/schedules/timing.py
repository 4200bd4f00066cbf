"""By which rule and which calendar a schedule runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.recurrence import IsWorkday, Recurrence, parse
from core.calendar.models import CalendarPlace
from core.calendar.services import load_calendar
from core.kernel.house import of
from core.schedules.models import ScheduleSetting

if TYPE_CHECKING:
    from core.kernel.specs import Job


class Timing:
    """The clock and the calendar of the installation, for any number of rules.

    Rules count on the clock of ``REMIT_ZONE``, and in the working days of the country that lives by it; where none is
    known, or several are, weekends alone are free. With a ``place`` whose calendar is known they count there instead.
    """

    def __init__(self, session: Session, place: str = "") -> None:
        self._session = session
        self.zone = ZoneInfo(of(session).config.zone)
        self._is_workday: IsWorkday | None = None
        calendar = load_calendar(session, place) if place else None
        if calendar is not None and (calendar.special or calendar.complete_years or calendar.zone != "UTC"):
            self.zone, self._is_workday = ZoneInfo(calendar.zone), calendar.is_workday

    def after(self, rule: Recurrence, moment: datetime) -> datetime | None:
        """The first moment after this one, in UTC."""
        return rule.after(moment, self.zone, self._workdays())

    def coming(self, rule: Recurrence, after: datetime, count: int) -> list[datetime]:
        """The next so many moments, in UTC."""
        return list(islice(rule.moments(after, self.zone, self._workdays()), count))

    def _workdays(self) -> IsWorkday:
        if self._is_workday is None:
            top = select(CalendarPlace.place).where(
                CalendarPlace.zone == self.zone.key, CalendarPlace.place.not_like("%-%")
            )
            places = self._session.scalars(top).all()
            self._is_workday = load_calendar(self._session, places[0] if len(places) == 1 else "").is_workday
        return self._is_workday


def rule_of(job: Job, settings: Mapping[str, ScheduleSetting]) -> Recurrence:
    """The rule a job runs by: what was set, else its own."""
    setting = settings.get(job.name)
    return parse(setting.rule if setting is not None and setting.rule else job.schedule)
