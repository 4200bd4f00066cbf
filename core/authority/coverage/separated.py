"""Duties that lists keep apart: C09, what one hand holds, who stays in a post too long, and what lets him for now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from core.authority.coverage import hands
from core.authority.coverage.finding import Finding, Severity, citation, named, place_of, units_of
from core.authority.coverage.hands import Conflict
from core.authority.coverage.world import HoldRow, MitigationRow, World
from core.authority.rules import Rule
from core.authority.separation import overlap
from core.base.text import Text, catalogue

_ = catalogue("authority")

#: So long before a mitigation ends it is told of.
SOON = timedelta(days=30)


def together(world: World) -> Iterator[Finding]:
    """C09 in all its forms; nothing where no rule is in force."""
    numbers = {one.person_id: one.number for one in world.employed}
    for conflict in hands.of_posts(world):
        yield _of_post(world, conflict)
    for conflict in hands.of_persons(world):
        # What a position has by itself is told of the position, not of everybody who holds it.
        if not hands.by_one_post(conflict):
            yield _of_person(world, conflict, numbers.get(conflict.person_id or 0, "–"))
    yield from _too_long(world, numbers)
    yield from _ending(world)


def title(world: World, pattern: str) -> Text | str:
    """What an action is called; its key where nothing declares it or it stands for several."""
    action = world.actions.get(pattern)
    return action.title if action is not None else pattern


def _of_post(world: World, found: Conflict) -> Finding:
    post = found.one[1].held.post
    return _finding(
        world, found, ("post", found.rule.citation, post.code),
        _("{post} has “{one}” ({entry}) and “{other}” ({other_entry}), which rule {rule} keeps apart.",
          post=named(post), **_words(world, found)),
        _("Give one of the two to another position."),
    )


def _of_person(world: World, found: Conflict, number: str) -> Finding:
    handed = next((grip.handed for grip in found.grips if grip.handed is not None), None)
    words = _words(world, found)
    if handed is not None:
        return _finding(
            world, found, ("delegation", found.rule.citation, handed.taker, handed.giver),
            _("As {giver} delegated until {day}, the employee of number {number} holds “{one}” ({entry}) and “{other}” "
              "({other_entry}), which rule {rule} keeps apart.", giver=handed.giver, day=handed.last_day,
              number=handed.taker, **words),
            _("Take the delegation back, or record what keeps the risk small."),
        )
    return _finding(
        world, found, ("person", found.rule.citation, number),
        _("The employee of number {number} holds “{one}” ({entry}) and “{other}” ({other_entry}), which rule {rule} "
          "keeps apart.", number=number, **words),
        _("End one of the assignments, or record what keeps the risk small."),
    )


def _words(world: World, found: Conflict) -> dict[str, Text | str]:
    (one, grip), (other, another) = found.one, found.other
    return {
        "one": title(world, one), "entry": citation(world, grip.held.entry), "other": title(world, other),
        "other_entry": citation(world, another.held.entry), "rule": found.rule.citation,
    }


def _finding(world: World, found: Conflict, subject: tuple[str, ...], message: Text, remedy: Text) -> Finding:
    posts, entries = [grip.held.post for grip in found.grips], [grip.held.entry for grip in found.grips]
    post = posts[0]
    return Finding(
        "C09", _severity(found.rule), subject, message, place_of(world, post.unit_id), remedy,
        units_of(posts, entries) | {found.rule.unit_id}, world.units.get(post.unit_id), post,
        entries=tuple(citation(world, entry) for entry in entries),
    )


def _severity(rule: Rule) -> Severity:
    return cast(Severity, rule.risk)


# -- time --------------------------------------------------------------------------------------------------------------


def _too_long(world: World, numbers: dict[int, str]) -> Iterator[Finding]:
    """Whoever has held a position longer than a rule lets its actions be held."""
    passes = hands.mitigated(world)
    for rule in world.rules:
        if rule.kind != "tenure" or rule.months is None:
            continue
        posts = {
            held.post.id: held for action, ours in sorted(world.grants.items()) for held in reversed(ours)
            if any(overlap(action, pattern) for pattern in rule.patterns)
        }
        for hold in world.holds:
            due = _after(_begun(world, hold), rule.months)
            held = posts.get(hold.position_id)
            if held is None or not hold.start <= world.day < hold.end or due > world.day:
                continue
            if hold.person_id not in world.carriers(held) or (rule.citation, hold.person_id) in passes:
                continue
            number = numbers.get(hold.person_id, "–")
            yield Finding(
                "C09", _severity(rule), ("tenure", rule.citation, number, held.post.code),
                _("The employee of number {number} has held {post} since {since}; by rule {rule} it changes hands "
                  "after {count} month.",
                  "The employee of number {number} has held {post} since {since}; by rule {rule} it changes hands "
                  "after {count} months.", number=number, post=named(held.post), since=_begun(world, hold),
                  rule=rule.citation, count=rule.months),
                place_of(world, held.post.unit_id),
                _("Rotate the position, or record a special audit as a mitigation."),
                units_of([held.post], [held.entry]) | {rule.unit_id}, world.units.get(held.post.unit_id), held.post,
                entries=(citation(world, held.entry),),
            )


def _begun(world: World, hold: HoldRow) -> date:
    return min(hold.start, world.since.get((hold.person_id, hold.position_id), hold.start))


def _after(day: date, months: int) -> date:
    """The same day some months later, the last of its month where there is none."""
    at = day.year * 12 + day.month - 1 + months
    first = date(at // 12, at % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _ending(world: World) -> Iterator[Finding]:
    """Mitigations that end soon and that no other follows without a gap."""
    homes = {hold.person_id: hold.position_id for hold in reversed(world.holds) if hold.start <= world.day < hold.end}
    units = {rule.citation: rule.unit_id for rule in world.rules}
    for one in world.mitigations:
        if not one.start <= world.day < one.end <= world.day + SOON or _followed(world, one):
            continue
        post = world.posts.get(homes.get(one.person_id, 0))
        yield Finding(
            "C09", "medium", ("mitigation", one.rule, one.number, one.end.isoformat()),
            _("What lets the employee of number {number} do what rule {rule} keeps apart ends on {day}.",
              number=one.number, rule=one.rule, day=one.end - timedelta(days=1)),
            place_of(world, post.unit_id if post is not None else units[one.rule]),
            _("Settle who does which from then on, or record anew what keeps the risk small."),
            frozenset({units[one.rule]} | ({post.unit_id} if post is not None else set())),
            world.units.get(post.unit_id) if post is not None else None, post,
        )


def _followed(world: World, one: MitigationRow) -> bool:
    return any(
        (other.rule, other.person_id) == (one.rule, one.person_id) and other.start <= one.end < other.end
        for other in world.mitigations
    )
