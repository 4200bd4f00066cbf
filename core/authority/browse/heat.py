"""Who answers for which matter in which unit: the claims of a day side by side, with what the coverage report finds in
them. Nothing is found here a second time (``coverage/matters.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.authority.coverage import matters, reading
from core.authority.coverage.finding import Finding
from core.authority.coverage.world import BoundaryRow, DutyRow, UnitRow, World
from core.authority.readable import READ, readable
from core.base.actor import Actor
from core.db.dated import as_of
from core.db.types import Translation
from core.org.models import UnitVersion
from core.org.resources import Place

State = Literal["clash", "gap", "levels", "answers", "works", "beside"]
Show = Literal["all", "clash", "gap"]

#: Rows of a page, and columns beside each other; whoever has more chooses a unit.
ROWS, COLUMNS = 40, 30


@dataclass(slots=True)
class Cell:
    """A matter in a unit. ``who`` answers for it, or has a part in it where nobody there answers; None is the unit as
    a whole. ``parts`` are the letters of all duties, ``lead`` says whether a boundary lets the unit lead (None: none
    names it).
    """

    unit: UnitRow
    duties: list[DutyRow] = field(default_factory=list)
    who: list[Translation | None] = field(default_factory=list)
    parts: str = ""
    lead: bool | None = None
    state: State = "beside"


@dataclass(slots=True)
class Row:
    """A matter with its cells by unit; ``text`` is the sentence of a duty that is about it."""

    matter: str
    text: Translation | None
    cells: dict[int, Cell]

    def has(self, *states: State) -> bool:
        """Whether some unit is in one of these states."""
        return any(cell.state in states for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Heat:
    """A page of the map: the units of its columns, its rows, how many rows there are of each kind, and how many
    units had no room.
    """

    columns: list[UnitRow]
    rows: list[Row]
    counts: Mapping[Show, int]
    left_out: int = 0


def rows_of(session: Session, actor: Actor, day: date, unit_id: int | None = None) -> list[Row]:
    """The matters of a day by code, as far as the actor may read the lists; of a unit and those below it where one is
    named. Six statements, whatever their number.
    """
    world = reading.of_matters(session, day)
    may = _readable(session, actor, day)
    within = _within(world, unit_id)
    return [row for row in build(world, may) if _narrowed(row, within)]


def build(world: World, may: frozenset[int | None]) -> list[Row]:
    """The rows of a world for who may read the lists of some units; None among them stands for the installation."""
    duties: dict[str, list[DutyRow]] = {}
    for duty in world.duties:
        if duty.matter and duty.list_unit_id in may:
            duties.setdefault(duty.matter, []).append(duty)
    boundaries: dict[str, list[BoundaryRow]] = {}
    for boundary in world.boundaries:
        if boundary.list_unit_id in may:
            boundaries.setdefault(boundary.matter, []).append(boundary)
    found: dict[str, list[Finding]] = {}
    for one in matters.unclear(world):
        if one.units <= may:
            found.setdefault(one.subject[0], []).append(one)
    rows = [
        _row(world, matter, duties.get(matter, ()), boundaries.get(matter, ()), found.get(matter, ()))
        for matter in sorted({*duties, *boundaries})
    ]
    return [row for row in rows if row.cells]


def _row(
    world: World, matter: str, duties: Sequence[DutyRow], boundaries: Sequence[BoundaryRow],
    found: Iterable[Finding],
) -> Row:
    cells: dict[int, Cell] = {}
    for duty in duties:
        unit = matters.unit_of(world, duty)
        if unit is not None:
            cells.setdefault(unit.id, Cell(unit)).duties.append(duty)
    for boundary in boundaries:
        named = {boundary.lead_unit_id, *boundary.support}
        for unit in (one for key, one in world.units.items() if key in named):
            cell = cells.setdefault(unit.id, Cell(unit))
            cell.lead = bool(cell.lead) or unit.id == boundary.lead_unit_id
    for cell in cells.values():
        _fill(world, cell)
    for one in found:
        _mark(cells, one)
    first = sorted(duties, key=lambda duty: (duty.raci != "A", duty.position_id is not None))
    text = first[0].text if first else None
    return Row(matter, text, cells)


def _fill(world: World, cell: Cell) -> None:
    """Who has which part, before anything is found."""
    cell.parts = "".join(part for part in "ARCI" if any(duty.raci == part for duty in cell.duties))
    if not cell.duties:
        return
    chosen = [duty for duty in cell.duties if duty.raci == "A"]
    cell.state = "answers" if chosen else "works"
    posts = dict.fromkeys(duty.position_id for duty in chosen or cell.duties)
    if len(posts) > 1:  # a unit and its head who both answer are one claim, and the head has the better name
        posts.pop(None, None)
    cell.who = [
        world.posts[one].title if one is not None else None for one in posts if one is None or one in world.posts
    ]


def _mark(cells: dict[int, Cell], found: Finding) -> None:
    """What is found in a row, on the cells it is about."""
    nobody = found.code == "C04" and len(found.subject) == 1
    for cell in cells.values():
        if nobody and cell.duties:
            cell.state = "gap"
        elif found.code in ("C03", "C11") and cell.unit.id in found.units and (cell.lead or "A" in cell.parts):
            cell.state = "clash"
        elif found.code == "C04" and cell.unit.id in found.units and cell.state == "answers":
            cell.state = "levels"


def _readable(session: Session, actor: Actor, day: date) -> frozenset[int | None]:
    """The units whose lists an actor may read; None among them stands for the whole installation."""
    rows = session.scalars(
        select(UnitVersion.unit_id).where(as_of(UnitVersion, day), readable(session, actor, UnitVersion))
    )
    return frozenset(rows) | (frozenset({None}) if allowed(session, actor, READ, Place()) else frozenset())


def _within(world: World, unit_id: int | None) -> frozenset[int] | None:
    here = world.units.get(unit_id) if unit_id is not None else None
    if here is None:
        return None
    return frozenset(one.id for one in world.units.values() if here.lft <= one.lft < here.rgt)


def _narrowed(row: Row, within: frozenset[int] | None) -> bool:
    """Leave the cells of some units; whether any is left."""
    if within is not None:
        row.cells = {unit_id: cell for unit_id, cell in row.cells.items() if unit_id in within}
    return bool(row.cells)


def page_of(rows: Sequence[Row], show: Show, page: int) -> tuple[Heat, int]:
    """A page of the map, and how many rows there are of the kind asked for."""
    chosen = [row for row in rows if show == "all" or row.has(show)]
    here = chosen[(page - 1) * ROWS:page * ROWS]
    units = {cell.unit.id: cell.unit for row in here for cell in row.cells.values()}
    marked = {cell.unit.id for row in here for cell in row.cells.values() if cell.state in ("clash", "gap")}
    first = sorted(units.values(), key=lambda unit: (unit.id not in marked, unit.lft))[:COLUMNS]
    counts: dict[Show, int] = {
        "all": len(rows), "clash": sum(row.has("clash") for row in rows), "gap": sum(row.has("gap") for row in rows),
    }
    columns = sorted(first, key=lambda unit: unit.lft)
    return Heat(columns, list(here), counts, len(units) - len(columns)), len(chosen)
