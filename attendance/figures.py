"""What attendance tells of figures that people are measured by: days and minutes worked, missed and late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from attendance.services.answers import SOURCE, stored, unit_of
from attendance.text import _
from remit.base import Period
from remit.contracts import KpiAsk, KpiSource, Table
from remit.services import system
from remit.specs import hookimpl
from remit.text import Text

_TITLES: dict[str, tuple[Text, Literal["up", "down"]]] = {
    "scheduled_days": (_("Scheduled days"), "up"), "worked_days": (_("Days worked"), "up"),
    "worked_minutes": (_("Minutes worked"), "up"), "late_count": (_("Times late"), "down"),
    "late_minutes": (_("Minutes late"), "down"), "absent_days": (_("Days absent without leave"), "down"),
    "leave_days": (_("Days of leave"), "down"),
}  # fmt: skip
_PREFIX = "attendance_"


@hookimpl
def register_kpi_sources() -> Sequence[KpiSource]:
    """Measures of days and months."""
    units = {"days": "days", "count": "count", "minutes": "minutes"}
    return [
        KpiSource(_PREFIX + code, title, unit=units[unit_of(code)], direction=direction)  # type: ignore[arg-type]
        for code, (title, direction) in _TITLES.items()
    ]


@hookimpl
def give_kpi_values(session: Session, ask: KpiAsk) -> Table | None:
    """Sums over the days of a period that are over, closed or not: whoever looks sees what has been evaluated so far.

    None where nobody asks about people or attendance.
    """
    codes = [code for code in _TITLES if _PREFIX + code in ask.keys]
    if ask.grain != "person" or not codes:
        return None
    over = min(ask.period.last, ask.as_of)
    if over < ask.period.start:
        return None
    with system(session, "attendance tells of figures"):
        ids, columns = stored(session, Period(ask.period.start, over + timedelta(days=1)), codes)
    mine = np.isin(ids, ask.ids)
    return Table(
        SOURCE, ids[mine], {_PREFIX + code: columns[code][mine] for code in codes},
        {_PREFIX + code: unit_of(code) for code in codes},
    )  # fmt: skip
