"""JSON as the house writes it: days as 2026-11-23, months as 2026-10, texts in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask.json.provider import DefaultJSONProvider

from core.base.period import Month
from core.base.text import Text

if TYPE_CHECKING:
    from flask import Flask


def _default(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    if isinstance(value, (Month, Text)):
        return str(value)
    return DefaultJSONProvider.default(value)


class HouseJSON(DefaultJSONProvider):
    """Flask's provider, which would write dates as HTTP headers do."""

    default = staticmethod(_default)
    ensure_ascii = False
    sort_keys = False


def setup(app: Flask) -> None:
    """Use it for everything the app writes as JSON."""
    app.json = HouseJSON(app)
