"""What may stand in a URL: ids that fit into a database column, days and months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from werkzeug.routing import BaseConverter, ValidationError

from core.base.errors import DomainError
from core.base.period import Month

if TYPE_CHECKING:
    from flask import Flask

LARGEST_ID = 2**63 - 1


class IdConverter(BaseConverter):
    """``<id:unit_id>``: 1 to 2^63 - 1; anything else is no page at all instead of an error of the database."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValidationError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(int(value))


class DayConverter(BaseConverter):
    """``<day:when>``: a date as 2026-11-23."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError(value) from None

    def to_url(self, value: date) -> str:
        return value.isoformat()


class MonthConverter(BaseConverter):
    """``<month:month>``: a calendar month as 2026-10."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        try:
            return Month.parse(value)
        except DomainError:
            raise ValidationError(value) from None

    def to_url(self, value: Month) -> str:
        return str(value)


def setup(app: Flask) -> None:
    """Teach the app its converters; before any blueprint is registered."""
    app.url_map.converters.update(id=IdConverter, day=DayConverter, month=MonthConverter)
