"""The file of leave balances as people bring it."""

from __future__ import annotations

from attendance.actions import BALANCE_IMPORT
from attendance.columns import BALANCES
from attendance.services.leave import importing
from remit.exchange import Exchange
from remit.text import catalogue

_ = catalogue("attendance")

EXCHANGES = (
    Exchange(
        "leave", _("Leave balances"), BALANCES, BALANCE_IMPORT, importing.plan_balances, importing.apply_balances
    ),
)
