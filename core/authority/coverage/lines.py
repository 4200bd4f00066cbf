"""Lines of reporting: C16 cycles, lines that lead nowhere, units with several heads or none."""

from __future__ import annotations

from collections.abc import Iterator

from core.authority.coverage.finding import Finding, named, place_of
from core.authority.coverage.world import PostRow, World
from core.base.text import catalogue, listed

_ = catalogue("authority")


def broken(world: World) -> Iterator[Finding]:
    """C16 over all positions and units of the day. A unit without positions needs no head."""
    yield from _cycles(world)
    for post in world.posts.values():
        if post.reports_to_id is not None and post.reports_to_id not in world.posts:
            yield Finding(
                "C16", "high", ("nowhere", post.code),
                _("{post} reports to a position that is not there on this day.", post=named(post)),
                place_of(world, post.unit_id), _("Let it report to another position."), frozenset({post.unit_id}),
                world.units[post.unit_id], post,
            )
    with_posts = {post.unit_id for post in world.posts.values()}
    for unit in world.units.values():
        heads = world.heads.get(unit.id, [])
        if len(heads) > 1:
            yield Finding(
                "C16", "medium", ("heads", unit.code, *(post.code for post in heads)),
                _("{unit} has several heads: {posts}.", unit=named(unit),
                  posts=listed([named(post) for post in heads])),
                place_of(world, unit.id), _("Mark one of them as the head."), frozenset({unit.id}), unit, heads[0],
            )
        elif not heads and unit.id in with_posts:
            yield Finding(
                "C16", "medium", ("headless", unit.code), _("{unit} has positions and no head.", unit=named(unit)),
                place_of(world, unit.id), _("Mark one of its positions as the head."), frozenset({unit.id}), unit,
            )


def _cycles(world: World) -> Iterator[Finding]:
    done: set[int] = set()
    for start in world.posts.values():
        line: list[PostRow] = []
        here: PostRow | None = start
        while here is not None and here.id not in done and here not in line:
            line.append(here)
            here = world.posts.get(here.reports_to_id) if here.reports_to_id is not None else None
        if here in line:
            ring = sorted(line[line.index(here):], key=lambda post: post.code)
            yield Finding(
                "C16", "high", ("cycle", *(post.code for post in ring)),
                _("These positions report to each other in a circle: {posts}.",
                  posts=listed([named(post) for post in ring])),
                place_of(world, ring[0].unit_id), _("Let one of them report to a position outside the circle."),
                frozenset(post.unit_id for post in ring), world.units[ring[0].unit_id], ring[0],
            )
        done |= {post.id for post in line}
