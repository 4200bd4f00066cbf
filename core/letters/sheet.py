"""What stands on a letter, before it is paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language of a letter, every field filled in. ``body`` are its paragraphs."""

    locale: str
    company: str
    title: str
    opening: str
    body: Sequence[str]
    closing: str
    signatory: str
    date: str
    note: str = ""

    @property
    def words(self) -> str:
        """Everything that is printed of it."""
        parts = (self.company, self.title, self.opening, *self.body, self.closing, self.signatory, self.date, self.note)
        return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole letter: its number and check code, and one sheet for each language. A ``draft`` says that it is one."""

    number: str
    code: str
    sheets: tuple[Sheet, ...]
    draft: bool = False
