"""Expenses that are paid with the payroll: what payroll is answered, and when they count as paid.

A payment goes with the run that was calculated when it was there already: the calculation takes it (``include``) and
gets its amounts (``give_pay_inputs``) in one transaction. A payment that comes later stays open until somebody
calculates again. It is paid when that very run is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.expense.models import Payment, PaymentItem
from plugins.expense.services import payments
from plugins.expense.text import INCLUDED, PAID
from remit.base import Month
from remit.contracts import Ask, Table
from remit.services import system
from remit.specs import Change

SOURCE = "expense"
#: What payroll's formulas call it, in minor units.
CODE = "expense_reimbursement"
CALCULATE, RUN_PAID = "payroll.run:calculate", "payroll.run_paid"


def include(session: Session, change: Change) -> None:
    """Let the payments that wait for a month go with the run that is about to be calculated."""
    month = change.values.get("month")
    if change.action != CALCULATE or not isinstance(month, Month):
        return
    for payment in payments.of_month(session, month, change.subject.legal_entity_id):
        payment.state, payment.run_id = INCLUDED, change.subject.id
    session.flush()


def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """What is paid back to each employment with the payroll of a month; it is no wage and not taxed."""
    month = Month.of(ask.period.start)
    if month.period != ask.period:
        return None
    statement = (
        select(PaymentItem.employment_id, func.sum(PaymentItem.amount))
        .join(Payment, Payment.id == PaymentItem.payment_id)
        .where(Payment.method == "payroll", Payment.month == month.number, Payment.state.in_([INCLUDED, PAID]))
        .group_by(PaymentItem.employment_id)
    )
    with system(session, "expenses that are paid with a payroll"):
        sums = {number: int(amount) for number, amount in session.execute(statement) if number is not None}
    ids = np.intersect1d(ask.ids, np.array(sorted(sums), dtype=np.int64))
    if not ids.size:
        return None
    amounts = np.array([sums[int(one)] for one in ids], dtype=np.int64)
    return Table(SOURCE, ids, {CODE: amounts}, {CODE: "money"})


def run_paid(session: Session, event: Any) -> None:
    """The run was paid, and with it what went into it."""
    with system(session, "the payroll that expenses went with is paid"):
        waiting = session.scalars(
            select(Payment).where(Payment.run_id == event.run_id, Payment.state == INCLUDED)
            .order_by(Payment.id).with_for_update()
        ).all()
        for payment in waiting:
            payments.settle(session, payment)
