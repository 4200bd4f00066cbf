"""Leaves a second of the sequencer, beside the bare canonical JSON and SHA-256 of the same entries.

Entries are those of a change of a post: a dozen references and two values before and after. The bare rate hashes them
ready in memory: body and keyed hash, with ``json`` and ``hashlib`` alone; it is the part no sequencer can do without.
Verifying reads everything again. On PostgreSQL the database named must be empty: its tables are made here and dropped
at the end.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert, select

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, empty
from core.audit import checkpoints, sequencer, verify
from core.audit.leaves import CLEAR
from core.audit.sequencer import ENTRY, READING
from core.base import clock
from core.db.guard import mark
from core.db.types import keys_of
from core.kernel.house import House

SIZE = 50_000
AT_A_TIME = 1_000


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Sequencing and verifying beside the bare rate."""
    with empty(database_url, {}) as house:
        _fill(house, size)
        bare = _bare(house, size)
        began = time.perf_counter()
        done = 0
        while placed := sequencer.sequence(house):
            done += placed
        took = time.perf_counter() - began
        if done != size:
            raise RuntimeError(f"{done} leaves of {size} entries")
        yield Figure("audit.leaves_per_s", round(size / took), "1/s", bare)
        yield Figure("audit.verified_per_s", round(size / _verified(house, size)), "1/s", bare)


def _fill(house: House, size: int) -> None:
    """Changes of many posts, as the recorder writes them."""
    plain: dict[str, Any] = dict.fromkeys(column.name for column in ENTRY.columns if column.name != "id")
    plain |= {
        "kind": "update", "actor_kind": "person", "account_id": 3, "person_id": 70, "acting_as": 12,
        "request_id": "0b5c1f0e6a7d4b0f", "action": "org.position:change", "entry": "HR.A4", "list_version": 17,
        "object_type": "core_position_version", "root_type": "core_position",
        "before": {"title": "Clerk", "headcount": 2}, "after": {"title": "Senior clerk", "headcount": 3},
    }
    for start in range(0, size, AT_A_TIME):
        rows = [
            {**plain, "at": clock.now(), "object_id": str(number), "root_id": str(number % 900)}
            for number in range(start, min(start + AT_A_TIME, size))
        ]
        with house.session(SYSTEM, write=True) as session:
            session.execute(mark(insert(ENTRY), READING), rows)


def _bare(house: House, size: int) -> int:
    """Entries a second of hashing alone."""
    with house.session(SYSTEM) as session:
        found = session.execute(mark(select(ENTRY).limit(min(size, 20_000)), READING)).mappings()
        rows = [{**row, "at": row["at"].isoformat()} for row in found]
    key = b"k" * 32
    began = time.perf_counter()
    for row in rows:
        values = hmac.digest(key, _json({"before": row["before"], "after": row["after"]}), "sha256").hex()
        body = {**{name: row[name] for name in CLEAR}, "at": row["at"], "values": values, "v": 1}
        hashlib.sha256(b"\x00" + _json(body)).digest()
    return round(len(rows) / (time.perf_counter() - began))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _verified(house: House, size: int) -> float:
    """Seconds of a check of everything against a checkpoint."""
    with house.session(SYSTEM, write=True) as session:
        keys = keys_of(session)
        checkpoints.write(session, keys)
    began = time.perf_counter()
    with house.session(SYSTEM) as session:
        report = verify.database(session, checkpoints.signing_key(keys).public_key())
    took = time.perf_counter() - began
    if (report.finding, report.entries, report.checkpoints) != (None, size, 1):
        raise RuntimeError(f"the log does not fit: {report}")
    return took
