"""The first page of people as far as a scope reaches, beside what a careful hand would write for it.

Ten times the people of the other figures; the scopes are subtrees: a small one, one in the middle, and the whole. Three
figures for each: the statement alone, as the driver runs it, beside the quicker of two by hand; the page as a service
asks for it, beside the same page without a scope; and how much later the slowest in twenty come than without one.
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
TURNS, PAGE = 200, 50
#: So much later than the page of everybody's rows may the slowest in twenty come, in milliseconds.
LATER = {"postgresql": 2.0, "sqlite": 15.0}
#: By hand: from the units to the people, or along the index of names with a look at each; whichever is quicker counts.
_FROM_UNITS = """
    SELECT p.id, p.name FROM core_person p WHERE p.id IN (
        SELECT a.person_id FROM core_unit_order o
        JOIN core_position_version v ON v.unit_id = o.unit_id
        JOIN core_assignment a ON a.position_id = v.position_id
        WHERE {of_the_day} AND o.lft >= {low} AND o.lft < {high})
    ORDER BY p.sort_key LIMIT {page}"""
_ALONG_NAMES = """
    SELECT p.id, p.name FROM core_person p WHERE EXISTS (
        SELECT 1 FROM core_assignment a
        JOIN core_position_version v ON v.position_id = a.position_id
        JOIN core_unit_order o ON o.unit_id = v.unit_id
        WHERE a.person_id = p.id AND {of_the_day} AND o.lft >= {low} AND o.lft < {high})
    ORDER BY p.sort_key LIMIT {page}"""
_OF_THE_DAY = " AND ".join(f"{one}.valid_from <= '{ruled.SINCE}' AND {one}.valid_to > '{ruled.SINCE}'" for one in "avo")


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
    listed = select(Person.id, Person.name).order_by(Person.sort_key).limit(PAGE)

    def asked(who: Actor) -> tuple[Sequence[float], Sequence[Any]]:
        with house.session(who) as session:
            return _timed(lambda: session.execute(visible(session, who, READ, listed, few=True)).all())

    (bare, _all), (scoped, found) = asked(SYSTEM), asked(actor)
    with house.session(actor) as session:
        narrowed = visible(session, actor, READ, listed, few=True)
    with house.database.migration() as connection:
        written = str(narrowed.compile(connection, compile_kwargs={"literal_binds": True}))
        values = {"of_the_day": _OF_THE_DAY, "low": place[0], "high": place[1], "page": PAGE}
        ours, *hands = (
            _timed(partial(lambda one: connection.exec_driver_sql(one).all(), statement))
            for statement in (written, _FROM_UNITS.format(**values), _ALONG_NAMES.format(**values))
        )
        later = LATER[connection.dialect.name]
    if any([*map(tuple, rows)] != [*map(tuple, found)] for _took, rows in (ours, *hands)) or not found:
        raise RuntimeError("the page by the lists is another than by hand")
    by_hand = min(_median(took) for took, _rows in hands)
    yield Figure(f"authority.page_of_{name}.statement_milliseconds", _median(ours[0]), "ms", by_hand)
    yield Figure(f"authority.page_of_{name}.milliseconds", _median(scoped), "ms", _median(bare))
    yield Figure(f"authority.page_of_{name}.p95_later_milliseconds", round(_p95(scoped) - _p95(bare), 2), "ms", later)


def _timed(ask: Callable[[], Sequence[Any]]) -> tuple[Sequence[float], Sequence[Any]]:
    """Milliseconds of each turn, after one that is not counted, and what was found."""
    found, taken = ask(), []
    for _turn in range(TURNS):
        began = time.perf_counter()
        found = ask()
        taken.append((time.perf_counter() - began) * 1000)
    return taken, found


def _median(taken: Sequence[float]) -> float:
    """The median, to a hundredth."""
    return round(statistics.median(taken), 2)


def _p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def _tops(made: World) -> dict[str, int]:
    """Units with one, about a tenth and all of the units below them and themselves."""
    sizes = {unit: high - low for unit, (low, high) in made.places.items()}
    return {
        "one_unit": min(sizes, key=lambda unit: (sizes[unit], unit)),
        "a_tenth": min(sizes, key=lambda unit: (abs(sizes[unit] - len(sizes) // 10), unit)),
        "everybody": max(sizes, key=lambda unit: sizes[unit]),
    }
