"""What starts a process besides somebody who hands a request in: an event, or a rule of time.

    trigger: {event: personnel.change_approved, when: 'kind == "hire"', post: HR-D, values: {who: {event: person_id}}}
    trigger: {event: workflow.process_ended, process: "workflow.form:trip", when: 'answer == "approved"', post: FIN-1}
    trigger: {schedule: monthly, day: 1, at: "09:00", post: ADM-1, values: {month: {start: month}, reason: Fire drill}}

``post`` is the code of the post whose holder asks. Each value is a constant as a form takes it, a field of the event,
or the ``day`` or ``month`` in which it starts; the days of a period are given as ``{from: ..., to: ...}``. A schedule
is daily, workdays, weekly (``weekday`` 1 to 7, Monday first), monthly (``day`` 1 to 28, -1 for the last one), or a rule
of time as jobs have it, such as ``workday 3 09:00``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from core.base import recurrence
from core.base.errors import DomainError
from core.base.recurrence import Recurrence
from core.base.text import Text, catalogue, listed
from core.workflow.processes.fields import FROM, TO

_ = catalogue("workflow")

#: The event of the end of a process, which names the process it follows.
ENDED = "workflow.process_ended"
SCHEDULES = ("daily", "workdays", "weekly", "monthly")
STARTS = ("day", "month")
_WORDS = frozenset({"event", "process", "when", "post", "values", "schedule", "day", "weekday", "at"})
_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from: ``constant`` it is itself, ``event`` a field of the event, ``start`` the day or month
    in which it starts.
    """

    source: Literal["constant", "event", "start"]
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """What starts a process. ``event`` names the event, of ``process`` where it is the end of one, and ``when`` says
    for which; else ``rule`` is the rule of time. ``values`` are by the names that the schema of the form has.
    """

    post: str
    event: str = ""
    process: str = ""
    when: str = ""
    rule: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Whether a rule of time starts it."""
        return bool(self.rule)

    @property
    def recurrence(self) -> Recurrence:
        """Its rule of time."""
        return recurrence.parse(self.rule)


def read_trigger(source: Any) -> Trigger | None:
    """A trigger from data; None for none. Raises ``DomainError`` with the place (``trigger.day``) and the remedy."""
    if source is None:
        return None
    if not isinstance(source, Mapping):
        raise _wrong("trigger", _("This must be a set of named values."))
    unknown = sorted(str(name) for name in source if name not in _WORDS)
    if unknown:
        raise _wrong(f"trigger.{unknown[0]}", _("There is nothing called {name} here.", name=unknown[0]))
    if ("event" in source) == ("schedule" in source):
        raise _wrong("trigger", _("A process is started by an event or by a schedule; name one of them."))
    told = {name: _word(source.get(name, ""), f"trigger.{name}") for name in ("event", "process", "when", "post")}
    if not told["post"]:
        raise _wrong("trigger.post", _("Name the post whose holder asks."))
    timed = "schedule" in source
    if timed and (told["when"] or told["process"]):
        raise _wrong("trigger.when" if told["when"] else "trigger.process",
                     _("A schedule has no condition; the first step can have one."))  # fmt: skip
    if not timed and (strange := next((name for name in ("day", "weekday", "at") if name in source), None)):
        raise _wrong(f"trigger.{strange}", _("Days belong to a schedule, not to an event."))
    return Trigger(**told, rule=_rule(source) if timed else "", values=dict(_values(source.get("values") or {})))


def _rule(source: Mapping[str, Any]) -> str:
    word, at = source["schedule"], str(source.get("at", "09:00"))
    clock = _AT.fullmatch(at)
    if clock is None:
        raise _wrong("trigger.at", _("Write the time of day as 09:00."))
    needs = {"weekly": "weekday", "monthly": "day"}.get(str(word), "")
    for name in ("day", "weekday"):
        if name in source and name != needs:
            raise _wrong(f"trigger.{name}", _("This schedule has no {name}.", name=name))
    hour, minute = int(clock[1]), int(clock[2])
    if word == "daily":
        return f"{minute} {hour} * * *"
    if word == "workdays":
        return f"workdays {hour:02}:{minute:02}"
    if word == "weekly":
        day = _number(source.get("weekday"), "trigger.weekday", tuple(range(1, 8)))
        return f"{minute} {hour} * * {day % 7}"
    if word == "monthly":
        day = _number(source.get("day"), "trigger.day", (*range(1, 29), -1))
        return f"{minute} {hour} {day if day > 0 else 'l'} * *"
    if "at" in source:
        raise _wrong("trigger.at", _("A rule of time says its own time of day."))
    try:
        return recurrence.parse(_word(word, "trigger.schedule")).text
    except DomainError as error:
        raise _wrong("trigger.schedule", error.message) from None


def _values(source: Any) -> Iterator[tuple[str, Value]]:
    if not isinstance(source, Mapping):
        raise _wrong("trigger.values", _("This must be a set of named values."))
    for name, told in source.items():
        place = f"trigger.values.{name}"
        if isinstance(told, Mapping) and set(told) <= {"from", "to"} and told:
            for part, behind in (("from", FROM), ("to", TO)):
                if part in told:
                    yield f"{name}{behind}", _value(told[part], place)
        else:
            yield str(name), _value(told, place)


def _value(told: Any, place: str) -> Value:
    if isinstance(told, Mapping):
        if len(told) != 1 or next(iter(told)) not in ("event", "start"):
            raise _wrong(place, _("A value is a constant, or names an event's field or a start's day or month."))
        [(source, name)] = told.items()
        if source == "start" and name not in STARTS:
            raise _wrong(place, _("What starts has one of these: {words}.", words=listed(STARTS)))
        return Value(source, _word(name, place))
    if isinstance(told, date):
        return Value("constant", told.isoformat())
    if not isinstance(told, (str, int, bool)):
        raise _wrong(place, _("Write a text or a whole number; amounts and days as text, such as \"1000.00\"."))
    return Value("constant", told)


def _word(source: Any, place: str) -> str:
    if not isinstance(source, str) or len(source) > 1000:
        raise _wrong(place, _("This must be text."))
    return source.strip()


def _number(source: Any, place: str, among: tuple[int, ...]) -> int:
    if isinstance(source, bool) or source not in among:
        raise _wrong(place, _("This is one of {words}.", words=listed([str(one) for one in among[-7:]])
                              if len(among) < 8 else _("1 to 28, or -1 for the last day")))  # fmt: skip
    return int(source)


def _wrong(place: str, message: Text | str) -> DomainError:
    return DomainError("process.definition", message, place)
