"""Events through two handlers that each write a row, beside the bare insert of the same rows over the same database.

The rows of an event are itself, its two deliveries and what the two handlers write; the figure counts from telling to
the last commit. First the handlers take many together and write their rows in one statement, as the bare insert does;
then they are given each event and write with the ORM. On PostgreSQL the database named must be empty: its tables are
made here and dropped at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, TRIVIAL, empty
from benchmarks.trivial import HANDLERS, Counted, Noted, Noticed
from core.base import clock
from core.events.deliverer import Deliverer
from core.events.models import DONE, Delivery, EventRow
from core.events.outbox import emit_many
from core.kernel.house import House

SIZE = 10_000
AT_A_TIME = 500


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Events a second beside the bare insert."""
    with empty(database_url, TRIVIAL) as house:
        bare = min(_bare(house, size) for _turn in range(2))
        for event, name in ((Counted, "events"), (Noticed, "events.one_by_one")):
            told, delivered = _ours(house, event, size)
            yield Figure(f"{name}.per_second", round(size / (told + delivered)), "1/s", round(size / bare))
            yield Figure(f"{name}.told_per_second", round(size / told), "1/s")
            yield Figure(f"{name}.delivered_per_second", round(size * len(HANDLERS) / delivered), "1/s")


def _ours(house: House, event: type[Counted] | type[Noticed], size: int) -> tuple[float, float]:
    """Seconds of telling and of delivering."""
    began = time.perf_counter()
    for start in range(0, size, AT_A_TIME):
        with house.session(SYSTEM, write=True) as session:
            emit_many(session, [event(number) for number in range(start, start + AT_A_TIME)])
    told = time.perf_counter() - began
    tried = Deliverer(house).run_waiting()
    delivered = time.perf_counter() - began - told
    with house.session(SYSTEM) as session:
        written = session.scalars(select(func.count()).select_from(Noted)).one()
    if (tried, written) != (size * len(HANDLERS), size * len(HANDLERS)):
        raise RuntimeError(f"{tried} deliveries and {written} rows of {size} events")
    _empty(house)
    return told, delivered


def _bare(house: House, size: int) -> float:
    """Seconds of the same rows in batches of the same size; they are removed again."""
    began = time.perf_counter()
    for start in range(0, size, AT_A_TIME):
        with house.session(SYSTEM, write=True) as session:
            numbers = range(start + 1, start + AT_A_TIME + 1)
            now = clock.now()
            session.execute(insert(EventRow), [
                {"id": number, "name": Noticed.name, "aggregate": f"thing:{number}", "payload": {"number": number},
                 "at": now, "actor": "", "request_id": "", "depth": 0}
                for number in numbers
            ])  # fmt: skip
            session.execute(insert(Delivery), [
                {"event_id": number, "handler": handler.name, "aggregate": f"thing:{number}", "state": DONE,
                 "tries": 1, "run_at": now, "done_at": now, "note": ""}
                for number in numbers for handler in HANDLERS
            ])  # fmt: skip
            session.execute(insert(Noted), [{"number": number} for number in numbers for _handler in HANDLERS])
    took = time.perf_counter() - began
    _empty(house)
    return took


def _empty(house: House) -> None:
    with house.database.migration() as connection:
        for table in (Delivery, EventRow, Noted):
            connection.execute(delete(table))
