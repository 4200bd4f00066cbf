# ruff: noqa: ARG002 -- the signatures are marshmallow's; a field need not look at all of them.
"""The fields of the house. Form posts send text as people write it; JSON sends the stored unit.

Money is a string such as ``8,000.00`` in a form and an integer of minor units in JSON; a rate ``8%`` or ``80000``
millionths; days ``1.5`` or ``150`` hundredths. Loaded values are always the stored unit, never a float.
``metadata`` may hold ``label``, ``hint``, ``widget`` and ``options`` for forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields

from core.base import money
from core.base.errors import DomainError
from core.base.period import Month as CalendarMonth
from core.base.text import LOCALES, Text, catalogue
from core.schemas.validators import Length, OneOf, Range, refusal

_ = catalogue("schemas")

LARGEST_ID = 2**63 - 1

#: Where a form field begins that no schema field of its own name stands behind: ``title.zh_CN`` belongs to ``title``.
PART = "."


class Schema(marshmallow.Schema):
    """A schema whose own complaints are readable; unknown keys are refused."""

    error_messages = {
        "unknown": _("There is no field of this name."),  # type: ignore[dict-item]
        "type": _("This must be a set of named values."),  # type: ignore[dict-item]
    }


class Spoken:
    """Says what is wrong in the reader's language; mixed into every field below."""

    default_error_messages: dict[str, Any] = {
        "required": _("Fill this in."),
        "null": _("Fill this in."),
        "validator_failed": _("This value is not accepted."),
    }

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """The error of a key, its message unrendered."""
        message = self.error_messages[key]  # type: ignore[attr-defined]
        if isinstance(message, Text):
            return refusal(message.filled(**kwargs))
        return refusal(str(message).format(**kwargs))


class String(Spoken, fields.String):
    """Text without blanks around it; a required one may not be empty. At most ``max_length`` characters."""

    default_error_messages = {"invalid": _("This must be text."), "invalid_utf8": _("This must be text.")}

    def __init__(self, *, max_length: int = 500, multiline: bool = False, **kwargs: Any) -> None:
        given = kwargs.pop("validate", None) or []
        checks = list(given) if isinstance(given, (list, tuple)) else [given]
        super().__init__(validate=[Length(max=max_length), *checks], **kwargs)
        self.max_length = max_length
        self.multiline = multiline

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and "\x00" in value:
            raise self.make_error("invalid")
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text and self.required:
            raise self.make_error("required")
        return text


class Email(String):
    """An address with something on both sides of one ``@``; whether it exists only a message can tell."""

    _FORM = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not self._FORM.fullmatch(text):
            raise refusal(_("This is not an e-mail address; write it as name@example.com."))
        return text


class Integer(Spoken, fields.Integer):
    """A whole number; ``minimum`` and ``maximum`` belong to what is allowed."""

    default_error_messages = {
        "invalid": _("This must be a whole number."),
        "too_large": _("This number is too large."),
    }

    def __init__(self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any) -> None:
        bounds = Range(
            min=minimum if minimum is not None else -LARGEST_ID, max=maximum if maximum is not None else LARGEST_ID
        )
        given = kwargs.pop("validate", None) or []
        checks = list(given) if isinstance(given, (list, tuple)) else [given]
        super().__init__(validate=[bounds, *checks], **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, (bool, float)):
            raise self.make_error("invalid", input=value)
        if isinstance(value, str) and not re.fullmatch(r"\s*[+-]?[0-9]{1,19}\s*", value):
            raise self.make_error("invalid", input=value)
        return int(super()._deserialize(value, attr, data, **kwargs))


class Id(Integer):
    """The id of a row, 1 to 2^63 - 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(minimum=1, maximum=LARGEST_ID, **kwargs)


class Boolean(Spoken, fields.Boolean):
    """Yes or no; in a form an unticked box is no."""

    default_error_messages = {"invalid": _("This must be yes or no.")}


class Day(Spoken, fields.Date):
    """A date, written 2026-11-23; 2026/11/23 is understood too."""

    default_error_messages = {
        "invalid": _("{input} is not a date; write it as 2026-11-23."),
        "format": _("{input} is not a date; write it as 2026-11-23."),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}([-/])\d{1,2}\1\d{1,2}", value.strip()):
            raise self.make_error("invalid", input=value)
        year, month, day = (int(part) for part in re.split("[-/]", value.strip()))
        try:
            return date(year, month, day)
        except ValueError:
            raise self.make_error("invalid", input=value) from None


class Month(Spoken, fields.Field[CalendarMonth]):
    """A calendar month, written 2026-10; loaded as ``core.base.period.Month``."""

    default_error_messages = {"invalid": _("{input} is not a month; write it as 2026-10.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> CalendarMonth:
        try:
            return CalendarMonth.parse(value)
        except (DomainError, AttributeError, TypeError):
            raise self.make_error("invalid", input=value) from None

    def _serialize(self, value: CalendarMonth | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Moment(Spoken, fields.AwareDateTime):
    """An instant with its offset, ISO 8601; loaded in UTC."""

    default_error_messages = {
        "invalid": _("{input} is not a moment; write it as 2026-11-23T09:00:00+08:00."),
        "invalid_awareness": _("Say the time zone too, as in 2026-11-23T09:00:00+08:00."),
        "format": _("{input} is not a moment; write it as 2026-11-23T09:00:00+08:00."),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)


class _Scaled(Spoken, fields.Integer):
    """An integer of some small unit, written by people as a decimal number and by programs as that integer."""

    places = 0

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return self._bounded(value)
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return self._bounded(self._read(value))

    def _read(self, text: str) -> int:
        return self.scaled(text, self.places, text)

    def _bounded(self, value: int) -> int:
        if abs(value) > LARGEST_ID:
            raise self.make_error("too_large")
        return value

    def scaled(self, text: str, places: int, shown: str) -> int:
        """The integer of a decimal numeral at so many places; more places than that are refused."""
        match = re.fullmatch(r"\s*([+-]?)(\d{1,12})(?:\.(\d+))?\s*", text.replace("\u2212", "-").replace(",", ""))
        if not match or len((match[3] or "").rstrip("0")) > places:
            raise self.make_error("invalid", input=shown)
        fraction = (match[3] or "")[:places].ljust(places, "0")
        number = int(match[2] + fraction)
        return -number if match[1] == "-" else number


class Money(_Scaled):
    """An amount in minor units; people write ``8,000.00``, programs ``800000``. Not below zero unless ``negative``."""

    default_error_messages = {
        "invalid": _("{input} is not an amount; write it as 8000.00."),
        "too_large": _("This number is too large."),
        "negative": _("The amount must be at least 0."),
    }

    def __init__(self, *, currency: str = "CNY", negative: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency, self.negative = currency, negative

    def _read(self, text: str) -> int:
        try:
            return money.parse_money(text, self.currency, negative=True)
        except DomainError as error:
            raise refusal(error.message) from None

    def _bounded(self, value: int) -> int:
        if abs(value) > money.LARGEST:
            raise self.make_error("too_large")
        if value < 0 and not self.negative:
            raise self.make_error("negative")
        return value


class Days(_Scaled):
    """Days in hundredths; people write ``1.5``, programs ``150``."""

    default_error_messages = {
        "invalid": _("{input} is not a number of days; write it as 1.5."),
        "too_large": _("This number is too large."),
    }
    places = 2


class Rate(_Scaled):
    """A share in millionths; people write ``8%`` or ``0.08``, programs ``80000``."""

    default_error_messages = {
        "invalid": _("{input} is not a rate; write it as 8%."),
        "too_large": _("This number is too large."),
    }

    def _read(self, text: str) -> int:
        shown = text.strip()
        if shown.endswith(("%", "％")):
            return self.scaled(shown[:-1], 4, shown)
        return self.scaled(shown, 6, shown)


class Choice(String):
    """One of a few values, with the words people see for each: ``Choice({"day": _("Day"), "night": _("Night")})``."""

    def __init__(self, titles: Mapping[str, Text | str], **kwargs: Any) -> None:
        super().__init__(validate=OneOf(titles), **kwargs)
        self.titles = dict(titles)


class Translated(Spoken, fields.Field[dict[str, str]]):
    """One text in every language of the house: ``{"zh_CN": "...", "en": "..."}``; at least one of them is filled.

    In a form it is one input for each language, ``title.zh_CN`` and ``title.en``.
    """

    default_error_messages = {
        "invalid": _("This must be a text for each language."),
        "locale": _("There is no language {locale} here."),
        "long": _("Write at most {max} characters."),
    }

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length = max_length

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, str] | None:
        return None if value is None else dict(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        for locale, text in value.items():
            if locale not in LOCALES:
                raise self.make_error("locale", locale=locale)
            if not isinstance(text, str):
                raise self.make_error("invalid")
            if len(text.strip()) > self.max_length:
                raise self.make_error("long", max=self.max_length)
        texts = {locale: value[locale].strip() for locale in LOCALES if value.get(locale, "").strip()}
        if not texts and self.required:
            raise self.make_error("required")
        return texts


class Data(Spoken, fields.Field[dict[str, Any]]):
    """Named values as they come, for what reads them itself; at most ``max_length`` characters as JSON."""

    default_error_messages = {
        "invalid": _("This must be a set of named values."),
        "text": _("This must be text."),
        "long": _("Write at most {max} characters."),
    }

    def __init__(self, *, max_length: int = 60_000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        try:
            written = json.dumps(value, ensure_ascii=False, allow_nan=False)
            written.encode()
        except ValueError:  # no numeral, or half a character
            raise self.make_error("text") from None
        if len(written) > self.max_length:
            raise self.make_error("long", max=self.max_length)
        if re.search(r"(?<!\\)(?:\\\\)*\\u0000", written):  # what no database keeps
            raise self.make_error("text")
        return value


class List(Spoken, fields.List[Any]):
    """Several values of one kind; in a form every input of that name."""

    default_error_messages = {"invalid": _("This must be a list.")}


class Nested(Spoken, fields.Nested):
    """A set of named values of its own schema."""

    default_error_messages = {"type": _("This must be a set of named values.")}
