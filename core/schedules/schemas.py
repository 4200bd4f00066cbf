"""The form of a schedule."""

from __future__ import annotations

from core.base.text import catalogue
from core.schemas import fields

_ = catalogue("schedules")


class ScheduleSchema(fields.Schema):
    """By which rule of time a job starts, and whether it is paused."""

    rule = fields.String(
        max_length=120,
        metadata={
            "label": _("Time"), "span": True, "attrs": {"autocomplete": "off", "spellcheck": "false"},
            "hint": _("A cron line, or a rule in working days. Empty: the time the program brings along."),
        },
    )
    paused = fields.Boolean(metadata={"label": _("Paused")})
