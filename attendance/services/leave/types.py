"""The types of leave of an installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import TYPES
from attendance.models import LeaveType
from remit.base import FOREVER, Actor, DomainError
from remit.models import Translation
from remit.services import require
from remit.text import catalogue

_ = catalogue("attendance")

_SINCE = date(2000, 1, 1)
#: What an installation starts with: code, Chinese and English title, and what differs from a paid type with half days.
#: Maternity counts natural days (女职工劳动保护特别规定, 第七条), and so do work injury and the leave of fathers.
_STARTING: Sequence[tuple[str, str, str, dict[str, Any]]] = (
    ("annual", "年假", "Annual leave", {"balanced": True, "carry_months": 3}),
    ("personal", "事假", "Personal leave", {"paid": False}),
    ("sick", "病假", "Sick leave", {"evidence_from": 200}),
    ("marriage", "婚假", "Marriage leave", {"halves": False}),
    ("bereavement", "丧假", "Bereavement leave", {}),
    ("childcare", "育儿假", "Childcare leave", {}),
    ("maternity", "产假", "Maternity leave", {"halves": False, "natural": True, "evidence_from": 100}),
    ("paternity", "陪产假", "Paternity leave", {"halves": False, "natural": True, "evidence_from": 100}),
    ("injury", "工伤假", "Work injury leave", {"halves": False, "natural": True, "evidence_from": 100}),
)


def _starting() -> list[LeaveType]:
    return [
        LeaveType(
            code=code, title=Translation(zh_CN=zh, en=en), order=10 * at,
            **{"halves": True, "paid": True, "balanced": False, "natural": False, "evidence_from": 0,
               "carry_months": 0, "valid_from": _SINCE, "valid_to": FOREVER, **more},
        )
        for at, (code, zh, en, more) in enumerate(_STARTING, start=1)
    ]  # fmt: skip


def all_types(session: Session) -> list[LeaveType]:
    """All types in their order; those an installation starts with as long as none is stored, and then without id."""
    stored = list(session.scalars(select(LeaveType).order_by(LeaveType.order, LeaveType.id)))
    return stored or _starting()


def ensure_types(session: Session) -> list[LeaveType]:
    """All types, stored; the caller holds a writing session."""
    found = all_types(session)
    if any(one.id is None for one in found):
        session.add_all(found)
        session.flush()
    return found


def types_on(session: Session, day: date) -> list[LeaveType]:
    """The types that may be asked for on a day."""
    return [one for one in all_types(session) if one.valid_from <= day < one.valid_to]


def type_named(session: Session, code: str) -> LeaveType:
    """A type by its code, stored; raises ``DomainError`` for one that is not there."""
    for one in ensure_types(session):
        if one.code == code:
            return one
    raise DomainError("attendance.leave_type", _("There is no leave of the kind {kind}.", kind=code), "type")


def change_type(session: Session, actor: Actor, leave_type: LeaveType, values: dict[str, Any]) -> None:
    """Change a type: ``title``, ``halves``, ``paid``, ``balanced``, ``natural``, ``evidence_from``, ``carry_months``,
    ``valid_from``, ``valid_to``. What was approved before keeps what it came to.

    Raises ``DomainError`` for a type that ends before it begins.
    """
    require(session, actor, TYPES)
    start, end = values.get("valid_from", leave_type.valid_from), values.get("valid_to") or FOREVER
    if start >= end:
        raise DomainError("attendance.leave_type_dates", _("It must end after it begins."), "valid_to")
    for name, value in (values | {"valid_to": end}).items():
        setattr(leave_type, name, value)
    session.flush()
