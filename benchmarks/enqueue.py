"""Microseconds of asking for a job inside a transaction, beside the bare insert of such a row over the same driver.

The fastest of batches of a hundred, so that what else the machine does meanwhile counts little. On PostgreSQL the
database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, TRIVIAL, empty
from core.jobs.queue import actor_to_json, enqueue
from core.kernel.house import House

SIZE = 5_000
BATCH = 100
TARGET = 150.0


def run(size: int, database_url: str) -> Iterable[Figure]:
    """The figure beside the bare insert, and beside the target."""
    with empty(database_url, TRIVIAL) as house:
        bare, ours = _bare(house, size), _ours(house, size)
        yield Figure("enqueue.microseconds", ours, "µs", bare)
        yield Figure("enqueue.target_microseconds", ours, "µs", TARGET)


def _ours(house: House, size: int) -> float:
    with house.session(SYSTEM, write=True) as session:
        return _fastest(lambda number: enqueue(session, SYSTEM, "bench.trivial", {"number": number}), size)


def _bare(house: House, size: int) -> float:
    """The driver alone: one prepared insert a row, with its text ready."""
    sqlite = house.database.is_sqlite
    now: Any = datetime.now(UTC).isoformat() if sqlite else datetime.now(UTC)
    row = (
        "bench.trivial", json.dumps({"number": 1}), "queued", 50, 0, json.dumps(actor_to_json(SYSTEM)), "", 0,
        0 if sqlite else False, now, now,
    )  # fmt: skip
    names = "kind, args, state, priority, progress_done, actor, reason, tries, cancel_asked, queued_at, run_at"
    mark = ", ".join(["?" if sqlite else "%s"] * len(row))
    statement = f"INSERT INTO core_job ({names}) VALUES ({mark}) RETURNING id"  # noqa: S608 - our own words
    with house.database.migration() as connection:
        cursor = connection.connection.cursor()
        options = {} if sqlite else {"prepare": True}

        def insert(_number: int) -> None:
            cursor.execute(statement, row, **options)
            cursor.fetchall()

        return _fastest(insert, size)


def _fastest(do: Callable[[int], Any], size: int) -> float:
    """Microseconds of one call."""
    found = []
    for start in range(0, size, BATCH):
        began = time.perf_counter()
        for number in range(start, start + BATCH):
            do(number)
        found.append((time.perf_counter() - began) / BATCH)
    return round(min(found) * 1e6, 1)
