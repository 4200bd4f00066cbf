"""What is told about personnel changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from core.base.text import catalogue
from core.kernel.events import Event
from core.personnel.models import PersonnelChange

_ = catalogue("personnel")


@dataclass(frozen=True, slots=True)
class OfChange(Event):
    """Something about a change: its kind, whom and which units it is about, from which day it holds."""

    thing = "personnel change"
    about = "change_id"

    change_id: int
    kind: str
    person_id: int | None
    employment_id: int | None
    position_id: int | None
    from_unit_id: int | None
    to_unit_id: int | None
    valid_from: date
    requester_person_id: int | None

    @classmethod
    def of(cls, change: PersonnelChange) -> Self:
        """The event about a change as it stands."""
        return cls(
            change.id, change.kind, change.person_id, change.employment_id, change.position_id, change.from_unit_id,
            change.to_unit_id, change.valid_from, change.created_by_person_id,
        )


@dataclass(frozen=True, slots=True)
class ChangeAsked(OfChange):
    """A change was handed in and waits for a decision."""

    name = "personnel.change_asked"
    title = _("Personnel change asked for")


@dataclass(frozen=True, slots=True)
class ChangeApproved(OfChange):
    """A change was approved; its effect is written, dated from its first day."""

    name = "personnel.change_approved"
    title = _("Personnel change approved")


@dataclass(frozen=True, slots=True)
class ChangeCancelled(OfChange):
    """An approved change was cancelled before its first day, and its effect is undone."""

    name = "personnel.change_cancelled"
    title = _("Personnel change cancelled")


EVENTS: tuple[type[Event], ...] = (ChangeAsked, ChangeApproved, ChangeCancelled)
