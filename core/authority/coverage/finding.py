"""A finding: what is wrong, where, and what to do; with a key that stays while the finding stays what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Literal

from core.authority.coverage.world import EntryRow, PostRow, UnitRow, World
from core.base.money import format_money
from core.base.text import Text, catalogue, listed

_ = catalogue("authority")

Severity = Literal["high", "medium", "low"]

SEVERITIES: Mapping[Severity, Text] = {"high": _("Serious"), "medium": _("To settle"), "low": _("To know")}

#: What is looked for. The numbers are those of the method.
CODES: Mapping[str, Text] = {
    "C01": _("Duty without a holder"),
    "C02": _("Position without duties, or employee without a position"),
    "C03": _("Two positions answer for one matter"),
    "C04": _("Nobody, or more than one level, answers for a matter"),
    "C05": _("Amounts that nobody can decide"),
    "C06": _("Superior decides less than the position below"),
    "C07": _("Only one person can decide"),
    "C08": _("Nobody decides the requests of the only one who decides"),
    "C09": _("Incompatible duties in one hand"),
    "C10": _("Responsibility and authority do not match"),
    "C11": _("Two units claim one matter"),
    "C12": _("Entry on an action that nothing declares"),
    "C13": _("Entry without effect"),
    "C14": _("Delegation that carries less than it names"),
    "C15": _("Headcount quota or working time exceeded"),
    "C16": _("Line of reporting is broken"),
    "C17": _("Many can open masked fields"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a ladder: who may decide which amounts of what is asked about, by which entry.

    ``low`` and ``high`` are closed ends in minor units, ``high`` None without an end. ``holders`` is how many hold the
    position and its entry on the day; with none the rung is broken.
    """

    post: PostRow
    entry: EntryRow
    low: int
    high: int | None
    currency: str
    holders: int

    @property
    def citation(self) -> str:
        """The entry, as decisions cite it."""
        return f"{self.post.code if self.entry.position_id is not None else 'ALL'}.{self.entry.code}"

    @property
    def amounts(self) -> Text:
        """Which amounts, in words; any where the action is about none or the entry sets no end."""
        if not self.currency or (self.high is None and self.low <= 1):
            return _("any amount")
        return interval(self.low, self.high, self.currency)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the lists of a day leave open.

    ``subject`` identifies it by codes, so that ``key`` outlives new versions of lists that change nothing about it.
    ``units`` are all units it tells of, None for the installation's own list; who may not read one of them does not
    see it. ``low`` and ``high`` are the closed ends of the amounts it is about in minor units of ``currency``
    (``high`` None: without end). ``owner`` is the position that would put it right.
    """

    code: str
    severity: Severity
    subject: tuple[str, ...]
    message: Text
    place: Text | str
    remedy: Text
    units: frozenset[int | None]
    unit: UnitRow | None = None
    post: PostRow | None = None
    action: str = ""
    currency: str = ""
    low: int | None = None
    high: int | None = None
    combinations: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    entries: tuple[str, ...] = ()
    owner: PostRow | None = None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        digest = blake2s("\x1f".join((self.code, *self.subject)).encode(), digest_size=12).hexdigest()
        object.__setattr__(self, "key", f"{self.code}-{digest}")

    @property
    def order(self) -> tuple[int, str, tuple[str, ...]]:
        """Serious ones first, then by code and what they are about."""
        return list(SEVERITIES).index(self.severity), self.code, self.subject


# -- words -----------------------------------------------------------------------------------------------------------


def named(row: UnitRow | PostRow) -> Text:
    """A unit or position by title and code."""
    return _("{title} ({code})", title=row.title, code=row.code)


def places(world: World, units: Iterable[UnitRow]) -> Iterator[tuple[UnitRow, UnitRow, Text | str]]:
    """Where something holds, tree by tree: the highest unit of all, the highest one the report is for, and words for
    all of those. Trees in which the report shows no unit are left out.
    """
    members = list(units)
    for root, _below in world.tops(members):
        shown = [
            unit for unit in members
            if root.lft <= unit.lft < root.rgt and (world.shown is None or unit.id in world.shown)
        ]
        tops = world.tops(shown)
        if tops:
            yield root, tops[0][0], listed([_with_below(unit, below) for unit, below in tops])


def _with_below(unit: UnitRow, below: int) -> Text:
    if not below:
        return named(unit)
    return _("{unit} and {count} unit below", "{unit} and {count} units below", unit=named(unit), count=below)


def interval(low: int, high: int | None, currency: str) -> Text:
    """Amounts from a closed lower end in minor units on, as ``(100,000.00; 200,000.00]``; no end is unlimited."""
    below = format_money(low - 1, currency=currency)
    if high is None:
        return _("{currency} ({low}; unlimited)", low=below, currency=currency)
    return _("{currency} ({low}; {high}]", low=below, high=format_money(high, currency=currency), currency=currency)


def citation(world: World, entry: EntryRow) -> str:
    """An entry as decisions cite it."""
    if entry.position_id is None:
        return f"ALL.{entry.code}"
    post = world.posts.get(entry.position_id)
    return f"{post.code if post else '–'}.{entry.code}"


def place_of(world: World, unit_id: int | None) -> Text:
    """A unit by name; the installation where there is none."""
    unit = world.units.get(unit_id) if unit_id is not None else None
    return named(unit) if unit is not None else _("The whole installation")


def list_of(world: World, unit_id: int | None) -> Text:
    """A list by its unit."""
    return _("List of {unit}", unit=place_of(world, unit_id))


def units_of(posts: Iterable[PostRow], entries: Iterable[EntryRow] = ()) -> frozenset[int | None]:
    """The units that a finding about some positions and entries tells of."""
    return frozenset({post.unit_id for post in posts} | {entry.list_unit_id for entry in entries})
