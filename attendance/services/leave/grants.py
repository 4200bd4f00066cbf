"""Granting the leave of a year, correcting it by hand, and letting go what has expired."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from attendance.actions import BALANCE_CHANGE, BALANCE_IMPORT
from attendance.models import Absence, LeaveEntry, LeaveLot, LeaveType, WorkingLife
from attendance.models.leave import CORRECTION, EXPIRED, GRANT
from attendance.rules.lots import expiring
from attendance.services.leave import ledger
from attendance.services.leave.types import ensure_types
from attendance.services.people import People, employed_during
from remit.base import Actor, DomainError, Period, clock
from remit.contracts import UNKNOWN, LeaveAsk, Table
from remit.models import Employment, EmploymentTerms, LegalEntity
from remit.services import give, require, system
from remit.text import catalogue

_ = catalogue("attendance")

FULL = 100


@dataclass(frozen=True, slots=True)
class Granted:
    """What granting a year did: lots that are new, lots that were corrected, people of whom nothing is known."""

    new: int = 0
    corrected: int = 0
    unknown: int = 0


def year_of(year: int) -> Period:
    """The days of a calendar year."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def grant_year(
    session: Session, actor: Actor, year: int, *, employment_ids: Collection[int] | None = None
) -> Granted:
    """Grant everybody (or some) what the country packs say a year gives him, one lot for each type.

    Done again it grants nothing twice: where the law now gives another amount, as to a leaver, the difference becomes a
    correction, which never takes more than what is left.
    """
    require(session, actor, BALANCE_IMPORT)
    with system(session, "leave of a year is granted"):
        ids = None if employment_ids is None else sorted(employment_ids)
        people = employed_during(session, year_of(year), ids)
        if not len(people):
            return Granted()
        types = {one.code: one for one in ensure_types(session)}
        told = give(session, "give_leave_entitlements", ask=_ask(session, people, year), strict=True)
        found = _entitled(told, types)
        spoken = sorted({employment for employment, _type in found})
        for at in range(0, len(spoken), 1000):
            ledger.hold(session, *spoken[at : at + 1000])
        stored = _stored(session, year, [one.id for one, _days in found.values()])
        new = corrected = 0
        for key, (leave_type, days) in found.items():
            lot, worth, left = stored.get(key, (None, 0, 0))
            if lot is None:
                new += _grant(session, actor, key[0], leave_type, year, days)
            elif change := max(days - worth, -max(left, 0)):
                ledger.write(session, actor, lot, CORRECTION, change, lot.valid_from, str(_("Counted anew")))
                corrected += 1
        session.flush()
    return Granted(new, corrected, len(people) - len(spoken))


def _grant(session: Session, actor: Actor, employment_id: int, leave_type: LeaveType, year: int, days: int) -> int:
    if days <= 0:
        return 0
    lot = LeaveLot(
        employment_id=employment_id, type_id=leave_type.id, kind=GRANT, year=year, valid_from=date(year, 1, 1),
        expires=expiry(leave_type, year),
    )  # fmt: skip
    session.add(lot)
    session.flush()
    ledger.write(session, actor, lot, GRANT, days, lot.valid_from)
    return 1


def expiry(leave_type: LeaveType, year: int) -> date:
    """The day from which a year's leave of a type can no longer be taken."""
    months = year * 12 + 12 + leave_type.carry_months
    return date(months // 12, months % 12 + 1, 1)


def _entitled(told: Sequence[Table], types: Mapping[str, LeaveType]) -> dict[ledger.Key, tuple[LeaveType, int]]:
    """The days by employment and type; what several packs give of one type adds up."""
    found: dict[ledger.Key, tuple[LeaveType, int]] = {}
    for table in told:
        for code, column in table.columns.items():
            leave_type = types.get(code)
            if leave_type is None or not leave_type.balanced:
                continue
            for employment, days in zip(table.ids.tolist(), column.tolist(), strict=True):
                before = found.get((employment, leave_type.id), (leave_type, 0))[1]
                found[employment, leave_type.id] = (leave_type, before + days)
    return found


def _stored(session: Session, year: int, types: Collection[int]) -> dict[ledger.Key, tuple[LeaveLot, int, int]]:
    """The lots that were granted for a year: what they are worth by grants and corrections, and what is left."""
    worth = func.sum(case((LeaveEntry.kind.in_([GRANT, CORRECTION]), LeaveEntry.amount), else_=0))
    rows = session.execute(
        select(LeaveLot, worth, func.sum(LeaveEntry.amount)).join(LeaveEntry, LeaveEntry.lot_id == LeaveLot.id)
        .where(LeaveLot.year == year, LeaveLot.kind == GRANT, LeaveLot.type_id.in_(sorted(set(types))))
        .group_by(LeaveLot.id)
    )  # fmt: skip
    return {(lot.employment_id, lot.type_id): (lot, int(worth), int(left)) for lot, worth, left in rows}


def _ask(session: Session, people: People, year: int) -> LeaveAsk:
    """What the law wants to know of people: since when they work, and how long they were ill."""
    since = np.full(len(people), UNKNOWN, dtype=np.int64)
    for employment, day in session.execute(
        select(WorkingLife.employment_id, WorkingLife.since).where(people.among(WorkingLife.employment_id))
    ):
        row = people.row(employment)
        if row is not None:
            since[row] = day.toordinal()
    return LeaveAsk(
        people.ids, year_of(year), clock.today(), since, people.hired, people.left,
        _days_of(session, people, year, "sick"), _days_of(session, people, year, "personal"),
        _countries(session, people),
    )  # fmt: skip


def _days_of(session: Session, people: People, year: int, kind: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Calendar days of paid leave of a kind in a year, in hundredths; half days are halves."""
    days, found = year_of(year), np.zeros(len(people), dtype=np.int64)
    statement = select(Absence).where(
        Absence.kind == kind, Absence.valid_from < days.end, Absence.valid_to > days.start,
        people.among(Absence.employment_id),
    )  # fmt: skip
    if kind == "personal":
        statement = statement.where(Absence.paid)
    for one in session.scalars(statement):
        row = people.row(one.employment_id)
        if row is not None:
            length = (min(one.valid_to, days.end) - max(one.valid_from, days.start)).days
            found[row] += length * (one.last_half - one.first_half + 1) * FULL // 2
    return found


def _countries(session: Session, people: People) -> list[str]:
    """The country of the company of each employment's newest terms."""
    rows = session.execute(
        select(EmploymentTerms.employment_id, LegalEntity.country)
        .join(LegalEntity, LegalEntity.id == EmploymentTerms.legal_entity_id)
        .where(people.among(EmploymentTerms.employment_id)).order_by(EmploymentTerms.valid_from)
    )  # fmt: skip
    known = {employment: country for employment, country in rows}
    return [known.get(one, "") for one in people.ids.tolist()]


def correct(
    session: Session, actor: Actor, employment: Employment, lot: LeaveLot, amount: int, *, note: str
) -> LeaveEntry:
    """Give or take days of a lot by hand, with a reason; the ledger keeps who and why.

    Raises ``DomainError`` without a reason, for nothing, and for more than is left.
    """
    require(session, actor, BALANCE_CHANGE, employment)
    if not note.strip():
        raise DomainError("attendance.leave_note", _("Say why; it stands in the ledger."), "note")
    if amount == 0:
        raise DomainError("attendance.leave_zero", _("Write how many days are added or, below zero, taken."), "amount")
    ledger.hold(session, employment.id)
    stock = ledger.stocks(session, [employment.id]).get((employment.id, lot.type_id), ledger.Stock())
    left = next((one.left for one in stock.lots if one.id == lot.id), 0)
    if left + amount < 0:
        raise DomainError("attendance.leave_zero", _("No more can be taken than is left."), "amount")
    entry = ledger.write(session, actor, lot, CORRECTION, amount, clock.today(actor.zone), note.strip())
    session.flush()
    return entry


def expire(session: Session, day: date) -> dict[str, int]:
    """Write off what is left of lots whose time is over on ``day``; returns how many lots and hundredths of days.

    Whatever days it missed are caught up with, and a second run finds nothing. What requests that still wait would take
    stays until they are answered. One statement, and three for each thousand people.
    """
    with system(session, "leave whose time is over expires"):
        left = func.sum(LeaveEntry.amount)
        over = session.execute(
            select(LeaveLot).join(LeaveEntry, LeaveEntry.lot_id == LeaveLot.id).where(LeaveLot.expires <= day)
            .group_by(LeaveLot.id).having(left > 0).order_by(LeaveLot.employment_id, LeaveLot.id)
        ).scalars().all()  # fmt: skip
        lots = {lot.id: lot for lot in over}
        people = sorted({lot.employment_id for lot in over})
        actor, count, amount = Actor.system("leave whose time is over expires"), 0, 0
        for at in range(0, len(people), 1000):
            ledger.hold(session, *people[at : at + 1000])
            for stock in ledger.stocks(session, people[at : at + 1000]).values():
                # What was read before they were held may have been written off meanwhile.
                for one, lost in expiring([lot for lot in stock.lots if lot.id in lots], day, stock.waiting):
                    ledger.write(session, actor, lots[one.id], EXPIRED, -lost, one.expires)
                    count, amount = count + 1, amount + lost
        session.flush()
    return {"lots": count, "days": amount}


def last_day(expires: date) -> date:
    """The last day on which leave of a lot may be taken."""
    return expires - timedelta(days=1)
