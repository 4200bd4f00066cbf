"""What letters tell."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("letters")


@dataclass(frozen=True, slots=True)
class OfLetter(Event):
    """Something about a letter: which, of which kind, about whom."""

    thing = "letter"
    about = "letter_id"

    letter_id: int
    kind: str
    employment_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class LetterIssued(OfLetter):
    """A letter was issued and lies in the register; ``own`` is whether the person had it himself."""

    name = "letters.letter_issued"
    title = _("Letter issued")

    own: bool = False


@dataclass(frozen=True, slots=True)
class LetterRevoked(OfLetter):
    """A letter is valid no more."""

    name = "letters.letter_revoked"
    title = _("Letter revoked")


EVENTS: tuple[type[Event], ...] = (LetterIssued, LetterRevoked)
