"""Delegations: C14, those that carry nothing, or only a part of what they name."""

from __future__ import annotations

from collections.abc import Iterator

from core.authority.coverage.finding import Finding, place_of
from core.authority.coverage.world import HandedRow, PostRow, World
from core.base.text import Text, catalogue, listed

_ = catalogue("authority")


def idle(world: World) -> Iterator[Finding]:
    """C14, one finding a delegation in force; one whose giver is gone has ended by itself and is not told of."""
    for one in world.handed:
        post = world.posts.get(one.position_id)
        if post is None:
            continue
        told = _told(world, one, post)
        if told is None:
            continue
        message, remedy = told
        yield Finding(
            "C14", "medium", (post.code, one.giver, one.taker, *sorted(one.codes)), message,
            place_of(world, post.unit_id), remedy, frozenset({post.unit_id}), world.units.get(post.unit_id), post,
            entries=tuple(f"{post.code}.{code}" for code in sorted(one.codes)), owner=post,
        )


def _told(world: World, one: HandedRow, post: PostRow) -> tuple[Text, Text] | None:
    """What is wrong with a delegation and what to do, None where nothing is."""
    words = {"post": post.title, "code": post.code, "giver": one.giver, "taker": one.taker, "day": one.last_day}
    if one.kind == "acting":
        return (
            _("{giver} acts for {post} ({code}) and delegated it to {taker} until {day}; what one holds by acting "
              "cannot be handed on.", **words),
            _("Appoint somebody else to act, or let the delegation end."),
        )
    if one.taker_id not in world.holding:
        return (
            _("{giver} delegated {post} ({code}) to {taker} until {day}, who holds no position.", **words),
            _("Delegate to somebody else."),
        )
    carried = {
        entry.code for entry in world.entries
        if entry.position_id == post.id and entry.grants and entry.delegable
    }
    lost = sorted(one.codes - carried)
    if not lost:
        return None
    return (
        _("{giver} delegated {post} ({code}) to {taker} until {day}; the list no longer lets these be delegated: "
          "{entries}.", entries=listed(lost), **words),
        _("Take the delegation back and delegate what the list allows."),
    )
