"""The types of leave of an installation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.actions import TYPES
from attendance.models import LeaveRequest, LeaveType
from attendance.models.leave import SUBMITTED
from remit.base import FOREVER, Actor, DomainError, clock
from remit.models import Translation
from remit.services import require, system
from remit.text import LOCALES, catalogue

_ = catalogue("attendance")

_SINCE = date(2000, 1, 1)
#: The type that overtime is compensated with.
IN_LIEU = "in_lieu"
#: The kind of absence that is work.
TRIP = "trip"
#: What an installation starts with: code, Chinese and English title, and what differs from a paid type with half days.
#: Maternity counts natural days (女职工劳动保护特别规定, 第七条), and so do work injury and the leave of fathers.
_STARTING: Sequence[tuple[str, str, str, dict[str, Any]]] = (
    ("annual", "年假", "Annual leave", {"balanced": True, "carry_months": 3}),
    (IN_LIEU, "调休", "Time off in lieu", {"balanced": True}),
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


def in_lieu_type(session: Session) -> LeaveType:
    """The type that overtime is compensated with, stored also where the types were stored before there was one."""
    for one in ensure_types(session):
        if one.code == IN_LIEU:
            return one
    found = next(one for one in _starting() if one.code == IN_LIEU)
    session.add(found)
    session.flush()
    return found


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

    Raises ``DomainError`` at the field for what ``add_type`` refuses too.
    """
    require(session, actor, TYPES)
    given = {"title": leave_type.title, "valid_from": leave_type.valid_from, **values}
    _check(all_types(session), leave_type, given["title"], given)
    _write(leave_type, values)
    session.flush()


def add_type(session: Session, actor: Actor, values: dict[str, Any]) -> LeaveType:
    """A new type: ``code`` and what ``change_type`` takes. It comes last; its code stays for good.

    Raises ``DomainError`` at the field for a code that is none or taken, a title that is not in both languages or is
    another type's, and for a type that ends before it begins.
    """
    require(session, actor, TYPES)
    known = ensure_types(session)
    code, title = values["code"], values["title"]
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", code):
        raise DomainError("attendance.leave_type_code", _(
            "Write small letters, digits and underscores, beginning with a letter, such as study."), "code",
        )  # fmt: skip
    if code in (TRIP, *(one.code for one in known)):
        raise DomainError("attendance.leave_type_code", _(
            "The code {code} is taken; choose another.", code=code), "code")  # fmt: skip
    _check(known, None, title, values)
    found = LeaveType(code=code, order=max(one.order for one in known) + 10, title=Translation(title))
    _write(found, values)
    session.add(found)
    session.flush()
    return found


def retire_type(session: Session, actor: Actor, leave_type: LeaveType) -> None:
    """Give a type up: from today on nobody asks for it. What was approved stays, and what is left may be read.

    Raises ``DomainError`` for a type that is given up already or not in force yet, and while requests wait.
    """
    require(session, actor, TYPES)
    today = clock.today(actor.zone)
    if leave_type.valid_to <= today:
        raise DomainError("attendance.leave_type_retired", _(
            "{title} is given up already.", title=str(leave_type.title)))  # fmt: skip
    if leave_type.valid_from >= today:
        raise DomainError("attendance.leave_type_retired", _(
            "{title} is not in force yet; change the day it begins.", title=str(leave_type.title)))  # fmt: skip
    with system(session, "whether requests wait for a type of leave that is given up"):
        waiting = session.scalar(select(func.count(LeaveRequest.id)).where(
            LeaveRequest.type_id == leave_type.id, LeaveRequest.state == SUBMITTED)) or 0  # fmt: skip
    if waiting:
        raise DomainError("attendance.leave_type_waiting", _(
            "{count} request for it waits for an answer; have it decided first.",
            "{count} requests for it wait for an answer; have them decided first.", count=waiting))  # fmt: skip
    leave_type.valid_to = today
    session.flush()


def _check(known: Sequence[LeaveType], own: LeaveType | None, title: Mapping[str, str], values: dict[str, Any]) -> None:
    """Refuse what no type can be, with the field."""
    missing = [locale for locale in LOCALES if not title.get(locale)]
    if missing:
        raise DomainError("attendance.leave_type_title", _("Write the title in Chinese and in English."), "title")
    for one in known:
        if one is not own and any(one.title.get(locale) == title[locale] for locale in LOCALES):
            raise DomainError("attendance.leave_type_title", _(
                "Another type of leave has this title already; choose another."), "title")  # fmt: skip
    if values.get("evidence_from", 0) < 0:
        raise DomainError("attendance.leave_type_evidence", _("Days are not below zero; 0 asks for no proof."),
                          "evidence_from")  # fmt: skip
    if values["valid_from"] >= (values.get("valid_to") or FOREVER):
        raise DomainError("attendance.leave_type_dates", _("It must end after it begins."), "valid_to")


def _write(leave_type: LeaveType, values: dict[str, Any]) -> None:
    for name, value in (values | {"valid_to": values.get("valid_to") or FOREVER}).items():
        setattr(leave_type, name, Translation(value) if name == "title" else value)
