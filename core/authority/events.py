"""What the duty and authority lists tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


EVENTS: tuple[type[Event], ...] = (ListPublished,)
