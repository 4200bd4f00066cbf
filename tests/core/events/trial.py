"""A module that tells of things and one that cares: rows per effect, so that a doubled effect is two rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.errors import DomainError
from core.base.period import Month
from core.base.text import catalogue
from core.db.base import Base
from core.db.types import Id
from core.events.outbox import emit, emit_many
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Handler, Module

_ = catalogue("trial")

module = Module("trial", _("Trial"), "tests.core.events", "1.0")


class TrialEffect(Base):
    __tablename__ = "trial_effect"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    handler: Mapped[str] = mapped_column(String(40))
    thing: Mapped[int]
    number: Mapped[int]


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """A thing moved for the number-th time."""

    name = "trial.moved"
    title = _("Trial")
    thing = "trial"
    about = "thing_id"

    thing_id: int
    number: int
    day: date | None = None
    month: Month | None = None
    at: datetime | None = None
    fast: bool = False


@dataclass(frozen=True, slots=True)
class Echoed(Event):
    """A handler heard of a move."""

    name = "trial.echoed"
    title = _("Trial")
    thing = "echo"
    about = "thing_id"

    thing_id: int


@dataclass(frozen=True, slots=True)
class Counted(Event):
    """A thing was counted; told by the hundred."""

    name = "trial.counted"
    title = _("Trial")
    thing = "trial"
    about = "thing_id"

    thing_id: int
    number: int


#: Things whose moves a handler cannot bear, and how it fails.
BROKEN: dict[int, Exception] = {}
HEARD: list[Any] = []
#: How many events a handler was given at once, time by time.
GIVEN: list[int] = []


def note(session: Session, event: Moved) -> None:
    session.execute(insert(TrialEffect).values(handler="note", thing=event.thing_id, number=event.number))
    if event.thing_id in BROKEN:
        raise BROKEN[event.thing_id]


def count(session: Session, event: Moved) -> None:
    session.add(TrialEffect(handler="count", thing=event.thing_id, number=event.number))
    HEARD.append(event)


def echo(session: Session, event: Echoed) -> None:
    emit(session, Echoed(event.thing_id))


def gather(session: Session, events: Sequence[Counted]) -> None:
    GIVEN.append(len(events))
    rows = [{"handler": "gather", "thing": event.thing_id, "number": event.number} for event in events]
    session.execute(insert(TrialEffect), rows)
    for event in events:
        if event.thing_id in BROKEN:
            raise BROKEN[event.thing_id]


def answer(session: Session, events: Sequence[Counted]) -> None:
    emit_many(session, [Moved(event.thing_id, event.number) for event in events])


def wanted(session: Session, name: str) -> bool:
    del session, name
    return False


HANDLERS = (
    Handler("trial.note", "trial.moved", note, tries=3),
    Handler("trial.count", "trial.moved", count),
    Handler("trial.echo", "trial.echoed", echo, tries=1),
    Handler("trial.gather", "trial.counted", gather, together=True),
    Handler("trial.answer", "trial.counted", answer, together=True),
    Handler("trial.idle", "*", count, wanted=wanted),
)


@hookimpl
def register_events() -> list[type[Event]]:
    return [Moved, Echoed, Counted]


@hookimpl
def register_handlers() -> list[Handler]:
    return list(HANDLERS)


def effects(session: Session, handler: str) -> list[tuple[int, int]]:
    """(thing, number) in the order in which the handler wrote them."""
    found = select(TrialEffect.thing, TrialEffect.number).where(TrialEffect.handler == handler)
    return [(row.thing, row.number) for row in session.execute(found.order_by(TrialEffect.id))]


def refuse() -> DomainError:
    """A refusal in words."""
    return DomainError("trial.refused", _("Trial"))
