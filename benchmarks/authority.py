"""Checks per second of the compiled authority lists, beside a dictionary per person written by hand for the same rules.

``size`` is the number of people; there are a tenth as many positions, and five rules for each person, every one with a
limit. In the first world rules hold everywhere, and pycasbin and Cedar answer the same questions where they are
installed (``benchmarks/requirements.txt``); in the second each holds in a unit and below it, and the dictionary holds
the stretches of the tree. All answers are compared. Questions are asked one by one of a snapshot that is held, facts at
hand as for the rows of a page; ``from_values`` makes the facts for each question. ``allowed`` and ``allowed_many`` are
what services call, with loaded records. ``page_of`` is the first page of people in a scope, at ten times the people,
beside the quicker of two statements by hand. A change is a write with its commit, and the answer of the next session by
the new rules.

On PostgreSQL the database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import psutil
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from benchmarks import rivals, ruled
from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, empty
from benchmarks.ruled import ACTIONS, Doc, Question, World
from benchmarks.scoped import pages
from core.access.calls import allowed, allowed_many
from core.authority import compiled
from core.authority.compiled import Bound
from core.authority.engine import ListEngine
from core.authority.models import AuthorityEntry
from core.base.actor import Actor
from core.db import guard
from core.kernel import state
from core.kernel.house import House
from core.kernel.specs import Facts
from core.org.models import Assignment

SIZE = 10_000
TURNS = 7
#: A change is to be seen within so many milliseconds.
PROMPT = 50.0
MODULES = {"bench": "benchmarks.ruled"}
Limits = dict[str, int]
Stretches = dict[str, list[tuple[int, int, int]]]


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Both worlds, and the page of people."""
    yield from _everywhere(size, database_url)
    yield from _in_places(size, database_url)
    yield from pages(10 * size, database_url, MODULES)


def _everywhere(size: int, url: str) -> Iterator[Figure]:
    made = ruled.world(size, scoped=False)
    questions = made.questions(min(20 * size, 200_000))
    with empty(url, MODULES) as house, _filled(house, made) as session:
        before = _memory()
        by_hand = _limits(made)
        dictionaries = _memory() - before
        before, began = _memory(), time.perf_counter()
        everybody = _everybody(session, made)
        took = time.perf_counter() - began
        lists = _memory() - before
        asked = [(one.person, one.action, _facts(one)) for one in questions]
        plain = [(one.person, one.action, one.amount) for one in questions]

        def by_lists() -> list[bool | None]:
            return [everybody[person].can(action, facts) for person, action, facts in asked]

        def may(person: int, action: str, amount: int) -> bool:
            return by_hand[person].get(action, -1) >= amount

        def by_dictionary() -> list[bool]:
            return [may(*one) for one in plain]

        def by_values() -> list[bool | None]:
            return [
                everybody[one.person].can(one.action, Facts(unit_ids=(one.unit,), amount=one.amount, currency="CNY"))
                for one in questions
            ]

        truth, (rate, values, limit) = _rates(len(questions), by_lists, by_values, by_dictionary)
        yield Figure("authority.checks_per_s", rate, "1/s", limit)
        yield Figure("authority.from_values_per_s", values, "1/s", limit)
        yield Figure("authority.can_many_per_s", _many(everybody, questions, truth), "1/s", limit)
        for name, found in rivals.rates(made, questions, truth).items():
            yield Figure(f"authority.{name}_per_s", round(found, 1), "1/s")
        yield Figure("authority.people_compiled_per_s", round(len(everybody) / took), "1/s")
        yield Figure("authority.megabytes", round(lists, 1), "MB", round(dictionaries, 1))
        yield from _served(session, made, questions)
        yield from _changes(house, made)


def _in_places(size: int, url: str) -> Iterator[Figure]:
    made = ruled.world(size, scoped=True)
    questions = made.questions(min(20 * size, 200_000))
    with empty(url, MODULES) as house, _filled(house, made) as session:
        everybody, by_hand = _everybody(session, made), _stretches(made)
        asked = [(one.person, one.action, _facts(one)) for one in questions]
        plain = [(one.person, one.action, made.places[one.unit][0], one.amount) for one in questions]

        def by_lists() -> list[bool | None]:
            return [everybody[person].can(action, facts) for person, action, facts in asked]

        def may(person: int, action: str, place: int, amount: int) -> bool:
            for low, high, most in by_hand[person].get(action, ()):  # noqa: SIM110 -- any() takes longer
                if low <= place < high and amount <= most:
                    return True
            return False

        def by_dictionary() -> list[bool]:
            return [may(*one) for one in plain]

        _truth, (rate, limit) = _rates(len(questions), by_lists, by_dictionary)
        yield Figure("authority.in_places.checks_per_s", rate, "1/s", limit)


def _facts(one: Question) -> Facts:
    return Facts(unit_ids=(one.unit,), amount=one.amount, currency="CNY")


class _filled:
    """A session on a world that was written, in the name of the product."""

    def __init__(self, house: House, made: World) -> None:
        self._house, self._made = house, made

    def __enter__(self) -> Session:
        with self._house.session(SYSTEM, write=True) as session, guard.system(session, "benchmark"):
            ruled.write(session, self._made)
            state.bump_epoch(session)
        self._open = self._house.session(SYSTEM)
        return self._open.__enter__()

    def __exit__(self, *error: object) -> None:
        self._open.__exit__(None, None, None)


def _actor(person: int) -> Actor:
    return Actor(kind="person", name=f"N{person}", account_id=person, person_id=person)


def _everybody(session: Session, made: World) -> list[Bound]:
    """The compiled form of everybody, with every action made."""
    engine: ListEngine = session.info["authority"]
    snapshot = engine.snapshot(session, _actor(1))
    found = [compiled.of(session, snapshot, Actor.anonymous())]
    for person in made.posts:
        found.append(compiled.of(session, snapshot, _actor(person)))
        found[-1].matrix(ACTIONS, Facts())
    return found


def _limits(made: World) -> list[Limits]:
    """By hand: what a person may, up to how much; shared by the holders of one post alone."""
    posts: dict[int, Limits] = {}
    for rule in made.rules:
        posts.setdefault(rule.position, {})[rule.action] = rule.limit
    people: list[Limits] = [{}]
    for held in made.posts.values():
        if len(held) == 1:
            people.append(posts.get(held[0], {}))
            continue
        both: Limits = {}
        for position in held:
            for action, limit in posts.get(position, {}).items():
                both[action] = max(limit, both.get(action, -1))
        people.append(both)
    return people


def _stretches(made: World) -> list[Stretches]:
    """By hand, with the place of each rule in the tree."""
    posts: dict[int, Stretches] = {}
    for rule in made.rules:
        if rule.unit is not None:
            place = (*made.places[rule.unit], rule.limit)
            posts.setdefault(rule.position, {}).setdefault(rule.action, []).append(place)
    people: list[Stretches] = [{}]
    for held in made.posts.values():
        all_of_them: Stretches = {}
        for position in held:
            for action, places in posts.get(position, {}).items():
                all_of_them.setdefault(action, []).extend(places)
        people.append(all_of_them)
    return people


def _rates(count: int, *ways: Callable[[], Sequence[bool | None]]) -> tuple[Sequence[bool], list[int]]:
    """The answers, and checks per second of a core by each way of finding them, taken by turns; the median of several.

    Nothing but the processor is used, so its time is what counts.
    """
    seconds: list[list[float]] = [[] for _way in ways]
    answers: list[Sequence[bool | None]] = []
    for _turn in range(TURNS):
        answers = []
        for way, taken in zip(ways, seconds, strict=True):
            began = time.process_time()
            answers.append(way())
            taken.append(time.process_time() - began)
        if any(one != answers[-1] for one in answers):
            raise RuntimeError("the lists and the dictionary answer otherwise")
    return [bool(one) for one in answers[-1]], [round(count / statistics.median(taken)) for taken in seconds]


def _many(everybody: Sequence[Bound], questions: Sequence[Question], truth: Sequence[bool]) -> int:
    """Checks per second of whole pages: one person, one action, fifty records."""
    pages = [(one.person, one.action) for one in questions[::50]]
    rows = [[_facts(one) for one in questions[start:start + 50]] for start in range(0, len(questions), 50)]
    began = time.process_time()
    found = [
        everybody[person].can_many(action, page) for (person, action), page in zip(pages, rows, strict=True)
    ]
    took = time.process_time() - began
    if [one[0] for one in found] != list(truth[::50]):
        raise RuntimeError("many at once are answered otherwise")
    return round(len(questions) / took)


def _served(session: Session, made: World, questions: Sequence[Question]) -> Iterator[Figure]:
    """What services call about loaded records: one by one, and many at once."""
    docs = [Doc(id=at, unit_id=one.unit, amount=one.amount, currency="CNY") for at, one in enumerate(questions[:500])]
    asked = [(_actor(person), action) for person, (action, _one) in zip(
        list(made.posts)[:10], groupby(ACTIONS), strict=False
    )]  # fmt: skip
    began = time.perf_counter()
    singly = [[allowed(session, actor, action, doc) for doc in docs] for actor, action in asked]
    one_by_one = time.perf_counter() - began
    began = time.perf_counter()
    together = [allowed_many(session, actor, action, docs) for actor, action in asked]
    at_once = time.perf_counter() - began
    if singly != together:
        raise RuntimeError("allowed and allowed_many answer otherwise")
    count = len(docs) * len(asked)
    yield Figure("authority.allowed_per_s", round(count / one_by_one), "1/s")
    yield Figure("authority.allowed_many_per_s", round(count / at_once), "1/s")


def _changes(house: House, made: World) -> Iterator[Figure]:
    """Milliseconds from the beginning of a change to the first answer by it: of a rule, and of somebody's post."""
    rule = made.rules[0]
    holder = next((person for person, held in made.posts.items() if held == (rule.position,)), None)
    if holder is None:
        return
    amount = 10**9

    def of_rule(turn: int) -> bool:
        with house.session(SYSTEM, write=True) as session, guard.system(session, "benchmark"):
            changed = amount if turn % 2 else rule.limit
            session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A0").values(limit_minor=changed))
            state.bump_epoch(session)
        return bool(turn % 2)

    def of_post(turn: int) -> bool:
        with house.session(SYSTEM, write=True) as session, guard.system(session, "benchmark"):
            held = session.scalars(select(Assignment).where(Assignment.person_id == holder)).one()
            held.position_id = rule.position if turn % 2 else rule.position % (len(made.posts) // 10) + 1
            session.flush()
        return bool(turn % 2)

    doc = Doc(id=1, unit_id=1, amount=amount, currency="CNY")
    for name, change in (("rule", of_rule), ("post", of_post)):
        taken = []
        for turn in range(2 * TURNS):
            began = time.perf_counter()
            expected = change(turn)
            with house.session(_actor(holder)) as session:
                answer = allowed_many(session, _actor(holder), rule.action, [doc])
            taken.append(time.perf_counter() - began)
            if answer != [expected]:
                raise RuntimeError(f"a change of a {name} is not seen")
        median = round(statistics.median(taken) * 1000, 1)
        yield Figure(f"authority.change_of_{name}.milliseconds", median, "ms", PROMPT)
        of_rule(1)


def _memory() -> float:
    """Megabytes of this process."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6
