"""A payroll run: read, compute, store and commit, beside the bare compute and the bare insert of the same values.

On PostgreSQL the database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Column, Table, select

from benchmarks.company import IntColumn, hire
from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, empty
from core.db import bulk
from core.db.base import Base
from core.kernel.house import House
from remit.base import Month
from remit.calendar import sync_calendars
from remit.models import LegalEntity, Position, PositionVersion, Translation, Unit, UnitVersion
from remit.services import system
from remit.testing.statements import counting

SIZE = 100_000
MONTH = Month(2026, 3)
MODULES = {"payroll": "payroll.plugin", "country_cn": "plugins.country_cn.plugin"}
#: Rates of the bare compute: contributions in thousandths, bands of the tax in yuan, rates in per cent.
_BANDS = ((36_000, 3, 0), (144_000, 10, 2_520), (300_000, 20, 16_920), (420_000, 25, 31_920), (660_000, 30, 52_920),
          (960_000, 35, 85_920), (None, 45, 181_920))  # fmt: skip


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Figures of one size, each measured three times, the median told; and the growth from a tenth of it."""
    tenth = _measured(max(1, size // 10), database_url)[0]
    seconds, statements, bare, insert = _measured(size, database_url)
    yield Figure("payroll.slips_per_second", round(size / seconds), "1/s", round(size / (bare + insert)))
    yield Figure("payroll.seconds", round(seconds, 3), "s", round(bare + insert, 3))
    yield Figure("payroll.bare_compute_seconds", round(bare, 4), "s")
    yield Figure("payroll.bare_insert_seconds", round(insert, 3), "s")
    yield Figure("payroll.statements_per_slip", round(statements / size, 6), "1", 0.01)
    yield Figure("payroll.growth_from_a_tenth", round(seconds / tenth, 2), "1", 10)


def _measured(size: int, url: str) -> tuple[float, int, float, float]:
    """Seconds and statements of a run, seconds of the bare compute and of the bare insert."""
    with empty(url, MODULES) as house:
        wages = _fill(house, size)
        seconds, statements, slips = sorted(_timed(house) for _turn in range(3))[1]
        if slips != size:
            raise RuntimeError(f"{slips} payslips of {size}")
        bare = sorted(_bare_compute(wages) for _turn in range(3))[1]
        insert = sorted(_bare_insert(house) for _turn in range(3))[1]
    return seconds, statements, bare, insert


def _fill(house: House, size: int) -> IntColumn:
    """A company of ``size`` people; returns their base pay."""
    from payroll.services import setup

    since = date(2020, 1, 1)
    with house.session(SYSTEM, write=True) as session, system(session, "benchmark"):
        sync_calendars(session, house.registry.countries(frozenset(MODULES)).values())
        entity = LegalEntity(code="B", name=Translation(zh_CN="测", en="B"), country="CN", currency="CNY")
        unit, post = Unit(code="B"), Position(code="B")
        session.add_all([entity, unit, post])
        session.flush()
        session.add(UnitVersion(unit_id=unit.id, valid_from=since, legal_entity_id=entity.id, title=entity.name))
        session.add(
            PositionVersion(
                position_id=post.id, valid_from=since, unit_id=unit.id, title=entity.name, headcount=size
            )
        )
        session.flush()
        components = setup.ensure_components(session)
        setup.ensure_groups(session)
        ids = np.arange(1, size + 1, dtype=np.int64)
        return hire(session, ids, entity=entity.id, agent=unit.id, position=post.id, components=components)


def _timed(house: House) -> tuple[float, int, int]:
    """Seconds, statements and slips of one whole calculation in its own transaction."""
    from payroll.services import run as runs

    with counting(house.database) as statements:
        started = time.perf_counter()
        with house.session(SYSTEM, write=True) as session:
            made = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, MONTH))
            slips = made.slip_count
        seconds = time.perf_counter() - started
    return seconds, len(statements), slips


def _bare_compute(base: IntColumn) -> float:
    """The same kind of payslip in plain NumPy: five amounts, four contributions, cumulative tax, net."""
    started = time.perf_counter()
    gross = base + base * 20 // 100 + base * 15 // 100 + base * 5 // 100 + base * 2 // 100
    clipped = np.clip(base, 754_600, 3_773_100)
    shares = [(clipped * rate + 500) // 1000 for rate in (80, 20, 5)]
    fund = (clipped * 7 + 5_000) // 10_000 * 100
    taxable = np.maximum(gross - sum(shares) - fund - 500_000 * 3, 0)
    bounds = np.array([band[0] * 100 for band in _BANDS if band[0] is not None])
    rates, quick = np.array([band[1] for band in _BANDS]), np.array([band[2] * 100 for band in _BANDS])
    row = np.searchsorted(bounds, taxable)
    tax = np.maximum((taxable * rates[row] + 50) // 100 - quick[row], 0)
    net = gross - sum(shares) - fund - tax
    if not net.size:
        raise RuntimeError("nothing was computed")
    return time.perf_counter() - started


def _bare_insert(house: House) -> float:
    """The stored slips once more, as columns into a table of their shape without keys to check but its own."""
    from payroll.models import Slip

    with house.session(SYSTEM) as session, system(session, "benchmark"):
        rows = bulk.read_columns(session, select(Slip.__table__), nulls=0)
    used = {name: column for name, column in rows.items() if name != "id" and (name[0] != "a" or column.any())}
    columns: list[Column[Any]] = [
        column._copy() if isinstance(column, Column) and not column.foreign_keys else Column(column.name, column.type)
        for column in Slip.__table__.columns
    ]
    copy = Table("payroll_bench_copy", Base.metadata.__class__(), *columns)
    house.database.create_all(copy.metadata)
    started = time.perf_counter()
    with house.session(SYSTEM, write=True) as session:
        bulk.write_columns(session, copy, used)
    seconds = time.perf_counter() - started
    with house.database.migration() as connection:
        copy.drop(connection)
    return seconds


