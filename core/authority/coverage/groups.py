"""Masked fields: C17, groups that many people may open."""

from __future__ import annotations

from collections.abc import Iterator

from core.authority.coverage.finding import Finding, citation, named, places
from core.authority.coverage.world import OF_UNITS, EntryRow, Held, UnitRow, World
from core.base.text import catalogue, listed

_ = catalogue("authority")

#: The most people who may open a group of masked fields about one unit. Sensitive personal information is handled
#: for a specific purpose and with the least access (个人信息保护法 art. 28 and 6). The law names no number: a head of
#: personnel, two specialists and a stand-in each for pay and files are five, and whoever needs more says why.
READERS = 5


def open_to_many(world: World) -> Iterator[Finding]:
    """C17: for each group, the units of which more people than ``READERS`` may open it.

    One's own fields do not count.
    """
    for resource in world.resources.values():
        for group in resource.groups:
            held = [
                one for one in world.speaking_of(world.grants, group.reveal) if one.entry.scope in OF_UNITS
            ]
            counted = _counted(world, held, group.reveal)
            for count in sorted(set(counted.values()), reverse=True):
                if count <= READERS:
                    break
                units = [world.units[unit_id] for unit_id, found in counted.items() if found == count]
                for root, unit, where in places(world, units):
                    entries = _reaching(world, held, root)
                    yield Finding(
                        "C17", "high", (group.reveal, root.code, str(count)),
                        _("{count} person may open “{group}” of {where} by {entries}.",
                          "{count} people may open “{group}” of {where} by {entries}.", count=count,
                          group=group.title, where=where,
                          entries=listed([citation(world, entry) for entry in entries])),
                        named(unit), _("Take the entry from those who do not need it for a duty."),
                        frozenset({unit.id, *(entry.list_unit_id for entry in entries)}), unit, action=group.reveal,
                        entries=tuple(citation(world, entry) for entry in entries),
                    )


def _counted(world: World, held: list[Held], action: str) -> dict[int, int]:
    """How many people may, by unit."""
    carriers = [world.carriers(one) for one in held]
    return {
        unit.id: len(
            frozenset().union(*(carriers[place] for place, one in enumerate(held) if world.reaches(one, unit)))
            - world.barred(action, unit)
        )
        for unit in world.units.values()
    }


def _reaching(world: World, held: list[Held], unit: UnitRow) -> list[EntryRow]:
    found = {id(one.entry): one.entry for one in held if world.reaches(one, unit) and world.carriers(one)}
    return list(found.values())
