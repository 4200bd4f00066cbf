"""The first page of people as far as a scope reaches, beside the statement a careful hand would write for it.

Ten times the people of the other figures; the scopes are subtrees: a small one, one in the middle, and the whole.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks import ruled
from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, empty
from benchmarks.ruled import TITLE, World
from core.access.calls import visible
from core.authority.models import AuthorityEntry
from core.base.actor import Actor
from core.db import guard
from core.kernel import state
from core.kernel.house import House
from remit.models import Person

READ = "person.record:read"
TURNS, PAGE = 7, 50
#: By hand: from the units to the people, or along the index of names with a look at each; whichever is quicker counts.
_FROM_UNITS = """
    SELECT p.id, p.name FROM core_person p WHERE p.id IN (
        SELECT a.person_id FROM core_unit_order o
        JOIN core_position_version v ON v.unit_id = o.unit_id AND v.valid_from <= :day AND v.valid_to > :day
        JOIN core_assignment a ON a.position_id = v.position_id AND a.valid_from <= :day AND a.valid_to > :day
        WHERE o.valid_from <= :day AND o.valid_to > :day AND o.lft >= :low AND o.lft < :high)
    ORDER BY p.sort_key LIMIT :page"""
_ALONG_NAMES = """
    SELECT p.id, p.name FROM core_person p WHERE EXISTS (
        SELECT 1 FROM core_assignment a
        JOIN core_position_version v ON v.position_id = a.position_id AND v.valid_from <= :day AND v.valid_to > :day
        JOIN core_unit_order o ON o.unit_id = v.unit_id AND o.valid_from <= :day AND o.valid_to > :day
        WHERE a.person_id = p.id AND a.valid_from <= :day AND a.valid_to > :day AND o.lft >= :low AND o.lft < :high)
    ORDER BY p.sort_key LIMIT :page"""


def pages(people: int, url: str, modules: Mapping[str, str]) -> Iterator[Figure]:
    """Milliseconds of the page by scope, beside the quicker of two statements by hand."""
    made = ruled.world(people, scoped=False, rules=0)
    tops = _tops(made)
    with empty(url, modules) as house:
        with house.session(SYSTEM, write=True) as session, guard.system(session, "benchmark"):
            ruled.write(session, made)
            session.execute(insert(AuthorityEntry), [
                {"list_id": 1, "code": f"P{at}", "account_id": at, "action": READ, "title": TITLE, "scope": "subtree",
                 "scope_unit_id": unit, "power": "read"}
                for at, unit in enumerate(tops.values(), start=1)
            ])  # fmt: skip
            state.bump_epoch(session)
        # The guard refuses what is written by hand, but on the connection that changes tables.
        with house.database.migration() as connection:
            connection.execute(text("ANALYZE"))
        for at, (name, unit) in enumerate(tops.items(), start=1):
            # An account without a post: what it may see is this one entry.
            yield from _page(house, Actor(kind="person", account_id=at), name, made.places[unit])


def _page(house: House, actor: Actor, name: str, place: tuple[int, int]) -> Iterator[Figure]:
    values = {"day": str(ruled.SINCE), "low": place[0], "high": place[1], "page": PAGE}
    listed = select(Person.id, Person.name).order_by(Person.sort_key).limit(PAGE)
    with house.session(actor) as session:
        took, found = _median(lambda: session.execute(visible(session, actor, READ, listed, few=True)).all())
    with house.database.migration() as connection:
        hands = [
            _median(partial(lambda one: connection.execute(text(one), values).all(), statement))
            for statement in (_FROM_UNITS, _ALONG_NAMES)
        ]
    if any([*map(tuple, rows)] != [*map(tuple, found)] for _took, rows in hands) or not found:
        raise RuntimeError("the page by the lists is another than by hand")
    yield Figure(f"authority.page_of_{name}.milliseconds", took, "ms", min(one for one, _rows in hands))


def _median(ask: Callable[[], Sequence[Any]]) -> tuple[float, Sequence[Any]]:
    found, taken = ask(), []
    for _turn in range(TURNS):
        began = time.perf_counter()
        found = ask()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 2), found


def _tops(made: World) -> dict[str, int]:
    """Units with one, about a tenth and all of the units below them and themselves."""
    sizes = {unit: high - low for unit, (low, high) in made.places.items()}
    return {
        "one_unit": min(sizes, key=lambda unit: (sizes[unit], unit)),
        "a_tenth": min(sizes, key=lambda unit: (abs(sizes[unit] - len(sizes) // 10), unit)),
        "everybody": max(sizes, key=lambda unit: sizes[unit]),
    }
