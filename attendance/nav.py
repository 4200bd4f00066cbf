"""The lines of the menu."""

from __future__ import annotations

from attendance.actions import DAYS, IMPORT
from remit.specs import NavItem
from remit.text import catalogue

_ = catalogue("attendance")

_GROUP = _("Attendance and pay")

NAV = (
    NavItem(_GROUP, _("My attendance"), "attendance.mine", "clock-check", order=300, phone=2,
            short=_("Attendance")),
    NavItem(
        _GROUP, _("Attendance sheet"), "attendance.running_sheet", "calendar-stats", order=310, action=DAYS, others=True
    ),
    NavItem(_GROUP, _("Import punches"), "attendance.choose", "fingerprint", order=320, action=IMPORT),
)
