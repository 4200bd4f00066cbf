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
class ListConsulted(Event):
    """The units that the boundaries of a draft name are asked what they say of it."""

    name = "authority.list_consulted"
    title = _("Units asked about a draft of a list")
    thing = "list_draft"
    about = "draft_id"

    draft_id: int
    version: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class ListAnswered(Event):
    """The head of a unit answered what he was asked about a draft: ``agree`` or ``object``."""

    name = "authority.list_answered"
    title = _("Unit answered about a draft of a list")
    thing = "list_draft"
    about = "draft_id"

    draft_id: int
    unit_id: int
    answer: str


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


EVENTS: tuple[type[Event], ...] = (
    ListPublished, AuthorityDelegated, DelegationRevoked, ListConsulted, ListAnswered, EmergencyOpened,
)
