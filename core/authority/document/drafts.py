"""What a list says, as plain values: one class for each kind of row, and the words that may stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from core.authority.models import SEPARATIONS
from core.base.errors import Problem
from core.db.types import Translation

CAP_PERIODS = ("day", "week", "month", "quarter", "year")
COMPARISONS = ("at_least", "at_most")
RACI = ("R", "A", "C", "I")
POWERS = ("decide", "propose", "cosign", "review", "do", "read")
ACTION = re.compile(r"[a-z_]+\.(?:[a-z_]+|\*):[a-z_]+|\*\.[a-z_]+:[a-z_]+")

#: Attributes and days of ``split_guard``.
SPLIT = re.compile(r"([a-z_]+(?:\+[a-z_]+)*)/(\d{1,3})d", re.ASCII)

#: What an expectation may say, by the word under which its action stands.
EXPECTATIONS: Mapping[str, tuple[str, ...]] = {
    "can": ("as", "can", "resource", "expect", "cite", "code"),
    "route": ("route", "resource", "expect"),
    "who_can": ("who_can", "resource", "expect"),
    "list": ("list", "as", "expect_units"),
}

#: What each kind of row may say; a word that is misspelt must not silently widen an entry.
KEYS: Mapping[str, tuple[str, ...]] = {
    "list": ("list", "version", "effective_from", "basis", "unit", "everybody", "positions", "boundaries",
             "separation", "tests"),
    "duties": ("text", "raci", "matter"),
    "authority": (
        "can", "cannot", "title", "in", "up_to", "cap", "split_guard", "needs_second", "break_glass", "when", "power",
        "duty", "basis", "delegable", "by_acting", "grantable",
    ),
    "assessment": ("title", "metric", *COMPARISONS, "unit", "per", "weight", "duty"),
    "boundaries": ("matter", "lead", "support", "text"),
    "separation": (*SEPARATIONS, "months", "risk", "basis"),
}

#: Words for the holder of a row that are no post; a position cannot be called so in a list.
RESERVED = ("everybody", "unit", "list", "全体", "本单位")

#: So many persons may have to agree.
SEVERAL = range(2, 10)
#: So many hours an entry for emergencies may be open.
HOURS = range(1, 25)

#: Where something stands in a document: line or row from 1, and in a workbook its sheet and column.
Spot = tuple[int, str]
#: The same by dotted place: ``MD.A2`` is a row, ``MD.A2.up_to`` one of its words.
Spots = Mapping[str, Spot]


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """A duty as written; ``position`` is a code or None for the unit's own."""

    code: str
    position: str | None
    text: Translation
    raci: str = "R"
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An authority entry as written; ``position`` None speaks of everybody, no ``power`` means that of its action.

    Who holds one that is ``grantable`` may give as much, and less, to others by the lists he publishes.
    """

    code: str
    position: str | None
    action: str
    title: Translation
    scope: str
    scope_unit: str | None = None
    effect: str = "grant"
    limit_minor: int | None = None
    currency: str | None = None
    cap_minor: int | None = None
    cap_period: str | None = None
    split_by: str | None = None
    split_days: int | None = None
    conditions: Mapping[str, str] | None = None
    power: str = ""
    duty: str | None = None
    basis: str | None = None
    delegable: bool = False
    by_acting: bool = True
    grantable: bool = False
    needs_second: int | None = None
    break_hours: int | None = None


@dataclass(frozen=True, slots=True)
class KpiDraft:
    """A KPI target as written; ``target`` is in millionths of its unit."""

    code: str
    position: str
    title: Translation
    metric: str
    target: int
    comparison: str = "at_least"
    unit: str = "count"
    period: str = "month"
    weight: int | None = None
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class BoundaryDraft:
    """A boundary between units as written, by unit codes; ``support`` is sorted."""

    code: str
    matter: str
    lead: str
    support: tuple[str, ...]
    text: Translation


@dataclass(frozen=True, slots=True)
class SeparationDraft:
    """A rule that keeps actions apart as written; ``months`` stands with ``tenure`` alone."""

    code: str
    kind: str
    actions: tuple[str, ...]
    months: int | None = None
    risk: str = "medium"
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectationDraft:
    """What whoever wrote the list expects of it, by ``kind``.

    ``can``: the post may do something to a supposed thing, or may not; ``cite`` is the entry that must allow it,
    ``code`` why it must be refused. ``route``: whom the way of a question ends with. ``who_can``: all posts that may
    decide it. ``list``: the units of which the post sees anything. ``found`` are those posts or units, nobody where it
    is empty.

    ``resource`` are the facts of the thing by name: ``unit``, ``position``, ``requester`` (the post that asks for it),
    ``amount`` (with its currency) and the attributes of its type.
    """

    post: str | None
    action: str
    resource: Mapping[str, str] = field(default_factory=dict)
    allow: bool = False
    cite: str | None = None
    code: str | None = None
    kind: str = "can"
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListDraft:
    """One version of a unit's list, ready to be published. ``unit`` None is the installation's own list.

    ``source`` and ``spots`` tell where it was read: they are no part of what it says.
    """

    unit: str | None
    version: int
    effective_from: date
    duties: tuple[DutyDraft, ...] = ()
    entries: tuple[EntryDraft, ...] = ()
    kpis: tuple[KpiDraft, ...] = ()
    boundaries: tuple[BoundaryDraft, ...] = ()
    basis: str | None = None
    tests: tuple[ExpectationDraft, ...] = ()
    separation: tuple[SeparationDraft, ...] = ()
    source: str = field(default="", compare=False)
    spots: Spots = field(default_factory=dict, compare=False, repr=False)


def located(spots: Spots, problems: Iterable[Problem]) -> list[Problem]:
    """Problems that name a place of a document (``MD.A2``), with the line or row where that stands."""
    found = []
    for problem in problems:
        spot = spot_of(spots, problem.column or "") if problem.row is None else None
        found.append(replace(problem, row=spot[0], column=spot[1] or problem.column) if spot else problem)
    return found


def spot_of(spots: Spots, place: str, key: str = "") -> Spot | None:
    """Where a place stands, at best its word ``key``, else the row it belongs to."""
    if key and (spot := spots.get(f"{place}.{key}")):
        return spot
    while place:
        if spot := spots.get(place):
            return spot
        place = place.rpartition(".")[0]
    return None
