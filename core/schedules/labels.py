"""What the audit log calls schedules."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.schedules.models import ScheduleSetting

_ = catalogue("schedules")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(ScheduleSetting, _("Schedule"), {"kind": _("Job"), "rule": _("Time"), "paused": _("Paused")})
