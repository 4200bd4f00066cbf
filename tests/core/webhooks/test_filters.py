"""Which events pass a filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from core.base.errors import DomainError
from core.base.period import Month
from core.base.text import catalogue
from core.kernel.events import Event
from core.webhooks.filters import chosen_events, compiled, passes, readable, wants

_ = catalogue("trial")


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """A thing moved."""

    name = "trial.moved"
    title = _("Trial")
    thing = "trial"
    about = "thing_id"

    thing_id: int
    kind: str = ""
    fast: bool = False
    day: date | None = None
    month: Month | None = None
    at: datetime | None = None
    min: int = 0


@dataclass(frozen=True, slots=True)
class Counted(Event):
    """Things were counted, by a kind that is a number."""

    name = "trial.counted"
    title = _("Trial")
    thing = "trial"
    about = "thing_id"

    thing_id: int
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """A thing ended."""

    name = "other.ended"
    title = _("Trial")
    thing = "trial"
    about = "thing_id"

    thing_id: int


ONE = (Moved,)
BOTH = (Moved, Ended)


@pytest.mark.parametrize(("source", "event", "expected"), [
    ("", Moved(1), True),
    ("thing_id == 7", Moved(7), True),
    ("thing_id == 7", Moved(8), False),
    ("thing_id > 900000000000000000", Moved(2**63 - 1), True),
    ('kind == "a"', Moved(1, "a"), True),
    ('kind == "a"', Moved(1, "b"), False),
    ('kind != "a"', Moved(1, "b"), True),
    ('kind == "a" or kind == "b"', Moved(1, "b"), True),
    ('kind == "a" or kind == "b"', Moved(1, "c"), False),
    ('kind == "工资"', Moved(1, "工资"), True),
    ("fast", Moved(1, fast=True), True),
    ("not fast and thing_id < 3", Moved(2), True),
    ("month >= 202611", Moved(1, month=Month(2026, 12)), True),
    ("month >= 202611", Moved(1, month=Month(2026, 10)), False),
    ("day < 20261123", Moved(1, day=date(2026, 11, 22)), True),
    ("month == 202611", Moved(1), False),
    ("not known(month)", Moved(1), True),
    ("known(month) and month == 202611", Moved(1), False),
    ('event == "trial.moved"', Moved(1), True),
    ('event != "trial.moved"', Moved(1), False),
])  # fmt: skip
def test_what_passes(source: str, event: Event, expected: bool) -> None:
    assert passes(source, ONE, event) is expected


def test_events_of_different_fields() -> None:
    source = 'event == "other.ended" or kind == "a"'
    assert passes(source, BOTH, Ended(1))
    assert passes(source, BOTH, Moved(1, "a"))
    assert not passes(source, BOTH, Moved(1, "b"))
    assert not passes('kind == "a"', BOTH, Ended(1)), "what it reads is not there"


@pytest.mark.parametrize("source", [
    "thing_id", "thing_id ==", "nothing == 1", 'thing_id == "a"', "kind == 1", "at == 1", "min == 1", "__import__",
    "1 / 0", "thing_id.real", 'kind == "a" or (', "fast == 1 == ", "x" * 2_001,
])  # fmt: skip
def test_what_cannot_be_read_is_told_where_it_is_written_and_lets_nothing_through(source: str) -> None:
    with pytest.raises(DomainError) as refused:
        compiled(source, ONE)
    assert refused.value.field == "filter"
    assert not passes(source, ONE, Moved(1))


def test_one_name_must_mean_one_thing() -> None:
    with pytest.raises(DomainError, match="different things by kind"):
        compiled("thing_id == 1", (Moved, Counted))


def test_the_fields_of_a_filter() -> None:
    assert readable(ONE) == {
        "event": "text", "thing_id": "count", "kind": "text", "fast": "bool", "day": "day", "month": "month",
    }  # fmt: skip


def test_events_are_chosen_by_name_by_module_or_all() -> None:
    known: dict[str, type[Event]] = {one.name: one for one in (Moved, Counted, Ended)}
    assert chosen_events(["trial.*"], known) == (Counted, Moved)
    assert chosen_events(["*"], known) == (Ended, Counted, Moved)
    assert chosen_events(["other.ended", "gone.event"], known) == (Ended,)
    assert not wants(["trial.*"], "trials.moved")
