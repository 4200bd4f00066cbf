"""Once a day is over: what of its approved overtime counts, and the time off that it gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from attendance.models import CLOSED, LeaveEntry, LeaveLot, MonthResult, OvertimeRequest
from attendance.models.leave import APPROVED, CORRECTION, OVERTIME
from attendance.models.overtime import IN_LIEU
from attendance.rules.asking import AskingRules
from attendance.rules.overtime import in_lieu
from attendance.services.compute import Computed, compute_all
from attendance.services.leave import ledger
from attendance.services.leave.types import in_lieu_type
from attendance.services.people import employed_during
from attendance.services.plan import NO_GROUP
from remit.base import Actor, Month, Period, clock
from remit.services import system
from remit.text import catalogue

_ = catalogue("attendance")

#: The defaults, where no group is asked.
NO_RULES = AskingRules()
#: Punches that arrive late are waited for so long: days of this many months before the running one are counted again.
_MONTHS_BACK = 2


def settle(
    session: Session, actor: Actor, *, employment_ids: Collection[int] | None = None, days: Period | None = None
) -> dict[str, int]:
    """Count the approved overtime of days that are over, of everybody or some; returns what it came to.

    ``requests`` is how many were counted, ``minutes`` what of them counts, ``lots`` how many gave time off for the
    first time. Done again it gives nothing twice: where the punches now say otherwise, as after a correction, the
    difference becomes a correction in the ledger, which never takes more than what is left.
    """
    with system(session, "approved overtime of days that are over is counted"):
        people = sorted({one.employment_id for one in _waiting(session, employment_ids, days)})
        for at in range(0, len(people), 1000):
            ledger.hold(session, *people[at : at + 1000])
        # What was read before they were held may have been cancelled meanwhile.
        waiting = _waiting(session, employment_ids, days)
        result = {"requests": 0, "minutes": 0, "lots": 0}
        for month in sorted({Month.of(one.work_day) for one in waiting}):
            mine = {one.id: one for one in waiting if Month.of(one.work_day) == month}
            _settle_month(session, actor, month, mine, result)
        session.flush()
    return result


def _waiting(
    session: Session, employment_ids: Collection[int] | None, days: Period | None
) -> Sequence[OvertimeRequest]:
    """Approved requests of days that are over, as they stand in the database at this moment."""
    today = clock.today()
    since = Month.of(today)
    for _back in range(_MONTHS_BACK):
        since = since.previous()
    first, end = (days.start, days.end) if days is not None else (since.start, today)
    statement = select(OvertimeRequest).where(
        OvertimeRequest.state == APPROVED, OvertimeRequest.work_day >= first,
        OvertimeRequest.work_day < min(end, today),
    )  # fmt: skip
    if employment_ids is not None:
        statement = statement.where(OvertimeRequest.employment_id.in_(sorted(employment_ids)))
    ordered = statement.order_by(OvertimeRequest.id).execution_options(populate_existing=True)
    return session.scalars(ordered).all()


def _settle_month(
    session: Session, actor: Actor, month: Month, requests: Mapping[int, OvertimeRequest], result: dict[str, int]
) -> None:
    ids = {one.employment_id for one in requests.values()}
    # A closed month stays what it is, whatever punches arrive later.
    closed = session.scalars(
        select(MonthResult.employment_id).where(
            MonthResult.month == month.number, MonthResult.state == CLOSED, MonthResult.employment_id.in_(sorted(ids))
        )
    )  # fmt: skip
    people = employed_during(session, month.period, sorted(ids - set(closed)))
    lots = _lots(session, [one.id for one in requests.values() if one.compensation == IN_LIEU])
    for found in compute_all(session, month.period, people):
        for key, minutes in found.recognised.items():
            request = requests.get(key)
            if request is None:
                continue
            request.recognised = minutes
            result["requests"] += 1
            result["minutes"] += minutes
            if request.compensation == IN_LIEU:
                result["lots"] += _give(session, actor, request, minutes, _rules(found, request), lots.get(key))


def _rules(found: Computed, request: OvertimeRequest) -> AskingRules:
    row = found.people.row(request.employment_id)
    assert row is not None
    group = int(found.group[row, (request.work_day - found.plan.period.start).days])
    return found.plan.groups[group].asking_rules() if group != NO_GROUP else NO_RULES


def _lots(session: Session, ids: Sequence[int]) -> dict[int, tuple[LeaveLot, int, int]]:
    """The lots that requests gave: what they are worth by gift and corrections, and what is left."""
    worth = func.sum(case((LeaveEntry.kind.in_([OVERTIME, CORRECTION]), LeaveEntry.amount), else_=0))
    rows = session.execute(
        select(LeaveLot, worth, func.sum(LeaveEntry.amount)).join(LeaveEntry, LeaveEntry.lot_id == LeaveLot.id)
        .where(LeaveLot.overtime_id.in_(ids)).group_by(LeaveLot.id)
    )  # fmt: skip
    return {lot.overtime_id: (lot, int(value), int(left)) for lot, value, left in rows if lot.overtime_id}


def _give(
    session: Session, actor: Actor, request: OvertimeRequest, minutes: int, rules: AskingRules,
    known: tuple[LeaveLot, int, int] | None,
) -> int:  # fmt: skip
    """Write the lot of a request, or the difference to what it gave before; returns 1 for a new one."""
    amount = in_lieu(minutes, rules.in_lieu_minutes)
    if known is not None:
        lot, worth, left = known
        if change := max(amount - worth, -max(left, 0)):
            ledger.write(session, actor, lot, CORRECTION, change, request.work_day, str(_("Counted anew")))
        return 0
    if not amount:
        return 0
    lot = LeaveLot(
        employment_id=request.employment_id, type_id=in_lieu_type(session).id, kind=OVERTIME,
        year=request.work_day.year, valid_from=request.work_day + timedelta(days=1),
        expires=expiry(request.work_day, rules.in_lieu_months), overtime_id=request.id,
    )  # fmt: skip
    session.add(lot)
    session.flush()
    ledger.write(session, actor, lot, OVERTIME, amount, request.work_day)
    return 1


def expiry(day: date, months: int) -> date:
    """The day from which time off for overtime of a day can no longer be taken: so many full months after its month."""
    number = day.year * 12 + day.month + months
    return max(date(number // 12, number % 12 + 1, 1), day + timedelta(days=2))


def undo(session: Session, actor: Actor, request: OvertimeRequest) -> None:
    """Take back the time off that cancelled overtime gave, as far as it is left. The caller holds the employment."""
    request.recognised = None
    for lot, worth, left in _lots(session, [request.id]).values():
        if change := min(worth, max(left, 0)):
            ledger.write(session, actor, lot, CORRECTION, -change, request.work_day, str(_("Overtime was cancelled")))
    session.flush()
