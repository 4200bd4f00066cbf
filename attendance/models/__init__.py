"""What attendance keeps: where punches come from and the punches, shifts and groups, days, months, leave."""

from attendance.models.absence import ABSENCE_KINDS, Absence
from attendance.models.day import DayResult
from attendance.models.group import Group, Membership
from attendance.models.leave import LeaveEntry, LeaveLot, LeaveRequest, LeaveType, WorkingLife
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
    "LeaveEntry",
    "LeaveLot",
    "LeaveRequest",
    "LeaveType",
    "Membership",
    "MonthResult",
    "MonthState",
    "Punch",
    "PunchLine",
    "Shift",
    "Source",
    "WorkingLife",
]
