"""Who answers for a matter: C03 two positions of a unit, C04 nobody or two levels, C11 two units."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from core.authority.coverage.finding import Finding, named, place_of
from core.authority.coverage.world import BoundaryRow, DutyRow, UnitRow, World
from core.base.text import catalogue, listed

_ = catalogue("authority")


def unclear(world: World) -> Iterator[Finding]:
    """C03, C04 and C11 over every matter that a duty or a boundary names.

    A unit claims a matter by a duty of its own or of one of its positions with raci A. A department and its head who
    both answer are one claim. Two claims that lie one below the other are two levels (C04); others are two units
    (C11), unless a boundary with one lead names both.
    """
    boundaries: dict[str, list[BoundaryRow]] = {}
    for boundary in world.boundaries:
        boundaries.setdefault(boundary.matter, []).append(boundary)
    matters: dict[str, list[DutyRow]] = {}
    for duty in world.duties:
        if duty.matter:
            matters.setdefault(duty.matter, []).append(duty)
    for matter in sorted({*matters, *boundaries}):
        duties = matters.get(matter, [])
        yield from _positions(world, matter, duties)
        yield from _nobody(world, matter, duties, boundaries.get(matter, []))
        yield from _claims(world, matter, duties, boundaries.get(matter, []))


def unit_of(world: World, duty: DutyRow) -> UnitRow | None:
    """The unit a duty belongs to: that of its position, else that of its list."""
    if duty.position_id is None:
        return world.units.get(duty.list_unit_id or 0)
    post = world.posts.get(duty.position_id)
    return world.units[post.unit_id] if post is not None else None


def _positions(world: World, matter: str, duties: list[DutyRow]) -> Iterator[Finding]:
    answering: dict[int, set[int]] = {}
    for duty in duties:
        post = world.posts.get(duty.position_id) if duty.position_id is not None else None
        if duty.raci == "A" and post is not None:
            answering.setdefault(post.unit_id, set()).add(post.id)
    for unit_id, ids in answering.items():
        posts = sorted((world.posts[one] for one in ids), key=lambda post: post.code)
        if len(posts) > 1:
            yield Finding(
                "C03", "high", (matter, world.units[unit_id].code, *(post.code for post in posts)),
                _("More than one position answers for {matter}: {posts}.", matter=matter,
                  posts=listed([named(post) for post in posts])),
                place_of(world, unit_id), _("Leave A with one of them and give the others R, C or I."),
                frozenset({unit_id}), world.units[unit_id], posts[0],
                entries=tuple(duty.code for duty in duties if duty.position_id in ids and duty.raci == "A"),
            )


def _nobody(
    world: World, matter: str, duties: list[DutyRow], boundaries: list[BoundaryRow]
) -> Iterator[Finding]:
    if not duties or any(duty.raci == "A" for duty in duties):
        return
    units = [unit for duty in duties if (unit := unit_of(world, duty)) is not None]
    lead = world.units.get(boundaries[0].lead_unit_id) if boundaries else None
    unit = lead or (units[0] if units else None)
    yield Finding(
        "C04", "medium", (matter,),
        _("Nobody answers for {matter}; its duties are carried out, consulted or informed only.", matter=matter),
        place_of(world, unit.id if unit else None), _("Give raci A to one unit or position."),
        frozenset({unit.id for unit in units} | {duty.list_unit_id for duty in duties}), unit,
        entries=tuple(duty.code for duty in duties),
    )


def _claims(
    world: World, matter: str, duties: list[DutyRow], boundaries: list[BoundaryRow]
) -> Iterator[Finding]:
    claimed = {
        unit.id: unit for duty in duties if duty.raci == "A" and (unit := unit_of(world, duty)) is not None
    }
    units = sorted(claimed.values(), key=lambda unit: unit.lft)
    leads = sorted(
        {world.units[row.lead_unit_id] for row in boundaries if row.lead_unit_id in world.units},
        key=lambda unit: unit.lft,
    )
    if len(leads) > 1:
        yield Finding(
            "C11", "high", (matter, "leads", *(unit.code for unit in leads)),
            _("Boundaries name several units as the lead of {matter}: {units}.", matter=matter,
              units=listed([named(unit) for unit in leads])),
            place_of(world, leads[0].id), _("Agree on one lead and publish one boundary."),
            frozenset({unit.id for unit in leads} | {row.list_unit_id for row in boundaries}), leads[0],
            entries=tuple(row.code for row in boundaries),
        )
    settled = set[int | None]().union(*({row.lead_unit_id, *row.support} for row in boundaries))
    apart, levels = set[int](), set[int]()
    for one, other in combinations(units, 2):
        if one.lft <= other.lft < one.rgt:
            levels |= {one.id, other.id}
        elif not {one.id, other.id} <= settled:
            apart |= {one.id, other.id}
    yield from _two(world, "C11", matter, [unit for unit in units if unit.id in apart])
    yield from _two(world, "C04", matter, [unit for unit in units if unit.id in levels])


def _two(world: World, code: str, matter: str, units: list[UnitRow]) -> Iterator[Finding]:
    if not units:
        return
    said = {"units": listed([named(unit) for unit in units]), "matter": matter}
    apart = code == "C11"
    yield Finding(
        code, "high" if apart else "medium", (matter, *(unit.code for unit in units)),
        _("Several units claim {matter}, and no boundary settles it: {units}.", **said) if apart
        else _("Several levels answer for {matter}: {units}.", **said),
        place_of(world, units[0].id),
        _("Publish a boundary that names one lead and the units that support it, or take A from one of them.") if apart
        else _("Leave A with one level and give the others R, C or I."),
        frozenset(unit.id for unit in units), units[0],
    )
