"""The form of a reader's times, and notices as programs get them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.base.errors import DomainError
from core.base.text import catalogue
from core.notify.rules import Times
from core.schemas import fields
from core.schemas.validators import OneOf

_ = catalogue("notify")

WEEKDAYS = {
    "0": _("Monday"), "1": _("Tuesday"), "2": _("Wednesday"), "3": _("Thursday"), "4": _("Friday"), "5": _("Saturday"),
    "6": _("Sunday"),
}  # fmt: skip


class TimesSchema(fields.Schema):
    """Quiet hours, and when what is collected comes."""

    quiet_from = fields.String(max_length=5, metadata={"label": _("Quiet from"), "kind": "time"})
    quiet_to = fields.String(
        max_length=5,
        metadata={"label": _("Quiet until"), "kind": "time", "hint": _("May end on the next day. Empty: none.")},
    )
    digest_at = fields.String(required=True, max_length=5, metadata={"label": _("Digest at"), "kind": "time"})
    digest_day = fields.String(required=True, validate=OneOf(WEEKDAYS), metadata={"label": _("Weekly digest on")})


def times_of(values: Mapping[str, Any]) -> Times:
    """What the form says, in minutes. Raises ``DomainError`` beside the field for what is no time of day."""
    read = {name: _minutes(name, values.get(name) or "") for name in ("quiet_from", "quiet_to", "digest_at")}
    return Times(read["quiet_from"], read["quiet_to"], read["digest_at"] or 0, int(values["digest_day"]))


def written(times: Times) -> dict[str, str]:
    """Times as the form holds them."""
    return {
        "quiet_from": clock(times.quiet_from), "quiet_to": clock(times.quiet_to), "digest_at": clock(times.digest_at),
        "digest_day": str(times.digest_day),
    }


def clock(minutes: int | None) -> str:
    """Minutes of the day as ``22:00``."""
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(name: str, text: str) -> int | None:
    if not text.strip():
        return None
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise DomainError("notify.time", _("Write a time of day as 22:00."), name)
    return int(found[1]) * 60 + int(found[2])


class NoticeSchema(fields.Schema):
    """A notice of the holder of the token, in his language."""

    id = fields.Integer()
    kind = fields.String()
    subject = fields.String()
    lines = fields.List(fields.String())
    link = fields.String()
    about = fields.String()
    at = fields.Moment()
    read_at = fields.Moment(allow_none=True)


class NoticeQuery(fields.Schema):
    """Which notices."""

    unread = fields.Boolean(load_default=False)
    kind = fields.String(load_default="", max_length=80)
    before = fields.Integer(minimum=1, load_default=None, allow_none=True)
    limit = fields.Integer(minimum=1, maximum=200, load_default=50)


class NoticesSchema(fields.Schema):
    """Notices, newest first; ``next`` is the ``before`` of what follows."""

    items = fields.List(fields.Nested(NoticeSchema))
    unread = fields.Integer()
    next = fields.Integer(allow_none=True)


class MarkSchema(fields.Schema):
    """Notices to mark; all of them without ids."""

    ids = fields.List(fields.Integer(minimum=1), load_default=None, allow_none=True)
    read = fields.Boolean(load_default=True)


class MarkedSchema(fields.Schema):
    """How many changed."""

    changed = fields.Integer()


class OffSchema(fields.Schema):
    """What is off now."""

    off = fields.List(fields.String())
