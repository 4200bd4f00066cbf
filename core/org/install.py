"""Putting into a house what the audit log asks the organisation for, once, at start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.audit.words import OBJECTS
from core.kernel.house import House
from core.org.models import Employment, LegalEntity, Person, PositionVersion, UnitVersion
from core.org.resources import READ


def install(house: House) -> None:
    """Tell the audit log what ids stand for."""
    house.session_info.setdefault(OBJECTS, {}).update({
        "core_unit": _latest(UnitVersion, UnitVersion.unit_id),
        "core_position": _latest(PositionVersion, PositionVersion.position_id),
        "core_legal_entity": _plain(LegalEntity, LegalEntity.name),
        "core_person": _plain(Person, Person.name, READ),
        "core_employment": _plain(Employment, Employment.number, READ),
    })


def _latest(version: Any, key: Any) -> Callable[[Session, set[int]], dict[int, str]]:
    """The last title a dated thing had: it may be gone, but the log still speaks of it."""

    def find(session: Session, ids: set[int]) -> dict[int, str]:
        last = select(key, func.max(version.valid_from).label("day")).where(key.in_(sorted(ids))).group_by(key)
        newest = last.subquery()
        rows = session.execute(
            select(key, version.title).join(newest, (newest.c[key.key] == key) & (newest.c.day == version.valid_from))
        )
        return {row[0]: str(row[1]) for row in rows}

    return find


def _plain(model: Any, name: Any, action: str = "") -> Callable[[Session, set[int]], dict[int, str]]:
    """A name the thing itself carries; those of people only where the reader may see them."""

    def find(session: Session, ids: set[int]) -> dict[int, str]:
        statement: Any = select(model.id, name).where(model.id.in_(sorted(ids)))
        if action:
            statement = visible(session, session.info["actor"], action, statement)
        return {row[0]: str(row[1]) for row in session.execute(statement)}

    return find
