"""What the audit log calls choices about notifications."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.notify.models import DAILY, NOW, OFF, WEEKLY, Bounce, Choice, Habits

_ = catalogue("notify")

ACCOUNT = {"account_id": "core_account"}
CHOICES = {OFF: _("Off"), NOW: _("At once"), DAILY: _("Once a day"), WEEKLY: _("Once a week")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(
        Choice, _("Choice about notifications"),
        {"account_id": _("Account"), "kind": _("Kind"), "channel": _("Channel"), "choice": _("When")},
        values={"choice": CHOICES}, ids=ACCOUNT,
    )
    describe(
        Habits, _("Times of notifications"),
        {"account_id": _("Account"), "quiet_from": _("Quiet from"), "quiet_to": _("Quiet until"),
         "digest_at": _("Digest at"), "digest_day": _("Weekly digest on")},
        ids=ACCOUNT,
    )  # fmt: skip
    describe(
        Bounce, _("Address that takes nothing"),
        {"account_id": _("Account"), "channel": _("Channel"), "address": _("Address"), "code": _("Answer"),
         "at": _("At"), "cleared_at": _("Confirmed at")},
        ids=ACCOUNT,
    )  # fmt: skip
