"""The lines of the menu."""

from __future__ import annotations

from attendance.actions import (
    AWAY,
    BALANCES,
    CORRECTION_READ,
    DAYS,
    IMPORT,
    LEAVE_REQUEST,
    OVERTIME_READ,
    OVERTIME_REQUEST,
    RULES,
    TYPES,
)
from remit.specs import NavItem
from remit.text import catalogue

_ = catalogue("attendance")

_GROUP = _("Attendance and pay")

NAV = (
    NavItem(_GROUP, _("My attendance"), "attendance.mine", "clock-check", order=300, phone=2,
            short=_("Attendance")),
    NavItem(_GROUP, _("My leave"), "attendance.leave", "beach", order=302, action=LEAVE_REQUEST),
    NavItem(_GROUP, _("My overtime"), "attendance.overtime", "clock-play", order=303, action=OVERTIME_REQUEST),
    NavItem(_GROUP, _("Who is away"), "attendance.away_now", "user-off", order=304, action=AWAY),
    NavItem(
        _GROUP, _("Attendance sheet"), "attendance.running_sheet", "calendar-stats", order=310, action=DAYS, others=True
    ),
    NavItem(_GROUP, _("Import punches"), "attendance.choose", "fingerprint", order=320, action=IMPORT),
    NavItem(
        _GROUP, _("Leave balances"), "attendance.balances", "scale", order=330, action=BALANCES, others=True
    ),
    NavItem(_GROUP, _("Overtime"), "attendance.overtime_now", "clock", order=312, action=OVERTIME_READ,
            others=True),
    NavItem(_GROUP, _("Punch corrections"), "attendance.corrections_now", "list-check", order=314,
            action=CORRECTION_READ, others=True),
    NavItem(_GROUP, _("Rules of attendance"), "attendance.rules", "adjustments", order=334, action=RULES),
    NavItem(_GROUP, _("Types of leave"), "attendance.leave_types", "list-details", order=332, action=TYPES),
)
