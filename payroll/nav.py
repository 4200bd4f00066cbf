"""The lines of the menu."""

from __future__ import annotations

from payroll import actions
from payroll.text import _
from remit.specs import NavItem

_GROUP = _("Attendance and pay")

NAV = (
    NavItem(_GROUP, _("My payslips"), "payroll.mine", "receipt-2", order=350, action=actions.SLIP_READ),
    NavItem(_GROUP, _("Payroll"), "payroll.runs", "cash", order=360, action=actions.RUN_READ),
)
