"""What attendance keeps: punches and where they come from, shifts and groups, days, months, leave, overtime."""

from attendance.models.absence import ABSENCE_KINDS, Absence
from attendance.models.correction import Correction
from attendance.models.day import DayResult
from attendance.models.group import Group, Membership
from attendance.models.leave import LeaveEntry, LeaveLot, LeaveRequest, LeaveType, WorkingLife
from attendance.models.month import CLOSED, OPEN, MonthResult, MonthState
from attendance.models.overtime import OvertimeRequest
from attendance.models.place import Place, PunchPlace
from attendance.models.punch import Import, Punch, PunchLine, Source
from attendance.models.shift import Shift

__all__ = [
    "ABSENCE_KINDS",
    "CLOSED",
    "OPEN",
    "Absence",
    "Correction",
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
    "OvertimeRequest",
    "Place",
    "Punch",
    "PunchLine",
    "PunchPlace",
    "Shift",
    "Source",
    "WorkingLife",
]
