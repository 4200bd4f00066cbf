from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit import words
from core.audit.models import AuditEntry
from core.audit.values import shape
from core.base.actor import Actor
from core.base.text import Text, use_locale
from core.db import guard
from core.db.base import Base
from core.web import ports

OWN = {"attendance", "core", "payroll"}


def told(entry: AuditEntry) -> list[tuple[str, str, str]]:
    class Nobody(words.Names):
        def __init__(self) -> None:
            self._found = {}

    with use_locale("en"):
        return [(str(name), str(old), str(new)) for name, old, new in words.changes(entry, Nobody())]


@pytest.mark.usefixtures("company")
def test_every_table_and_column_the_log_keeps_has_a_name() -> None:
    """Whoever reads the log never meets a name of the database."""
    nameless = []
    for mapper in Base.registry.mappers:
        if mapper.class_.__module__.split(".")[0] not in OWN:
            continue
        shaped = shape(mapper)
        if shaped is None:
            continue
        table: Any = mapper.local_table
        nameless += [] if words.LABEL in table.info else [table.name]
        nameless += [
            f"{table.name}.{one.column}" for one in shaped.shown
            if words.LABEL not in (column := table.columns[one.column]).info and not words.only_number(column)
        ]
    assert nameless == []


def test_what_was_written_in_bulk_or_decided_has_a_name_too(company: Flask) -> None:
    house = ports.of(company).house
    with house.session(Actor.system("reads the log")) as session, guard.system(session, "reads the log"):
        tables = {name for name in session.scalars(select(AuditEntry.object_type).distinct()) if name}
    assert {"attendance_punch", "payroll_slip", "core_authority"} <= tables
    assert [name for name in sorted(tables) if not isinstance(words.thing(name), Text)] == []


@pytest.mark.usefixtures("company")
def test_codes_and_numbers_of_months_are_told_in_words() -> None:
    closed = AuditEntry(
        kind="update", object_type="attendance_month_state", object_id="1", root_type="attendance_month_state",
        root_id="1", before={"state": "open", "month": 202610}, after={"state": "closed", "month": 202610},
    )
    assert told(closed) == [("Status", "Open", "Closed"), ("Month", "October 2026", "October 2026")]


@pytest.mark.usefixtures("company")
def test_a_row_known_by_several_columns_is_told_by_them() -> None:
    day = AuditEntry(
        kind="insert", object_type="core_calendar_day", object_id="1,2026-10-10", root_type="core_calendar_day",
        root_id="1,2026-10-10", after={"calendar_id": 1, "day": "2026-10-10", "kind": "workday"},
    )
    assert told(day) == [("Working calendar", "–", "1"), ("Day", "–", "2026-10-10"), ("Kind", "–", "Workday")]
