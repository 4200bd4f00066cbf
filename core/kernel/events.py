"""What has happened, as modules tell each other: frozen dataclasses of plain values.

An event names the thing it happened to by id and carries what a reader needs to decide whether he cares. It carries
nothing personal and no amount: whoever wants those loads them by the id, under his own authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast, get_type_hints

from core.base.period import Month
from core.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

#: How values of these types are stored and read.
_READ: dict[Any, Callable[[Any], Any]] = {
    int: int, str: str, bool: bool, date: date.fromisoformat, datetime: datetime.fromisoformat, Month: Month.parse,
}


class Event:
    """The base of every event; a subclass is a frozen dataclass.

    ``name`` is ``module.noun_verbed`` in the past tense, ``title`` the same for people, ``about`` the field that holds
    the id of the thing it happened to and ``thing`` what that is: events about one thing are delivered in their order.
    Fields are ``int``, ``str``, ``bool``, ``date``, ``datetime`` or ``Month``, or one of them or None. A field that is
    added later needs a default, for what was stored before.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    thing: ClassVar[str]
    about: ClassVar[str]

    @property
    def aggregate(self) -> str:
        """The thing it happened to, ``payroll_run:7``."""
        return f"{self.thing}:{getattr(self, self.about)}"


def check(event: type[Event]) -> str:
    """What is wrong with the definition of an event, or nothing."""
    made: Any = event
    shape = getattr(made, "__dataclass_params__", None)
    if shape is None or not shape.frozen:
        return f"Event {event.__name__} is no frozen dataclass."
    known = {field.name for field in fields(made)}
    if event.about not in known:
        return f"Event {event.name!r} has no field {event.about!r} for what it is about."
    strange = [field.name for field in fields(made) if _reader(event, field) is None]
    if strange:
        return f"Event {event.name!r} has fields of types that cannot be stored: {', '.join(strange)}."
    return ""


def to_json(event: Event) -> dict[str, Any]:
    """An event as stored and as sent."""
    made: Any = type(event)
    return {name: _plain(getattr(event, name)) for name in _names(made)}


def from_json(event: type[Event], values: Mapping[str, Any]) -> Event:
    """The event that was stored; fields that have come since take their default, fields that have gone are left out.

    Raises ``ValueError`` when a field without default is missing.
    """
    made, given = cast("Any", event), dict[str, Any]()
    for name, read, needed in _readers(made):
        if name in values:
            value = values[name]
            given[name] = read(value) if read is not None and value is not None else None
        elif needed:
            raise ValueError(f"a stored {event.name} has no {name}")
    return event(**given)


@cache
def _names(event: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(event))


@cache
def _readers(event: Any) -> tuple[tuple[str, Callable[[Any], Any] | None, bool], ...]:
    """The fields of an event, how each is read, and whether it must be there."""
    return tuple((field.name, _reader(event, field), field.default is MISSING) for field in fields(event))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


@cache
def _hints(event: Any) -> dict[str, Any]:
    return get_type_hints(event)


def _reader(event: type[Event], field: Field[Any]) -> Callable[[Any], Any] | None:
    made: Any = event
    hint = _hints(made)[field.name]
    inside = [one for one in getattr(hint, "__args__", ()) if one is not type(None)]
    return _READ.get(inside[0] if len(inside) == 1 and hint is not inside[0] else hint)
