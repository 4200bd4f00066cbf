"""Entries that change nothing: C12 on actions nothing declares, C13 shadowed, never true, or barring everybody."""

from __future__ import annotations

from collections.abc import Iterator

from core.authority.coverage.cells import AMOUNT, values_of
from core.authority.coverage.finding import Finding, citation, list_of
from core.authority.coverage.ladders import amounts
from core.authority.coverage.world import OF_UNITS, EntryRow, Held, PostRow, World
from core.authority.held import matches
from core.base.text import Text, catalogue, listed
from core.kernel.specs import ActionDef

_ = catalogue("authority")


def undeclared(world: World) -> Iterator[Finding]:
    """C12, one finding an action, with all entries that name it."""
    found: dict[str, list[EntryRow]] = {}
    for entry in world.entries:
        known = entry.action in world.actions or any(matches(entry.action, key) for key in world.actions)
        if not entry.of_account and not known:
            found.setdefault(entry.action, []).append(entry)
    for action, entries in found.items():
        cited = tuple(citation(world, entry) for entry in entries)
        unit = world.units.get(entries[0].list_unit_id or 0)
        yield Finding(
            "C12", "medium", (action, *cited),
            _("No module that is on declares {action}, so it is allowed by none of: {entries}.", action=action,
              entries=listed(cited)),
            list_of(world, entries[0].list_unit_id),
            _("Install or switch on the module, or take the entries out of the lists."),
            frozenset(entry.list_unit_id for entry in entries), unit, action=action, entries=cited,
        )


def idle(world: World) -> Iterator[Finding]:
    """C13: grants that another entry of the same position contains or that can never hold, and total prohibitions."""
    rivals: dict[tuple[int | None, str], list[EntryRow]] = {}
    for entry in world.entries:
        if not entry.of_account:
            rivals.setdefault((entry.position_id, "*" if "*" in entry.action else entry.action), []).append(entry)
    for entry in world.entries:
        if entry.of_account:
            continue
        post = world.posts.get(entry.position_id) if entry.position_id is not None else None
        if entry.effect == "prohibit":
            yield from _barring(world, entry)
            continue
        if not entry.grants or (entry.position_id is not None and post is None):
            continue
        others = [
            other for holder in dict.fromkeys((entry.position_id, None)) for action in (entry.action, "*")
            for other in rivals.get((holder, action), ())
        ]
        why = _never(world, entry, post, others)
        if why is not None:
            yield _finding(world, entry, "never", why, _("Publish a version in which it can hold, or without it."))
            continue
        shadow = _shadow(world, entry, post, others)
        if shadow is not None:
            yield _finding(
                world, entry, "shadowed",
                _("{entry} allows nothing beyond {other}.", entry=citation(world, entry),
                  other=citation(world, shadow)),
                _("Take it out of the list, or write what it is meant to add."),
            )


def _finding(world: World, entry: EntryRow, kind: str, message: Text, remedy: Text) -> Finding:
    post = world.posts.get(entry.position_id) if entry.position_id is not None else None
    return Finding(
        "C13", "low", (kind, citation(world, entry), entry.action), message, list_of(world, entry.list_unit_id), remedy,
        frozenset({entry.list_unit_id}), world.units.get(entry.list_unit_id or 0), post, entry.action,
        entries=(citation(world, entry),),
    )


def _barring(world: World, entry: EntryRow) -> Iterator[Finding]:
    """A prohibition for everybody that covers the whole installation leaves nobody who may."""
    everywhere = entry.scope == "all" or (
        entry.scope in OF_UNITS and (entry.scope_unit_id is not None or entry.scope == "company")
        and bool(world.posts) and all(world.whole(Held(entry, post)) for post in world.posts.values())
    )
    if entry.position_id is None and everywhere and not entry.conditions:
        yield Finding(
            "C13", "medium", ("barred", citation(world, entry), entry.action),
            _("{entry} prohibits {action} for everybody and everywhere; no grant of it holds.",
              entry=citation(world, entry), action=entry.action),
            list_of(world, entry.list_unit_id), _("Prohibit it where or for whom it is meant, or take the grants out."),
            frozenset({entry.list_unit_id}), action=entry.action, entries=(citation(world, entry),),
        )


# -- never true ------------------------------------------------------------------------------------------------------


def _never(world: World, entry: EntryRow, post: PostRow | None, others: list[EntryRow]) -> Text | None:
    """Why a grant can never hold on the day, or None."""
    said = {"entry": citation(world, entry)}
    if entry.scope_unit_id is not None and entry.scope_unit_id not in world.units:
        return _("{entry} is given for a unit that is not there on this day.", **said)
    values = values_of(world, entry.action, entry)
    if values is None and (entry.action in world.actions or "*" not in entry.action):
        return _("The conditions of {entry} can never hold.", **said)
    if values is not None and amounts(entry, values) is None:
        return _("No amount lies within both the limit and the condition of {entry}.", **said)
    declared = _whole_action(world, entry)
    if declared is not None and post is not None and not world.whole(Held(entry, post)):
        return _(
            "{entry} gives “{title}”, which is about the whole organisation, for a part of it.", title=declared.title,
            **said,
        )
    for other in others:
        if other.effect == "prohibit" and not other.conditions and _acting_too(other, entry) and (
            _matches(other, entry) and _within(world, entry, other, post)
        ):
            return _("{other} prohibits all that {entry} allows.", other=citation(world, other), **said)
    return None


def _whole_action(world: World, entry: EntryRow) -> ActionDef | None:
    """The action of an entry when all it names are about the whole installation."""
    named = [action for key, action in world.actions.items() if matches(entry.action, key)]
    return named[0] if named and all(action.resource is None for action in named) else None


# -- shadowed --------------------------------------------------------------------------------------------------------


def _shadow(world: World, entry: EntryRow, post: PostRow | None, others: list[EntryRow]) -> EntryRow | None:
    """Another grant that allows all this one does; of two alike the earlier one stands."""
    place = {id(other): number for number, other in enumerate(others)}
    for other in others:
        if other is entry or not other.grants or not _contains(world, other, entry, post):
            continue
        alike = other.position_id == entry.position_id and _contains(world, entry, other, post)
        if not alike or place[id(other)] < place[id(entry)]:
            return other
    return None


def _contains(world: World, wide: EntryRow, narrow: EntryRow, post: PostRow | None) -> bool:
    return (
        _matches(wide, narrow) and _acting_too(wide, narrow) and (wide.delegable or not narrow.delegable)
        and _within(world, narrow, wide, post) and _carries(world, wide, narrow)
    )


def _matches(wide: EntryRow, narrow: EntryRow) -> bool:
    return wide.action == narrow.action or ("*" not in narrow.action and matches(wide.action, narrow.action))


def _acting_too(wide: EntryRow, narrow: EntryRow) -> bool:
    return wide.by_acting or not narrow.by_acting


def _within(world: World, narrow: EntryRow, wide: EntryRow, post: PostRow | None) -> bool:
    """Whether all that one scope reaches is reached by another; scopes about people lie in themselves and in all."""
    if wide.scope == "all":
        return True
    if narrow.scope not in OF_UNITS or wide.scope not in OF_UNITS:
        return narrow.scope == wide.scope and narrow.scope_unit_id == wide.scope_unit_id
    if narrow.scope == "all":
        return False
    if post is None:  # of everybody: their own units differ, so only what names the same place is the same
        return (narrow.scope, narrow.scope_unit_id) == (wide.scope, wide.scope_unit_id)
    one, other = Held(narrow, post), Held(wide, post)
    return all(world.reaches(other, unit) for unit in world.units.values() if world.reaches(one, unit))


def _carries(world: World, wide: EntryRow, narrow: EntryRow) -> bool:
    """Whether limit, total, what counts together, how many must agree and conditions of an entry let all through that
    another's do.
    """
    if wide.cap_minor is not None and (
        narrow.cap_minor is None or narrow.cap_period != wide.cap_period or narrow.currency != wide.currency
        or narrow.cap_minor > wide.cap_minor
    ):
        return False
    if (wide.needs_second or 1) > (narrow.needs_second or 1):
        return False
    if wide.split is not None and narrow.split != wide.split:
        return False
    loose, strict = values_of(world, narrow.action, wide), values_of(world, narrow.action, narrow)
    if loose is None or strict is None:
        return False
    if not all(
        name in strict and strict[name].implies(allowed) for name, allowed in loose.items() if name != AMOUNT
    ):
        return False
    outer, inner = amounts(wide, loose), amounts(narrow, strict)
    if outer is None or inner is None:
        return False
    return outer[0] in (None, inner[0]) and outer[1] <= inner[1] and (
        outer[2] is None or (inner[2] is not None and inner[2] <= outer[2])
    )
