"""Positions and the people on them: C01 duties without a holder, C02 either without the other, C15 quotas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.authority.coverage.finding import Finding, list_of, named, place_of
from core.authority.coverage.world import DutyRow, PostRow, World
from core.base.text import Text, catalogue, listed

_ = catalogue("authority")

#: Full working time of one person, in hundredths.
FULL = 100


def unheld(world: World, ahead: timedelta) -> Iterator[Finding]:
    """C01: duties of a position nobody holds today or, within ``ahead``, from a day on; a unit's where nobody works."""
    for position_id, duties in world.duties_of.items():
        post = world.posts.get(position_id)
        if post is None:
            yield _gone(world, duties)
        elif not world.held_on(post.id, world.day):
            yield _vacant(world, post, duties)
        else:
            for day in _later(world, post, ahead):
                yield _vacant(world, post, duties, day)
    yield from _deserted(world)


def _deserted(world: World) -> Iterator[Finding]:
    own: dict[int, list[str]] = {}
    for duty in world.duties:
        if duty.position_id is None and duty.list_unit_id is not None and duty.list_unit_id in world.units:
            own.setdefault(duty.list_unit_id, []).append(duty.code)
    at_work = {
        upper.id for home in {post.unit_id for post in world.posts.values() if world.held_on(post.id, world.day)}
        for upper in world.above(world.units[home])
    }
    for unit_id, codes in own.items():
        unit = world.units[unit_id]
        if unit_id not in at_work:
            yield Finding(
                "C01", "high", ("unit", unit.code), _("{unit} has duties, and nobody works there.", unit=named(unit)),
                list_of(world, unit_id), _("Fill a position there, or give the duties to another unit."),
                frozenset({unit_id}), unit, entries=tuple(codes),
            )


def _later(world: World, post: PostRow, ahead: timedelta) -> list[date]:
    """The days on which a position that was held before becomes vacant."""
    ends = {hold.end for hold in world.holds_of[post.id] if world.day < hold.end <= world.day + ahead}
    return [
        day for day in sorted(ends)
        if not world.held_on(post.id, day) and world.held_on(post.id, day - timedelta(days=1))
    ]


def _vacant(world: World, post: PostRow, duties: list[DutyRow], since: date | None = None) -> Finding:
    said = {"post": named(post), "duties": listed([duty.text for duty in duties])}
    message: Text
    if since is not None:
        message = _("From {day} on nobody holds {post}. Its duties: {duties}.", day=since, **said)
    elif post.headcount == 0:
        message = _("{post} has a headcount quota of 0. Its duties: {duties}.", **said)
    else:
        message = _("Nobody holds {post}. Its duties: {duties}.", **said)
    return Finding(
        "C01", "high" if since is None else "medium", (post.code, *([since.isoformat()] if since else [])), message,
        place_of(world, post.unit_id),
        _("Fill the position, name somebody who acts for it, or give its duties to another position."),
        frozenset({post.unit_id, *(duty.list_unit_id for duty in duties)}), world.units[post.unit_id], post,
        entries=tuple(duty.code for duty in duties), owner=_superior(world, post),
    )


def _gone(world: World, duties: list[DutyRow]) -> Finding:
    first = duties[0]
    return Finding(
        "C01", "high", ("-", place_code(world, first.list_unit_id), *(duty.code for duty in duties)),
        _("The duties {duties} belong to a position that is not there on this day.",
          duties=listed([duty.code for duty in duties])),
        list_of(world, first.list_unit_id), _("Publish a version of the list without them, or for another position."),
        frozenset(duty.list_unit_id for duty in duties), world.units.get(first.list_unit_id or 0),
        entries=tuple(duty.code for duty in duties),
    )


def place_code(world: World, unit_id: int | None) -> str:
    """The code of a unit, a dash for the installation."""
    unit = world.units.get(unit_id) if unit_id is not None else None
    return unit.code if unit is not None else "-"


def _superior(world: World, post: PostRow) -> PostRow | None:
    return world.posts.get(post.reports_to_id) if post.reports_to_id is not None else None


def unmatched(world: World) -> Iterator[Finding]:
    """C02: positions no list gives a duty, and employees who hold no position today."""
    for post in world.posts.values():
        if post.id not in world.duties_of:
            yield Finding(
                "C02", "medium", ("post", post.code), _("{post} has no duties in any list.", post=named(post)),
                place_of(world, post.unit_id), _("Write its duties into the list of the unit, or close the position."),
                frozenset({post.unit_id}), world.units[post.unit_id], post,
            )
    busy = {hold.person_id for hold in world.holds if hold.start <= world.day < hold.end}
    for one in world.employed:
        if one.person_id not in busy:
            yield Finding(
                "C02", "medium", ("person", one.number),
                _("The employee of number {number} holds no position today.", number=one.number),
                place_of(world, one.unit_id), _("Assign a position, or record the separation."),
                frozenset({one.unit_id}), world.units.get(one.unit_id or 0),
            )


def over_quota(world: World) -> Iterator[Finding]:
    """C15: more holders than the headcount quota allows, and people with more than one full working time.

    Whoever acts for a position takes no place of its quota.
    """
    for post in world.posts.values():
        count = sum(hold.kind != "acting" for hold in world.held_on(post.id, world.day))
        if count > post.headcount:
            yield Finding(
                "C15", "medium", ("post", post.code),
                _("{post} has {held} holders and a headcount quota of {quota}.", post=named(post), held=count,
                  quota=post.headcount),
                place_of(world, post.unit_id), _("Raise the quota, or transfer somebody."), frozenset({post.unit_id}),
                world.units[post.unit_id], post, owner=_superior(world, post),
            )
    numbers = {one.person_id: one.number for one in world.employed}
    shares: dict[int, list[tuple[PostRow, int]]] = {}
    for hold in world.holds:
        if hold.start <= world.day < hold.end and hold.position_id in world.posts:
            shares.setdefault(hold.person_id, []).append((world.posts[hold.position_id], hold.fte))
    for person_id, found in shares.items():
        total = sum(fte for _post, fte in found)
        if total > FULL:
            post = found[0][0]
            number = numbers.get(person_id, "–")
            yield Finding(
                "C15", "medium", ("person", number),
                _("The working time of employee number {number} adds up to {share}: {posts}.", number=number,
                  share=f"{total / FULL:.2f}",
                  posts=listed([f"{one.code} {fte / FULL:.2f}" for one, fte in found])),
                place_of(world, post.unit_id), _("Lower the share of one position."),
                frozenset(one.unit_id for one, _fte in found), world.units[post.unit_id], post,
            )
