"""What payroll tells of figures that a company is measured by: totals of pay, never what one of a few earns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payroll.models import PayPeriod, Run
from payroll.rules.states import ORDER, reached
from payroll.text import _
from remit.base import Month
from remit.contracts import KpiAsk, KpiSource, Table
from remit.services import least_people, system
from remit.specs import hookimpl

GROSS, COST = "payroll_gross", "payroll_cost"
#: Runs that were approved count; before that the amounts may change.
COUNTED = tuple(state for state in ORDER if reached(state, "approved"))


@hookimpl
def register_kpi_sources() -> Sequence[KpiSource]:
    """Gross pay, and what people cost altogether."""
    return (
        KpiSource(GROSS, _("Gross pay in total"), unit="money", grain="company", direction="down"),
        KpiSource(COST, _("Cost of people in total"), unit="money", grain="company", direction="down"),
    )


@hookimpl
def give_kpi_values(session: Session, ask: KpiAsk) -> Table | None:
    """Totals of the approved payrolls whose work month lies in the period, by company.

    A company of which fewer people are paid than totals may be told of is left out, as is one without a payroll.
    """
    if ask.grain != "company" or not {GROSS, COST} & set(ask.keys):
        return None
    first, last = Month.of(ask.period.start), Month.of(min(ask.period.last, ask.as_of))
    statement = (
        select(Run.legal_entity_id, func.sum(Run.gross), func.sum(Run.gross + Run.employer_cost))
        .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
        .where(PayPeriod.work_month.between(first.number, last.number), Run.state.in_(COUNTED),
               Run.legal_entity_id.in_(ask.ids.tolist()))
        .group_by(Run.legal_entity_id)
        .having(func.max(Run.slip_count) >= least_people(session))
        .order_by(Run.legal_entity_id)
    )  # fmt: skip
    with system(session, "payroll totals for figures of companies"):
        rows = session.execute(statement).all()
    columns = {GROSS: 1, COST: 2}
    return Table(
        "payroll", np.array([row[0] for row in rows], dtype=np.int64),
        {key: np.array([int(row[at]) for row in rows], dtype=np.int64) for key, at in columns.items()},
        dict.fromkeys(columns, "money"),
    )
