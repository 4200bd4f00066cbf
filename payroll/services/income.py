"""What somebody earned in the last twelve months: what an income certificate says, and who may have it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import PayPeriod, Run, Slip
from payroll.services.look import GROUP, said
from payroll.services.slip import SHOWN
from payroll.text import _
from remit.base import Actor, DomainError, Month, clock, div_round
from remit.models import Employment
from remit.services import record_reveal, require, system, visible

#: So many months are looked at, up to the last one whose payslips are published.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Income:
    """Pay before tax in minor units: of which months, in all, and on average of the months that were paid."""

    first: Month
    last: Month
    months: int
    total: int
    average: int


def income_of(session: Session, employment: Employment, day: date) -> Income:
    """The income of an employment in the twelve months that end with its last published payslip.

    Raises ``DomainError`` where none was published, or where pay was in another currency than yuan. Who may see it was
    asked before (``open_income``).
    """
    rows = _slips(session, employment, day)
    if any(currency != "CNY" for _slip, _month, currency in rows):
        raise DomainError("payroll.income_currency", _("The income certificate is written for pay in yuan only."))
    by_month: dict[Month, int] = {}
    for slip, month, _currency in rows:
        by_month[month] = by_month.get(month, 0) + slip.gross
    total = sum(by_month.values())
    return Income(min(by_month), max(by_month), len(by_month), total, div_round(total, len(by_month)))


def open_income(session: Session, actor: Actor, employment: Employment, purpose: str) -> None:
    """Insist that the actor may open every payslip the certificate sums up, and keep on record that he does.

    Raises ``Denied``; ``DomainError`` without a purpose, or where there is no payslip.
    """
    slips = [slip for slip, _month, _currency in _slips(session, employment, clock.today(actor.zone))]
    open_to = set(session.scalars(
        visible(session, actor, actions.SLIP_REVEAL, select(Slip.id).where(Slip.id.in_([one.id for one in slips])))
    ))
    hidden = [slip for slip in slips if slip.id not in open_to]
    decision = require(session, actor, actions.SLIP_REVEAL, (hidden or slips)[0])
    own = actor.person_id is not None and actor.person_id == employment.person_id
    reason = (purpose.strip()[:500] or str(_("Own income certificate"))) if own else said(purpose)
    record_reveal(session, GROUP, employment, subject_id=employment.person_id, purpose=reason, decision=decision)


def _slips(session: Session, employment: Employment, day: date) -> list[tuple[Slip, Month, str]]:
    """The published payslips of the last twelve months up to a day, with their work month and currency."""
    with system(session, "the payslips an income certificate sums up"):
        rows = session.execute(
            select(Slip, PayPeriod.work_month, Run.currency)
            .join(Run, Run.id == Slip.run_id)
            .join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
            .where(
                Slip.employment_id == employment.id, Slip.void.is_(False), Run.state.in_(SHOWN),
                PayPeriod.work_month <= Month.of(day).number,
            )
            .order_by(PayPeriod.work_month, Slip.id)
        ).all()
    found = [(row[0], Month.from_number(row[1]), row[2]) for row in rows]
    if not found:
        raise DomainError(
            "payroll.no_income", _("There is no published payslip of {number} to sum up.", number=employment.number)
        )
    first = found[-1][1].shift(1 - MONTHS)
    return [row for row in found if row[1] >= first]
