"""Opening balances from a file: what people had left elsewhere, until when, and since when they have been working."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance import text
from attendance.models import LeaveEntry, LeaveLot, LeaveType, WorkingLife
from attendance.models.leave import CARRY_OVER, CORRECTION, OPENING
from attendance.services.leave.grants import expiry
from attendance.services.leave.types import all_types, ensure_types
from remit.base import Actor, clock
from remit.exchange import Changes, Checked, Plan, Report
from remit.models import Employment
from remit.services import system
from remit.text import LOCALES, Text, catalogue

_ = catalogue("attendance")


@dataclass
class _Lot:
    """A lot a row asks for; ``change`` is what its ledger lacks to say what the file says."""

    employment_id: int
    code: str
    kind: str
    year: int
    expires: date
    change: int
    id: int | None = None


@dataclass
class _Data:
    """What is to be written."""

    lots: list[_Lot] = field(default_factory=list)
    new_lives: list[tuple[int, date]] = field(default_factory=list)
    changed_lives: list[tuple[int, date]] = field(default_factory=list)


def plan_balances(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare a file of balances with the ledger, by employee, type and year.

    A year before the running one is carried over, the running one an opening. A file sent again changes nothing; one
    with another amount corrects by the difference, and takes no more than what is left.
    """
    with system(session, "balances are compared with the ledger"):
        people = _people(session, checked)
        types = {name: one for one in all_types(session) for name in _names(one)}
        stored, lives = _stored(session, people), _lives(session, people)
        found, data, today = Plan(), _Data(), clock.today(actor.zone)
        for at, number in enumerate(checked.columns["number"]):
            spoilt = checked.spoilt.get(at, frozenset())
            employment = people.get(str(number))
            if employment is None:
                found.problems.append(checked.at(
                    at, "number", _("There is no employee {number}.", number=number),
                    _("Import the people first, or correct the number."), value=number))  # fmt: skip
                continue
            if spoilt:
                continue
            before = (len(data.lots), len(data.new_lives), len(data.changed_lives))
            new = _lot(checked, at, employment, types, stored, today, found, data)
            new |= _life(checked, at, employment, lives, data)
            written = before != (len(data.lots), len(data.new_lives), len(data.changed_lives))
            found.new += new and written
            found.changed += written and not new
            found.unchanged += not written
        found.data = data
    return found


def _lot(
    checked: Checked, at: int, employment: Employment, types: Mapping[str, LeaveType],
    stored: Mapping[tuple[int, int | None, int, str], tuple[LeaveLot, int, int]], today: date, found: Plan, data: _Data,
) -> bool:  # fmt: skip
    """Note what the ledger lacks of a row; whether that is a new lot."""
    amount = checked.columns["days"][at]
    if amount is None:
        return False
    told = checked.columns["type"][at] or "annual"
    leave_type = types.get(told.strip().casefold())
    if leave_type is None or not leave_type.balanced:
        known: Text | str = ", ".join(sorted({one.code for one in types.values() if one.balanced}))
        found.problems.append(checked.at(
            at, "type", _("No balance is kept of {told}.", told=told),
            _("Write one of these: {known}.", known=known), value=told))  # fmt: skip
        return False
    year = checked.columns["year"][at] or today.year
    expires = checked.columns["last_day"][at]
    ends = expiry(leave_type, year) if expires is None else date.fromordinal(expires.toordinal() + 1)
    if ends <= date(year, 1, 1):
        found.problems.append(checked.at(at, "last_day", _("It must not end before its year begins.")))
        return False
    kind = CARRY_OVER if year < today.year else OPENING
    lot, worth, left = stored.get((employment.id, leave_type.id, year, kind), (None, 0, 0))
    change = amount - worth
    if lot is not None and left + change < 0:
        found.problems.append(checked.at(
            at, "days", _("{taken} of it are taken already; it cannot be less.", taken=text.days(worth - left)),
            value=text.amount(amount)))  # fmt: skip
    elif change:
        data.lots.append(_Lot(employment.id, leave_type.code, kind, year, ends, change, lot.id if lot else None))
    return lot is None


def _life(
    checked: Checked, at: int, employment: Employment, lives: Mapping[int, tuple[int, date]], data: _Data
) -> bool:
    since = checked.columns["since"][at]
    if since is None:
        return False
    known = lives.get(employment.id)
    if known is None:
        data.new_lives.append((employment.id, since))
    elif known[1] != since:
        data.changed_lives.append((known[0], since))
    return known is None


def _names(one: LeaveType) -> set[str]:
    titles = {text.LEAVES[one.code].render(locale) for locale in LOCALES} if one.code in text.LEAVES else set()
    return {name.casefold() for name in (one.code, *one.title.values(), *titles)}


def _people(session: Session, checked: Checked) -> dict[str, Employment]:
    wanted = {str(number) for number in checked.columns["number"]}
    statement = select(Employment)
    if len(wanted) <= 500:
        statement = statement.where(Employment.number.in_(sorted(wanted)))
    return {one.number: one for one in session.scalars(statement)}


def _stored(
    session: Session, people: Mapping[str, Employment]
) -> dict[tuple[int, int | None, int, str], tuple[LeaveLot, int, int]]:
    worth = func.sum(LeaveEntry.amount).filter(LeaveEntry.kind.in_([OPENING, CARRY_OVER, CORRECTION]))
    rows = session.execute(
        select(LeaveLot, func.coalesce(worth, 0), func.sum(LeaveEntry.amount))
        .join(LeaveEntry, LeaveEntry.lot_id == LeaveLot.id).where(LeaveLot.kind.in_([OPENING, CARRY_OVER]))
        .group_by(LeaveLot.id)
    )  # fmt: skip
    ids = {one.id for one in people.values()}
    return {
        (lot.employment_id, lot.type_id, lot.year, lot.kind): (lot, int(first), int(left))
        for lot, first, left in rows if lot.employment_id in ids
    }  # fmt: skip


def _lives(session: Session, people: Mapping[str, Employment]) -> dict[int, tuple[int, date]]:
    ids = {one.id for one in people.values()}
    rows = session.execute(select(WorkingLife.employment_id, WorkingLife.id, WorkingLife.since))
    return {employment: (key, since) for employment, key, since in rows if employment in ids}


def apply_balances(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Write the lots, their lines of the ledger, and since when people have been working."""
    data: _Data = planned.data
    with system(session, "balances are imported"):
        types = {one.code: one.id for one in ensure_types(session)}
        new = [lot for lot in data.lots if lot.id is None]
        if new:
            ids = changes.insert(LeaveLot, {
                "employment_id": [lot.employment_id for lot in new], "type_id": [types[lot.code] for lot in new],
                "kind": [lot.kind for lot in new], "year": [lot.year for lot in new],
                "valid_from": [date(lot.year, 1, 1) for lot in new], "expires": [lot.expires for lot in new],
            })  # fmt: skip
            for lot, key in zip(new, ids.tolist(), strict=True):
                lot.id = key
        report(1, 2, _("Writing"))
        if data.lots:
            changes.insert(LeaveEntry, _entries(actor, data.lots, types, {id(lot) for lot in new}))
        if data.new_lives:
            changes.insert(WorkingLife, {
                "employment_id": [one for one, _since in data.new_lives],
                "since": [since for _one, since in data.new_lives], "proof": [""] * len(data.new_lives),
            })  # fmt: skip
        if data.changed_lives:
            changes.update(WorkingLife, {
                "id": [key for key, _since in data.changed_lives],
                "since": [since for _key, since in data.changed_lives],
            })  # fmt: skip
        report(2, 2, _("Writing"))


def _entries(actor: Actor, lots: list[_Lot], types: Mapping[str, int], new: set[int]) -> dict[str, list[Any]]:
    count = len(lots)
    return {
        "employment_id": [lot.employment_id for lot in lots], "type_id": [types[lot.code] for lot in lots],
        "lot_id": [lot.id for lot in lots], "request_id": [None] * count,
        "kind": [lot.kind if id(lot) in new else CORRECTION for lot in lots],
        "amount": [lot.change for lot in lots], "day": [date(lot.year, 1, 1) for lot in lots],
        "at": [clock.now()] * count, "account_id": [actor.account_id] * count, "note": [""] * count,
    }  # fmt: skip
