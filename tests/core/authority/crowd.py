"""A world asked about by many, on many things: who else may ask, of which actions, and things on every boundary.

What a world is comes from Hypothesis, which makes it small when it betrays something; who asks in it and about what
comes from one number, because a thousand things drawn one by one take longer than all the questions about them.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.core.authority import reference
from tests.core.authority.reference import Asked, EntryRow, Thing, World

PEOPLE, UNITS, POSTS = 3, 4, 4
#: What somebody may ask to do; entries and rules of these worlds name all of them, some by a wildcard.
ACTIONS = ("t.x:do", "t.y:do", "u.x:do")
DONE = ["t.x:do", "t.y:do", "u.x:do", "t.z:do"]


def luck_of(made_from: int | str) -> Random:
    """The same luck from the same number."""
    return Random(made_from)  # noqa: S311 - nothing is kept secret by it


def actions(luck: Random, asked: Asked) -> list[Asked]:
    """Each action as its module declares it, the first as the world asks for it."""
    return [asked, *(
        replace(asked, action=key, power=luck.choice(["decide", "decide", "reveal"]), no_self=luck.random() < 0.5,
                recuse=luck.choice([(), ("relative",), ("interest",), ("relative", "interest")]))
        for key in ACTIONS[1:]
    )]  # fmt: skip


def askers(luck: Random, world: World, declared: list[Asked], count: int) -> list[Asked]:
    """So many different ones who ask besides, under a hat they chose or not; all but one hold something."""
    hats: dict[int | None, list[int]] = {}
    for hat in world.hats:
        hats.setdefault(hat.person, []).append(hat.assignment)
    for hand in world.hands:
        hats.setdefault(hand.to, []).append(hand.assignment)
    every = [
        replace(one, person=person, account=account, acting_as=hat)
        for one in declared
        for person in (*range(1, PEOPLE + 1), None)
        for account in (1, 2)
        for hat in (None, *hats.get(person, ()))
        if person in hats or account == 1
    ]
    others = [one for one in every if one != declared[0]]
    able = [one for one in others if reference.routes(world, one, "grant")]
    found = luck.sample(able, min(count - 1, len(able)))
    rest = [one for one in others if one not in found]
    return found + luck.sample(rest, min(count - len(found), len(rest)))


def _one(luck: Random, most: int) -> tuple[int, ...]:
    return () if luck.random() < 0.1 else (luck.randint(1, most),)


def _amounts(entries: list[EntryRow], used: dict[str, int]) -> list[int | None]:
    """Each limit and what is left of each total, and one fen more and less."""
    marks = {entry.limit for entry in entries} | {entry.cap for entry in entries}
    marks |= {entry.cap - spent for entry in entries for spent in used.values() if entry.cap is not None}
    near = {mark + by for mark in marks if mark is not None for by in (-1, 0, 1)}
    return [0, *sorted(near)]


def things(luck: Random, world: World, count: int) -> list[Thing]:
    """Things of every kind, one in ten of what is looked at missing."""
    amounts = _amounts(world.entries, world.used)
    related = [person for row in world.relations for person in (row.person, row.other)]
    people = [None, 1, 2, 3, *related]

    def acts(most: int, keys: list[str]) -> dict[str, tuple[int, ...]]:
        return {luck.choice(keys): (luck.randint(1, PEOPLE),) for _one in range(luck.randint(0, most))}

    return [
        Thing(
            persons=_one(luck, PEOPLE), units=_one(luck, UNITS), positions=_one(luck, POSTS),
            entity=luck.choice([None, 1, 2]), amount=None if luck.random() < 0.1 else luck.choice(amounts),
            currency=luck.choice([None, "CNY", "CNY", "CNY", "CNY", "USD"]), creator=luck.choice(people),
            beneficiary=luck.choice([None, None, *people]), category=luck.choice([None, "ads", "ads", "event"]),
            urgent=luck.choice([None, True, False]), sum=luck.choice([None, 4999, 5000, 9000, 9001]),
            acts=acts(2, DONE), before=[acts(1, ["t.y:do", "u.x:do"]) for _before in range(luck.randint(0, 2))],
        )
        for _thing in range(count)
    ]  # fmt: skip
