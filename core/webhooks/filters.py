"""Which events a subscription wants, and the formula that lets only some of them through.

The filter is a formula over the fields of the events (``core/events/formulas``). One that reads a field that an event
does not have, or has no value for, lets nothing through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from core.base.errors import DomainError
from core.events import formulas
from core.formula.expression import Expression
from core.kernel.events import Event

ALL = "*"
EVENT = formulas.EVENT


def wants(chosen: Collection[str], name: str) -> bool:
    """Whether an event is among those chosen by name, by module or all together."""
    return name in chosen or ALL in chosen or f"{name.partition('.')[0]}.*" in chosen


def chosen_events(chosen: Collection[str], known: Mapping[str, type[Event]]) -> tuple[type[Event], ...]:
    """The events that were chosen, of those there are."""
    return tuple(event for name, event in sorted(known.items()) if wants(chosen, name))


def readable(events: Iterable[type[Event]]) -> dict[str, str]:
    """The fields a filter over these events may name, and what each is: count, bool, text, day, month.

    Raises ``DomainError`` on field ``filter`` where one name means different things.
    """
    try:
        return formulas.readable(events)
    except DomainError as error:
        raise _beside(error) from None


def compiled(source: str, events: tuple[type[Event], ...]) -> tuple[Expression, tuple[str, ...]]:
    """A filter over these events, and the texts it knows. Raises ``DomainError`` on field ``filter``."""
    try:
        return formulas.compiled(source, events)
    except DomainError as error:
        raise _beside(error) from None


def passes(source: str, events: tuple[type[Event], ...], event: Event) -> bool:
    """Whether a filter lets an event through; one that cannot be read, or lacks a value, does not."""
    try:
        return formulas.holds(source, events, event)
    except DomainError:
        return False


def _beside(error: DomainError) -> DomainError:
    return DomainError("webhook.filter", error.message, "filter")
