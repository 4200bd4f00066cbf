"""What attendance keeps: where punches come from and the punches, shifts and groups, days, months, leave taken."""

from attendance.models.absence import ABSENCE_KINDS, Absence
from attendance.models.day import DayResult
from attendance.models.group import Group, Membership
from attendance.models.month import CLOSED, OPEN, MonthResult, MonthState
from attendance.models.punch import Import, Punch, PunchLine, Source
from attendance.models.shift import Shift

__all__ = [
    "ABSENCE_KINDS",
    "CLOSED",
    "OPEN",
    "Absence",
    "DayResult",
    "Group",
    "Import",
    "Membership",
    "MonthResult",
    "MonthState",
    "Punch",
    "PunchLine",
    "Shift",
    "Source",
]
