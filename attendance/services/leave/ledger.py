"""What people have left of their leave, read from the ledger, and the only functions that write it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.models import LeaveEntry, LeaveLot, LeaveRequest
from attendance.models.leave import EXPIRED, RETURNED, SUBMITTED, TAKEN
from attendance.rules.lots import Lot, Part, draw, taken_off
from remit.base import Actor, clock
from remit.models import Employment
from remit.services import system

#: Employment and type.
Key = tuple[int, int]


@dataclass
class Stock:
    """The leave of one employment and type: its lots as they stand, and the lots with what still waits taken off.

    ``granted`` is what each lot was worth at first, ``waiting`` what requests that are not answered would take of it.
    """

    lots: list[Lot] = field(default_factory=list)
    granted: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)

    @property
    def free(self) -> list[Lot]:
        """What may still be asked for."""
        return [Lot(lot.id, lot.valid_from, lot.expires, lot.left - self.waiting.get(lot.id, 0)) for lot in self.lots]


def stocks(
    session: Session, employment_ids: Collection[int], *, besides: int | None = None, until: date | None = None
) -> dict[Key, Stock]:
    """The leave of many employments by employment and type, two statements: lots with their sums, and what waits.

    ``besides`` is a request that is left out of what waits; ``until`` counts only entries that count from that day or
    before, for a balance of the past. The caller has made sure that the reader may see them.
    """
    with system(session, "leave balances of people the caller may see are read"):
        return _stocks(session, employment_ids, besides, until)


def _stocks(
    session: Session, employment_ids: Collection[int], besides: int | None, until: date | None
) -> dict[Key, Stock]:
    ids = sorted(employment_ids)
    counted = LeaveEntry.lot_id == LeaveLot.id
    if until is not None:
        counted &= LeaveEntry.day <= until
    granted = func.sum(LeaveEntry.amount).filter(LeaveEntry.kind.not_in([TAKEN, RETURNED, EXPIRED]))
    statement = (
        select(LeaveLot, func.coalesce(func.sum(LeaveEntry.amount), 0), func.coalesce(granted, 0))
        .outerjoin(LeaveEntry, counted).where(LeaveLot.employment_id.in_(ids)).group_by(LeaveLot.id)
        .order_by(LeaveLot.expires, LeaveLot.valid_from, LeaveLot.id)
    )  # fmt: skip
    found: dict[Key, Stock] = {}
    for lot, left, first in session.execute(statement):
        stock = found.setdefault((lot.employment_id, lot.type_id), Stock())
        stock.lots.append(Lot(lot.id, lot.valid_from, lot.expires, int(left)))
        stock.granted[lot.id], stock.years[lot.id] = int(first), lot.year
    waiting = select(LeaveRequest).where(LeaveRequest.employment_id.in_(ids), LeaveRequest.state == SUBMITTED)
    for request in session.scalars(waiting.order_by(LeaveRequest.first_day, LeaveRequest.id)) if found else ():
        held = found.get((request.employment_id, request.type_id))
        if held is not None and request.id != besides:
            for part in draw(held.free, request.parts).parts:
                held.waiting[part.lot_id] = held.waiting.get(part.lot_id, 0) + part.amount
    return found


def hold(session: Session, *employment_ids: int) -> None:
    """Let whoever changes the leave of these employments come one after the other, until the commit.

    Always in the order of ids, so that two who hold several never wait for each other. A key-share lock, as each row
    that points at an employment takes one, is no hindrance: else two who have just written requests would wait for
    each other. SQLite has one writer anyway.
    """
    with system(session, "one change of somebody's leave at a time"):
        statement = select(Employment.id).where(Employment.id.in_(employment_ids)).order_by(Employment.id)
        session.scalars(statement.with_for_update(key_share=True)).all()


def take(session: Session, actor: Actor, request: LeaveRequest, parts: Iterable[Part]) -> None:
    """Write what an approved request takes of which lot."""
    _write(session, actor, request, parts, TAKEN, -1)


def give_back(session: Session, actor: Actor, request: LeaveRequest) -> None:
    """Write back to each lot what a request had taken of it; what had expired meanwhile expires anew."""
    with system(session, "what a request for leave took is returned"):
        rows = session.execute(
            select(LeaveEntry.lot_id, LeaveEntry.day, func.sum(LeaveEntry.amount))
            .where(LeaveEntry.request_id == request.id).group_by(LeaveEntry.lot_id, LeaveEntry.day)
        ).all()  # fmt: skip
    _write(session, actor, request, [Part(lot, day, -int(sum_)) for lot, day, sum_ in rows if sum_], RETURNED, 1)


def _write(
    session: Session, actor: Actor, request: LeaveRequest, parts: Iterable[Part], kind: str, sign: int
) -> None:
    for part in parts:
        session.add(
            LeaveEntry(
                employment_id=request.employment_id, type_id=request.type_id, lot_id=part.lot_id,
                request_id=request.id, kind=kind, amount=sign * part.amount, day=part.day, at=clock.now(),
                account_id=actor.account_id, note="",
            )
        )  # fmt: skip
    session.flush()


def write(
    session: Session, actor: Actor, lot: LeaveLot, kind: str, amount: int, day: date, note: str = ""
) -> LeaveEntry:
    """One line of the ledger about a lot that no request is behind."""
    entry = LeaveEntry(
        employment_id=lot.employment_id, type_id=lot.type_id, lot_id=lot.id, kind=kind, amount=amount, day=day,
        at=clock.now(), account_id=actor.account_id, note=note,
    )  # fmt: skip
    session.add(entry)
    return entry


def after(stock: Stock, days: Sequence[tuple[date, int]]) -> tuple[list[Lot], int]:
    """The lots of a stock once days are taken from what is free, and how much is missing for them."""
    drawn = draw(stock.free, days)
    return taken_off(stock.free, drawn.parts), drawn.missing
