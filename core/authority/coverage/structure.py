"""The structure of posts of public institutions, of C15: grades there are not, and more posts of a high grade than the
national ratios allow. Both come from ``core/org/data/grades.yaml`` with its source and date; whoever has no graded
posts is not asked, and where an approved staffing plan speaks of the grades of professional posts, it says what is
allowed (``staffing``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.authority.coverage.finding import Finding, named, place_of
from core.authority.coverage.world import PostRow, UnitRow, World
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.org import grades, quotas

_ = catalogue("authority")


def of_grades(world: World) -> Iterator[Finding]:
    """C15: posts whose grade begins as one of an institution does and is none, and ratios of professional posts.

    Ratios are those of posts as they are planned, their headcount quotas, in each company by itself; a part of a post
    that a ratio leaves counts as a whole one. They are upper bounds: fewer high posts than allowed are no finding.
    Posts of units whose own plan was approved are not among them.
    """
    seats: dict[int, Counter[int]] = {}
    units: dict[int, set[int | None]] = {}
    for post in world.posts.values():
        if post.grade is None:
            continue
        found = grades.read(post.grade)
        if found is None and any(post.grade.startswith(one["prefix"]) for one in _categories().values()):
            yield _unknown(world, post)
        elif found is not None and found[0] == "professional" and not quotas.governs_grades(
            world.quotas, world.units, world.units[post.unit_id]
        ):
            entity = world.units[post.unit_id].legal_entity_id
            seats.setdefault(entity, Counter())[found[1]] += post.headcount
            units.setdefault(entity, set()).add(post.unit_id)
    for entity, counted in sorted(seats.items()):
        top = min((unit for unit in world.units.values() if unit.legal_entity_id == entity), key=lambda unit: unit.lft)
        for one in (*_bands(top, counted), *_within_bands(top, counted)):
            yield replace(one, units=one.units | units[entity])


def most(total: int, parts: Sequence[int], first: int) -> int:
    """How many of a number of posts the first so many of some parts may be; a part of a post is a whole one."""
    return -(-total * sum(parts[:first]) // sum(parts))


def _categories() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = grades.system()["categories"]
    return found


def _unknown(world: World, post: PostRow) -> Finding:
    return Finding(
        "C15", "low", ("grade", post.code),
        _("{post} has the grade {grade}, which there is not.", post=named(post), grade=post.grade),
        place_of(world, post.unit_id), _("Write it as in 管理七级, 专技十级, 工勤三级 or 普通工."),
        frozenset({post.unit_id}), world.units[post.unit_id], post,
    )  # fmt: skip


def _bands(top: UnitRow, counted: Counter[int]) -> Iterator[Finding]:
    system = grades.system()
    bands, parts = system["bands"], list(system["structure"]["bands"].values())
    total, high = sum(counted.values()), 0
    names: list[Translation] = []
    for number, name in enumerate(list(system["structure"]["bands"])[:-1], start=1):
        high += sum(counted[grade] for grade in bands[name]["grades"])
        names.append(Translation(bands[name]["title"]))
        if high > (allowed := most(total, parts, number)):
            yield _too_many(top, f"band-{name}", _joined(names), high, total, allowed, parts)


def _within_bands(top: UnitRow, counted: Counter[int]) -> Iterator[Finding]:
    for one in grades.system()["structure"]["within"]:
        levels, parts = one["grades"], one["parts"]
        total, high = sum(counted[level] for level in levels), 0
        for number, level in enumerate(levels[:-1], start=1):
            high += counted[level]
            if counted[level] and high > (allowed := most(total, parts, number)):
                title = (_("grade {level}", level=level) if number == 1
                         else _("grades {first} to {level}", first=levels[0], level=level))
                yield _too_many(top, f"grade-{level}", title, high, total, allowed, parts)


def _joined(names: Sequence[Translation]) -> Text:
    return _("{name}", name=names[0]) if len(names) == 1 else _("{first} and {second}", first=names[0], second=names[1])


def _too_many(
    top: UnitRow, key: str, title: Text, high: int, total: int, allowed: int, parts: Sequence[int]
) -> Finding:
    system = grades.system()
    return Finding(
        "C15", "medium", ("structure", top.code, key),
        _("Of {total} professional posts {high} are of {title}; the ratio {ratio} allows {allowed} ({source}, {date}).",
          total=total, high=high, title=title, ratio=":".join(map(str, parts)), allowed=allowed,
          source=system["source"], date=system["source_date"]),
        named(top), _("Compare with the approved plan of posts; lower the grade of posts, or have the plan approved "
                      "anew."),
        frozenset({top.id}), top,
    )  # fmt: skip
