"""C05 amounts nobody can decide, C06 superiors who decide less, C07 and C08 decisions that hang on one person."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.authority.coverage.finding import Finding, Severity, Step, interval, named, places, units_of
from core.authority.coverage.ladders import LEAST, Case, Ladders, Rung, Segment, joined, ladders, title
from core.authority.coverage.world import PostRow, UnitRow, World
from core.base.money import format_money
from core.base.text import Text, catalogue, listed

_ = catalogue("authority")

K = TypeVar("K", bound=Hashable)


def of_amounts(world: World) -> Iterator[Finding]:
    """C05, C06, C07 and C08 over the ladders of the day."""
    for found in ladders(world):
        if found.bounded:
            yield from _gaps(world, found)
            yield from _inversions(world, found)
        yield from _alone(world, found)


@dataclass(frozen=True, slots=True)
class _Spot(Generic[K]):
    """The same thing found in a unit and those below it, in some combinations (none named: in all).

    ``root`` is the code of the highest unit it holds in, ``unit`` the highest of those the report is for.
    """

    what: K
    root: str
    unit: UnitRow
    where: Text | str
    combinations: tuple[str, ...]
    words: Text | str
    rungs: tuple[Rung, ...]


def _spots(world: World, found: Ladders, things: Callable[[Case], Iterator[K]]) -> Iterator[_Spot[K]]:
    """What is found case by case, put together over combinations and over units that lie below each other."""
    units: dict[K, dict[int, set[str]]] = {}
    rungs: dict[tuple[int, str], tuple[Rung, ...]] = {}
    for case in found.cases:
        for unit in case.units:
            rungs[unit.id, case.combination.code] = case.rungs
        for what in things(case):
            for unit in case.units:
                units.setdefault(what, {}).setdefault(unit.id, set()).add(case.combination.code)
    for what, by_unit in units.items():
        alike: dict[frozenset[str], list[UnitRow]] = {}
        for unit_id, codes in by_unit.items():
            alike.setdefault(frozenset(codes), []).append(world.units[unit_id])
        for together, members in alike.items():
            chosen = [one for one in found.combinations if one.code in together]
            every = len(chosen) == len(found.combinations)
            words = _alternatives([listed(one.words) for one in chosen])
            for root, unit, where in places(world, members):
                ordered = dict.fromkeys(rung for one in chosen for rung in rungs[root.id, one.code])
                yield _Spot(
                    what, root.code, unit, where, () if every else tuple(one.code for one in chosen),
                    "" if every else words, tuple(ordered),
                )


def _alternatives(combinations: Sequence[Text | str]) -> Text | str:
    """Combinations, any of which is meant."""
    found: Text | str = ""
    for place, one in enumerate(combinations):
        found = _("{items}; {item}", items=found, item=one) if place else one
    return found


def _what(world: World, found: Ladders, words: Text | str, amounts: Text | str) -> Text:
    """The decisions a finding is about: of what, in which combinations, which amounts."""
    action = title(world, found.action)
    what = _("“{action}” ({conditions})", action=action, conditions=words) if words else _("“{action}”", action=action)
    return _("{what} of {amounts}", what=what, amounts=amounts) if amounts else what


def _steps(rungs: Sequence[Rung], currency: str) -> tuple[Step, ...]:
    ordered = sorted(rungs, key=lambda rung: (rung.high is None, rung.high or 0, rung.low, rung.held.post.code))
    return tuple(rung.step(currency) for rung in ordered)


# -- C05 -------------------------------------------------------------------------------------------------------------

Gap = tuple[int, int | None, Severity]


def gaps_of(case: Case) -> Iterator[Gap]:
    """The amounts nobody can decide, as closed intervals, and how serious that is.

    Between two rungs it is serious. That a ladder ends somewhere is to know; so is what is missing from the smallest
    amount on in a unit that only entries for everywhere reach while others have entries of their own: nobody made it
    that unit's business.
    """
    for low, high, decided in joined(case.segments, lambda segment: bool(segment.persons)):
        if decided:
            continue
        known = (high is None and low > LEAST) or (low == LEAST and not case.own)
        yield low, high, "low" if known else "high"


def _gaps(world: World, found: Ladders) -> Iterator[Finding]:
    for spot in _spots(world, found, gaps_of):
        low, high, severity = spot.what
        amounts = interval(low, high, found.currency)
        ends = f"{low - 1}..{'' if high is None else high}"
        yield Finding(
            "C05", severity,
            (found.action, spot.root, found.currency, ends, *spot.combinations),
            _("Nobody can decide {what} in {where}.", what=_what(world, found, spot.words, amounts), where=spot.where),
            named(spot.unit),
            _("Here the ladder ends: name a position or a body for what is larger, or accept it.")
            if high is None and low > LEAST
            else _("Let the limit below and the condition above meet, fill the vacant rung, or name another position."),
            frozenset({spot.unit.id}), spot.unit, action=found.action, currency=found.currency, low=low, high=high,
            combinations=spot.combinations, steps=_steps(spot.rungs, found.currency),
        )


# -- C06 -------------------------------------------------------------------------------------------------------------

Edge = tuple[int, int, int | None, int]


def _edges(world: World) -> Callable[[Case], Iterator[Edge]]:
    def of_case(case: Case) -> Iterator[Edge]:
        tops: dict[int, int | None] = {}
        for rung in case.rungs:
            post, before = rung.held.post.id, tops.get(rung.held.post.id, 0)
            tops[post] = None if before is None or rung.high is None else max(before, rung.high)
        for post_id, top in tops.items():
            above = world.posts[post_id].reports_to_id
            if above is None or above not in tops:
                continue
            limit = tops[above]
            if limit is not None and (top is None or limit < top):
                yield post_id, above, top, limit

    return of_case


def _inversions(world: World, found: Ladders) -> Iterator[Finding]:
    for spot in _spots(world, found, _edges(world)):
        below, above, top, limit = spot.what
        post, superior = world.posts[below], world.posts[above]
        ours = tuple(rung for rung in spot.rungs if rung.held.post.id in (below, above))
        yield Finding(
            "C06", "medium",
            (found.action, post.code, superior.code, spot.root, found.currency, f"{top}>{limit}",
             *spot.combinations),
            _("{post} decides {what} up to {top} in {where}, its superior {superior} only up to {limit}.",
              post=named(post), superior=named(superior), what=_what(world, found, spot.words, ""), where=spot.where,
              top=_top(top, found.currency), limit=_top(limit, found.currency)),
            named(spot.unit), _("Raise the limit of the superior, or lower that of the position below."),
            frozenset({spot.unit.id, *units_of([post, superior], [rung.held.entry for rung in ours])}), spot.unit,
            post, found.action, found.currency, limit + 1, top, spot.combinations, _steps(ours, found.currency),
        )


def _top(minor: int | None, currency: str) -> Text | str:
    return _("any amount") if minor is None else format_money(minor, currency=currency, symbol=True)


# -- C07, C08 --------------------------------------------------------------------------------------------------------

Single = tuple[int, int | None, int, bool]


def _single(segment: Segment) -> tuple[int, bool] | None:
    """The position through which the only person decides, and whether he could delegate it."""
    if len(segment.persons) != 1:
        return None
    rungs = [rung for rung in segment.rungs if rung.persons]
    return min(rung.held.post.id for rung in rungs), any(rung.held.entry.delegable for rung in rungs)


def singles_of(case: Case) -> Iterator[Single]:
    """The amounts that one person alone can decide."""
    for low, high, value in joined(case.segments, _single):
        if value is not None:
            yield low, high, *value  # type: ignore[misc]


def _alone(world: World, found: Ladders) -> Iterator[Finding]:
    declared = world.actions.get(found.action)
    for spot in _spots(world, found, singles_of):
        low, high, post_id, delegable = spot.what
        post = world.posts[post_id]
        amounts = interval(low, high, found.currency) if found.bounded else ""
        said = {"post": named(post), "what": _what(world, found, spot.words, amounts), "where": spot.where}
        if not delegable and (declared is None or declared.power == "decide"):
            yield _of_one(
                "C07", "low", found, spot, post, _("Only {post} can decide {what} in {where}.", **said),
                _("Name a second position, somebody who acts for it, or make the entry delegable."),
            )
        if declared is not None and declared.no_self:
            yield _of_one(
                "C08", "medium", found, spot, post,
                _("When {post} requests {what} in {where}, nobody else can decide it.", **said),
                _("Name a second position whose entry covers these requests."),
            )


def _of_one(
    code: str, severity: Severity, found: Ladders, spot: _Spot[Single], post: PostRow, message: Text, remedy: Text
) -> Finding:
    low, high = spot.what[:2]
    ours = [rung for rung in spot.rungs if rung.held.post.id == post.id]
    ends = f"{low - 1}..{'' if high is None else high}" if found.bounded else ""
    return Finding(
        code, severity, (found.action, spot.root, post.code, found.currency, ends, *spot.combinations), message,
        named(spot.unit), remedy,
        frozenset({spot.unit.id, *units_of([post], [rung.held.entry for rung in ours])}), spot.unit, post,
        found.action, found.currency if found.bounded else "", low if found.bounded else None,
        high if found.bounded else None, spot.combinations, _steps(ours, found.currency),
    )
