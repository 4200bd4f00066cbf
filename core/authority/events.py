"""What the duty and authority lists tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("authority")


@dataclass(frozen=True, slots=True)
class ListPublished(Event):
    """A version of a list was published; it is in force from its day on. ``unit_id`` None: the installation's own."""

    name = "authority.list_published"
    title = _("Duty and authority list published")
    thing = "authority_list"
    about = "list_id"

    list_id: int
    unit_id: int | None
    version: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class AuthorityDelegated(Event):
    """Somebody let somebody else decide in his stead, from the first day to the last."""

    name = "authority.delegated"
    title = _("Authority delegated")
    thing = "delegation"
    about = "delegation_id"

    delegation_id: int
    from_person_id: int
    to_person_id: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class DelegationRevoked(Event):
    """A delegation was ended before its last day; ``by_person_id`` is one of the two, or who looks after them."""

    name = "authority.delegation_revoked"
    title = _("Delegation taken back")
    thing = "delegation"
    about = "delegation_id"

    delegation_id: int
    from_person_id: int
    to_person_id: int
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class EmergencyOpened(Event):
    """Somebody opened an entry of his list that is for emergencies; it ends at ``until`` by itself."""

    name = "authority.emergency_opened"
    title = _("Authority for an emergency opened")
    thing = "break_glass"
    about = "number"

    number: int
    person_id: int
    entry: str
    until: datetime


EVENTS: tuple[type[Event], ...] = (ListPublished, AuthorityDelegated, DelegationRevoked, EmergencyOpened)
