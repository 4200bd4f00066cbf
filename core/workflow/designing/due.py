"""Of a process that starts by itself: the post in whose name, the clock it counts by, and what its fields can be filled
with from an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import routing
from core.authority.routing import Post
from core.base import clock
from core.events import formulas
from core.kernel.events import Event
from core.kernel.house import of
from core.org.models import Position
from core.org.services.people import terms_defaults
from core.schedules.timing import Timing
from core.workflow.processes.fields import FROM, TO, FormField
from core.workflow.processes.triggers import Trigger

#: What kinds of fields take from an event: kinds of its fields, and of which names those that are the id of something.
TAKES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text", "count", "day", "month", "moment", "bool"}),
    "long": frozenset({"text", "count", "day", "month", "moment", "bool"}),
    "number": frozenset({"count"}), "days": frozenset({"count"}), "amount": frozenset(),
    "date": frozenset({"day", "moment"}), "period": frozenset({"day", "moment"}), "choice": frozenset({"text"}),
    "yes_no": frozenset({"bool"}), "person": frozenset({"person"}), "unit": frozenset({"unit"}), "file": frozenset(),
}
#: Fields of a form that take the day, and those that take the month in which something starts.
TAKES_START: Mapping[str, frozenset[str]] = {
    "day": frozenset({"text", "long", "date", "period"}), "month": frozenset({"text", "long"}),
}


def post_of(session: Session, trigger: Trigger) -> Post | None:
    """The post in whose name a process starts, None where there is none of that code today."""
    found = session.scalar(select(Position.id).where(Position.code == trigger.post))
    return next(routing.line_up(session, found), None)


def next_start(session: Session, trigger: Trigger, after: datetime) -> datetime | None:
    """When a rule of time starts it next, on the clock and in the working days of where its post is."""
    post = post_of(session, trigger)
    place = terms_defaults(session, post.unit_id, clock.today())["contribution_place"] if post is not None else ""
    return Timing(session, place or "").after(trigger.recurrence, after)


def event_of(session: Session, trigger: Trigger) -> type[Event] | None:
    """The event that starts it; None for one that nobody tells."""
    found: type[Event] | None = of(session).registry.events().get(trigger.event)
    return found


def told(event: type[Event]) -> dict[str, str]:
    """The fields of an event and what each is: as ``formulas.told`` says, or person or unit for the ids of those."""
    return {
        name: next((what for what in ("person", "unit") if kind == "count" and name.endswith(f"{what}_id")), kind)
        for name, kind in formulas.told(event).items()
    }


def fits(field: FormField, kind: str) -> bool:
    """Whether a field of a form takes what a field of an event is; a person or a unit is named in a text."""
    return kind in TAKES[field.kind] or (kind in ("person", "unit") and field.kind in ("text", "long"))


def inputs(form: tuple[FormField, ...]) -> Iterator[tuple[str, FormField]]:
    """The names under which the fields of a form are given, each with its field; a period has two, a file none."""
    for one in form:
        if one.kind == "file":
            continue
        if one.kind == "period":
            yield from ((f"{one.name}{FROM}", one), (f"{one.name}{TO}", one))
        else:
            yield one.name, one


def constants(trigger: Trigger) -> dict[str, Any]:
    """The values that are given as they are."""
    return {name: one.value for name, one in trigger.values.items() if one.source == "constant"}
