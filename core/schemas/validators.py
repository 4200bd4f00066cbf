"""Validators whose messages people can read in their language. OpenAPI reads their bounds as it does marshmallow's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate

from core.base.text import Text, catalogue

_ = catalogue("schemas")


def refusal(message: Text | str) -> ValidationError:
    """A validation error that carries one lazy sentence; marshmallow itself only wraps plain strings."""
    return ValidationError([message])


class Length(validate.Length):
    """Between ``min`` and ``max`` characters."""

    def __call__(self, value: Any) -> Any:
        if self.max is not None and len(value) > self.max:
            raise refusal(_("Write at most {max} characters; these are {count}.", max=self.max, count=len(value)))
        if self.min is not None and len(value) < self.min:
            raise refusal(_("Write at least {min} characters.", min=self.min))
        if self.equal is not None and len(value) != self.equal:
            raise refusal(_("Write exactly {equal} characters.", equal=self.equal))
        return value


class Range(validate.Range):
    """At least ``min`` and at most ``max``; bounds belong to the range unless said otherwise."""

    def __call__(self, value: Any) -> Any:
        low, high = self.min, self.max
        if low is not None and (value < low or (not self.min_inclusive and value == low)):
            raise refusal(
                _("This must be at least {min}.", min=low) if self.min_inclusive
                else _("This must be more than {min}.", min=low)
            )
        if high is not None and (value > high or (not self.max_inclusive and value == high)):
            raise refusal(
                _("This must be at most {max}.", max=high) if self.max_inclusive
                else _("This must be less than {max}.", max=high)
            )
        return value


class Pattern(validate.Regexp):
    """Text of a certain form; ``message`` says which, with an example."""

    def __init__(self, regex: str, message: Text) -> None:
        super().__init__(regex)
        self.message = message

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise refusal(self.message)
        return value


class OneOf(validate.OneOf):
    """One of a few values; ``titles`` maps each to the words a form shows for it."""

    def __init__(self, titles: Mapping[Any, Text | str]) -> None:
        super().__init__(list(titles), [str(key) for key in titles])
        self.titles = dict(titles)

    def __call__(self, value: Any) -> Any:
        if value not in self.titles:
            raise refusal(_("Choose one of the values offered."))
        return value
