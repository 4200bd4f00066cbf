"""What a new version of a list means for people: who may more, who may less, and through which entries.

What it would have made of the decisions of the past is found in ``replay``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.authority import wording
from core.authority.containing import Places, within
from core.authority.diffing import citation_of, rows_of
from core.authority.held import STEPS
from core.authority.lines import Words
from core.authority.models import AuthorityEntry, PublishedList
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.org.models import Assignment, Person, Position
from core.org.resources import READ as READ_PEOPLE

_ = catalogue("authority")

_MARK = [("authority.list:read", "core_assignment")]


@dataclass(frozen=True, slots=True)
class Shift:
    """An entry that gives more or less than before: ``gain``, ``lose``, or ``other`` where it is more in one way and
    less in another. ``before`` and ``after`` say where and how much, None where there is no such entry. ``holders`` are
    those it shifts for: all, those who hold the post themselves, or those who act for it."""

    citation: str | None
    title: Translation
    kind: str
    before: str | None
    after: str | None
    prohibits: bool
    holders: str = "all"


@dataclass(slots=True)
class Effect:
    """What shifts for the holders of one post, or for everybody. ``people`` are the holders whose names the reader may
    see, ``held`` is how many there are on the day."""

    title: Text | str
    code: str
    held: int = 0
    people: list[str] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Effects:
    """All effects of a version on its first day; ``gain`` and ``lose`` count people, each once."""

    day: date
    posts: list[Effect]
    gain: int
    lose: int


def effects(session: Session, actor: Actor, before: PublishedList, after: PublishedList) -> Effects:
    """What the holders of posts may more and less by one version than by another, on the first day of that version."""
    day = after.effective_from
    old, new = rows_of(session, AuthorityEntry, before.id), rows_of(session, AuthorityEntry, after.id)
    entries = [*old.values(), *new.values()]
    words = Words(session, (), entries, day)
    places = Places(session, day)
    codes = {key: code for key, code in session.execute(select(Position.id, Position.code))}
    found: dict[int | None, Effect] = {}
    for key in dict.fromkeys([*old, *new]):
        for shift in _shifts(words, places, codes, old.get(key), new.get(key)):
            title = words.post(key[0]) if key[0] is not None else _("Everybody who holds a post")
            effect = found.setdefault(key[0], Effect(title, codes[key[0]] if key[0] is not None else ""))
            effect.shifts.append(shift)
    return _people(session, actor, day, found)


# -- entries ---------------------------------------------------------------------------------------------------------


def _shifts(
    words: Words, places: Places, codes: Mapping[int, str], old: AuthorityEntry | None, new: AuthorityEntry | None
) -> list[Shift]:
    """What becomes different by one code: nothing, one thing, or two where it now stands for another matter."""
    old, new = _permits(old), _permits(new)
    if old is not None and new is not None and old.action != new.action:
        return [*_shifts(words, places, codes, old, None), *_shifts(words, places, codes, None, new)]
    shown = new if new is not None else old
    kind = _kind(places, old, new)
    if shown is None or kind is None:
        return []
    before, after = (_said(words, one) if one is not None else None for one in (old, new))
    if before is not None and after is not None:
        before, after = _otherwise(before, after)
    return [Shift(
        citation_of(codes, shown), shown.title, kind, _sentence(before), _sentence(after), shown.effect == "prohibit",
        _holders(places, old, new),
    )]


def _permits(entry: AuthorityEntry | None) -> AuthorityEntry | None:
    """An entry that has an effect; a step before a decision permits nothing."""
    return entry if entry is not None and entry.power not in STEPS else None


def _holders(places: Places, old: AuthorityEntry | None, new: AuthorityEntry | None) -> str:
    if old is not None and new is not None and old.by_acting != new.by_acting:
        same = all(_within(places, one, other, acting=False) for one, other in ((old, new), (new, old)))
        return "acting" if same and old.effect == new.effect else "all"
    return "all" if any(row is not None and row.by_acting for row in (old, new)) else "own"


def _kind(places: Places, old: AuthorityEntry | None, new: AuthorityEntry | None) -> str | None:
    """Whether holders may more or less; a prohibition that goes is a gain."""
    if old is None or new is None:
        one = new if new is not None else old
        return None if one is None else "gain" if (one.effect == "grant") == (new is not None) else "lose"
    if old.effect != new.effect:
        return "gain" if new.effect == "grant" else "lose"
    narrower, wider = _within(places, new, old), _within(places, old, new)
    if narrower and wider:
        return None
    if not (narrower or wider):
        return "other"
    return "gain" if wider == (new.effect == "grant") else "lose"


def _within(places: Places, one: AuthorityEntry, other: AuthorityEntry, *, acting: bool = True) -> bool:
    """Whether what one entry speaks of is spoken of by the other, for the same holder."""
    return one.account_id == other.account_id and within(places, one, other, acting=acting)


def _said(words: Words, entry: AuthorityEntry) -> list[str]:
    """Where, how much, under which conditions, by how many and whether only in an emergency; empty where not said."""
    lines = {str(name): str(value) for name, value in words.entry(entry)}
    more = (lines.get(str(name), "") for name in (_("Limit"), _("Only where"), _("Must agree"), _("For emergencies")))
    return [str(wording.scope(entry, words.units)), *more]


def _otherwise(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Only what is said otherwise; all of it where nothing is, or where one of the two says nothing of it."""
    other = [(one, another) for one, another in zip(before, after, strict=True) if one != another]
    if not other or not all(one and another for one, another in other):
        return before, after
    return [one for one, _another in other], [another for _one, another in other]


def _sentence(said: list[str] | None) -> str | None:
    return str(_("; ")).join(part for part in said if part) if said is not None else None


# -- people ----------------------------------------------------------------------------------------------------------


def _people(session: Session, actor: Actor, day: date, found: Mapping[int | None, Effect]) -> Effects:
    statement = select(Assignment.position_id, Assignment.person_id, Assignment.kind).where(as_of(Assignment, day))
    if None not in found:
        statement = statement.where(Assignment.position_id.in_([post for post in found if post is not None]))
    rows: list[Any] = list(session.execute(guard.mark(statement, _MARK)))
    names = _names(session, actor, {row.person_id for row in rows if row.position_id in found})
    counted: dict[str, set[int]] = {"gain": set(), "lose": set(), "other": set()}
    for post, effect in found.items():
        holders = [row for row in rows if post is None or row.position_id == post]
        persons = {row.person_id for row in holders}
        effect.held = len(persons)
        effect.people = [name for person, name in names.items() if person in persons] if post is not None else []
        for shift in effect.shifts:
            counted[shift.kind] |= {
                row.person_id for row in holders
                if shift.holders == "all" or (row.kind == "acting") == (shift.holders == "acting")
            }
    order = sorted(found, key=lambda post: (post is not None, str(found[post].title)))
    return Effects(day, [found[post] for post in order], len(counted["gain"]), len(counted["lose"]))


def _names(session: Session, actor: Actor, persons: set[int]) -> dict[int, str]:
    """Names of people by id, in order, as far as the reader may see them."""
    statement = select(Person.id, Person.name).where(Person.id.in_(persons)).order_by(Person.sort_key, Person.id)
    return {row.id: row.name for row in session.execute(visible(session, actor, READ_PEOPLE, statement))}
