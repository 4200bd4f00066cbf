"""The smallest jobs and handlers there can be: what is measured is what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.text import catalogue
from core.db.base import Base
from core.db.types import Id
from core.jobs.context import JobContext
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Handler, Job, Module

_ = catalogue("benchmarks")

module = Module("bench", _("Benchmark"), "benchmarks", "1.0")


def trivial(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Does nothing and says so."""
    del context
    return {"number": args["number"]}


class Noted(Base):
    """What a handler writes."""

    __tablename__ = "bench_noted"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[int]


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """The smallest event."""

    name = "bench.thing_noticed"
    title = _("Thing noticed")
    thing = "thing"
    about = "number"

    number: int


def note(session: Session, event: Noticed) -> None:
    """Write a row."""
    session.add(Noted(number=event.number))


HANDLERS = tuple(Handler(f"bench.{name}", on=Noticed.name, run=note) for name in ("first", "second"))


@dataclass(frozen=True, slots=True)
class Counted(Event):
    """The same for handlers that take many at once."""

    name = "bench.thing_counted"
    title = _("Thing counted")
    thing = "thing"
    about = "number"

    number: int


def note_all(session: Session, events: Sequence[Counted]) -> None:
    """Write a row for each."""
    session.execute(insert(Noted), [{"number": event.number} for event in events])


TOGETHER = tuple(
    Handler(f"bench.{name}_together", on=Counted.name, run=note_all, together=True) for name in ("first", "second")
)


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """The two events."""
    return [Noticed, Counted]


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """Two that write a row for each event, and two that write the rows of many."""
    return [*HANDLERS, *TOGETHER]


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The one job."""
    return [Job("bench.trivial", _("Benchmark"), trivial)]
