"""The one error type that reaches people, and the two shapes it grows into.

A ``DomainError`` is a sentence for a person: what is wrong, where, and what to do. Pages turn it into 422 with the
form, the API into problem+json, the command line into an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.base.text import Text


class DomainError(Exception):
    """A refusal that a person can act on.

    ``code`` is stable and meant for programs (``person.unknown_unit``); ``message`` is one sentence in the reader's
    language; ``field`` names the form field or column it belongs to.
    """

    def __init__(self, code: str, message: Text | str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it stands, what it is and how to put it right."""

    message: Text | str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    remedy: Text | str | None = None

    def sentence(self) -> str:
        """The problem as one line for terminals, reports and logs."""
        message, remedy = str(self.message), str(self.remedy) if self.remedy else ""
        # A full-width stop brings its own space.
        return f"{message}{'' if message.endswith('。') else ' '}{remedy}".strip()


class InputErrors(DomainError):
    """An input of many rows that has problems; nothing of it was written."""

    def __init__(self, message: Text | str, problems: Sequence[Problem], code: str = "input.errors") -> None:
        super().__init__(code, message)
        self.problems = tuple(problems)


class NotFound(DomainError):
    """The thing does not exist, or lies outside what the reader may see; the two look alike on purpose."""


class Usage(DomainError):
    """A command was called in a way it cannot be: wrong arguments, no acting account."""
