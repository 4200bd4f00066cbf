"""Leave for people to look at: what is left and until when, what a wish would come to, who is away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.actions import BALANCES, LEAVE
from attendance.models import LeaveEntry, LeaveLot, LeaveRequest, LeaveType, WorkingLife
from attendance.models.leave import EXPIRED, RETURNED, TAKEN
from attendance.rules.lots import Lot, balance, by_expiry
from attendance.services.leave import ledger, requests
from attendance.services.leave.types import all_types
from attendance.services.show import PAGE, own_employments
from remit.base import Actor, DomainError, Period, clock
from remit.models import Employment, Person, guard
from remit.services import system, visible
from remit.workflow import preview


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot as pages draw it; ``last`` is the last day on which it may be taken."""

    id: int
    year: int
    granted: int
    left: int
    last: date


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What is left of a type on a day, of how much, what of it waits for an answer, and the lots it is made of."""

    leave_type: LeaveType
    left: int
    granted: int
    waiting: int
    lots: Sequence[LotView]

    @property
    def used(self) -> int:
        """What is gone of the lots that can still be taken from."""
        return self.granted - self.left


@dataclass(frozen=True, slots=True)
class PersonBalance:
    """Somebody's line in the list of balances: what is left by type."""

    employment_id: int
    number: str
    name: str
    left: Mapping[int, BalanceView]


@dataclass(frozen=True)
class Wish:
    """What a request would come to, before anything is written: the days, what is left, who decides.

    ``refused`` is why it cannot be asked for as it stands, with the field it is about.
    """

    request: LeaveRequest | None = None
    leave_type: LeaveType | None = None
    amount: int = 0
    before: int = 0
    after: int = 0
    first: Sequence[LotView] = ()
    way: Any = None
    refused: DomainError | None = None


def balances_of(
    session: Session, employment_ids: Collection[int], day: date, types: Sequence[LeaveType] | None = None
) -> dict[int, list[BalanceView]]:
    """The balances of many employments on a day, by employment: two statements, three without ``types``.

    The caller has made sure that the reader may see them.
    """
    known = {one.id: one for one in (all_types(session) if types is None else types) if one.balanced}
    found: dict[int, list[BalanceView]] = {one: [] for one in employment_ids}
    for (employment, type_id), stock in ledger.stocks(session, employment_ids).items():
        if type_id in known:
            found[employment].append(_view(known[type_id], stock, day))
    return found


def _view(leave_type: LeaveType, stock: ledger.Stock, day: date) -> BalanceView:
    current = [lot for lot in stock.lots if lot.holds(day)]
    coming = by_expiry([lot for lot in stock.lots if lot.valid_from > day], day)
    return BalanceView(
        leave_type, balance(stock.lots, day), sum(stock.granted[lot.id] for lot in current),
        sum(stock.waiting.values()), [_lot(stock, lot) for lot in (*by_expiry(current, day), *coming)],
    )  # fmt: skip


def _lot(stock: ledger.Stock, lot: Lot) -> LotView:
    return LotView(lot.id, stock.years[lot.id], stock.granted[lot.id], lot.left, lot.expires - timedelta(days=1))


def own_balances(
    session: Session, actor: Actor, day: date, types: Sequence[LeaveType] | None = None
) -> list[BalanceView] | None:
    """One's own balances; None for who is not employed on the day."""
    found = own_employments(session, actor, Period(day, day + timedelta(days=1)))
    if not found:
        return None
    return balances_of(session, [found[0].id], day, types)[found[0].id]


def own_card(session: Session, actor: Actor, day: date) -> list[BalanceView]:
    """One's own balances for the home page, in one statement: without what waits, and without single lots."""
    granted = func.sum(LeaveEntry.amount).filter(LeaveEntry.kind.not_in([TAKEN, RETURNED, EXPIRED]))
    statement = (
        select(LeaveType, func.sum(LeaveEntry.amount), func.coalesce(granted, 0))
        .join(LeaveLot, LeaveLot.type_id == LeaveType.id).join(LeaveEntry, LeaveEntry.lot_id == LeaveLot.id)
        .join(Employment, Employment.id == LeaveLot.employment_id)
        .where(
            Employment.person_id == (actor.person_id or 0), Employment.hired_on <= day, Employment.left_on > day,
            LeaveLot.valid_from <= day, LeaveLot.expires > day, LeaveType.balanced,
        )
        .group_by(LeaveType.id).order_by(LeaveType.order, LeaveType.id)
    )  # fmt: skip
    with system(session, "somebody looks at his own leave"):
        return [BalanceView(one, int(left), int(first), 0, ()) for one, left, first in session.execute(statement)]


def wish(session: Session, actor: Actor, values: dict[str, Any], types: Sequence[LeaveType]) -> Wish:
    """What the values of the form would come to; what cannot be asked for says so instead of being raised."""
    leave_type = next((one for one in types if one.code == values["type"]), None)
    if leave_type is None:
        return Wish()
    try:
        span = requests.span_of(values)
        employment = requests.employment_on(session, actor, span.first)
        days = requests.checked(session, employment, leave_type, span, None)
    except DomainError as refused:
        return Wish(leave_type=leave_type, refused=refused)
    request = LeaveRequest(
        employment_id=employment.id, person_id=employment.person_id, type_id=leave_type.id, paid=leave_type.paid,
        first_day=span.first, first_half=span.begins, last_day=span.last, last_half=span.ends, reason="", evidence="",
        days=[[str(day), part] for day, part in days], amount=sum(part for _day, part in days), state="draft",
    )  # fmt: skip
    stock = ledger.stocks(session, [employment.id]).get((employment.id, leave_type.id), ledger.Stock())
    after, _missing = ledger.after(stock, days)
    left = {lot.id: lot.left for lot in after}
    drawn = [_lot(stock, lot) for lot in stock.free if lot.left != left[lot.id]]
    return Wish(
        request, leave_type, request.amount, balance(stock.free, span.first), balance(after, span.first), drawn,
        preview(session, LEAVE, request),
    )  # fmt: skip


def people(
    session: Session, actor: Actor, day: date, *, page: int = 1, name: str = ""
) -> tuple[list[PersonBalance], int]:
    """A page of the balances of everybody the reader may see, in the order of numbers, and how many there are."""
    everybody: Any = select(Employment.id, Employment.number, func.count().over().label("total")).where(
        Employment.hired_on <= day, Employment.left_on > day
    )
    # The name stands beside balances that the reader may see, so it needs no entry of its own.
    statement = visible(session, actor, BALANCES, everybody).add_columns(Person.name)
    statement = guard.mark(statement.join(Person, Person.id == Employment.person_id), [(BALANCES, "core_person")])
    if name:
        statement = statement.where(
            Employment.number.startswith(name, autoescape=True) | Person.name.contains(name, autoescape=True)
            | Person.sort_key.contains(name.casefold(), autoescape=True)
        )  # fmt: skip
    rows = session.execute(statement.order_by(Employment.number).offset((page - 1) * PAGE).limit(PAGE)).all()
    found = balances_of(session, [row.id for row in rows], day) if rows else {}
    return [
        PersonBalance(row.id, row.number, row.name, {one.leave_type.id: one for one in found[row.id]}) for row in rows
    ], rows[0].total if rows else 0


def entries(session: Session, employment: Employment, most: int = 200) -> Sequence[LeaveEntry]:
    """The ledger of somebody whose balance the reader may see, the latest first."""
    with system(session, "the ledger of somebody whose balance the reader may see"):
        return session.scalars(
            select(LeaveEntry).where(LeaveEntry.employment_id == employment.id)
            .order_by(LeaveEntry.id.desc()).limit(most)
        ).all()  # fmt: skip


def working_since(session: Session, employment: Employment) -> WorkingLife | None:
    """Since when somebody whose balance the reader may see has been working, if it is known."""
    with system(session, "since when somebody has been working"):
        return session.scalars(select(WorkingLife).where(WorkingLife.employment_id == employment.id)).one_or_none()


def upcoming(session: Session, actor: Actor, most: int = 1) -> Sequence[LeaveRequest]:
    """One's own next leave that is asked for or approved and not over."""
    statement = (
        select(LeaveRequest)
        .where(
            LeaveRequest.person_id == (actor.person_id or 0), LeaveRequest.last_day >= clock.today(actor.zone),
            LeaveRequest.state.in_(["submitted", "approved"]),
        )
        .order_by(LeaveRequest.first_day).limit(most)
    )  # fmt: skip
    with system(session, "somebody looks at his own leave"):
        return session.scalars(statement).all()

