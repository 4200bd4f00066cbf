"""What payroll tells of the cost of people: totals for figures that a company is measured by, and sums of units for
other modules; never what one of a few earns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from payroll import actions
from payroll.models import PayPeriod, Run, Slip
from payroll.rules.states import ORDER, reached
from payroll.text import _
from remit.base import Actor, Month
from remit.contracts import KpiAsk, KpiSource, PeopleCost, PeopleCostAsk, Table
from remit.models import guard
from remit.services import Group, least_people, system, visible
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


@hookimpl
def give_people_costs(session: Session, actor: Actor, ask: PeopleCostAsk) -> PeopleCost | None:
    """Gross pay and what the employer pays on top, of approved runs the actor may read whose work month lies in the
    period; None for whoever may read none.

    A unit counts in a month where its group may be told (``remit.services.Group``), each unit and month by itself: so
    no difference of two answers tells what fewer people earn.
    """
    unit_ids, period = ask.unit_ids, ask.period
    first, last = Month.of(period.start).number, Month.of(period.last).number
    runs = visible(session, actor, actions.RUN_READ, select(Run.id).where(
        Run.state.in_(COUNTED), Run.currency == ask.currency,
    ))  # fmt: skip
    every = aliased(Slip)
    own = visible(
        session, actor, actions.SLIP_REVEAL, select(Slip.id).where(Slip.id == every.id).correlate(every)
    )
    statement = (
        select(
            PayPeriod.work_month, every.unit_id, func.sum(every.gross + every.employer_cost),
            func.count(every.person_id.distinct()),
            func.count(every.person_id.distinct()).filter(~exists(own)),
        )
        .join(PayPeriod, PayPeriod.id == every.pay_period_id)
        .where(every.void.is_(False), every.unit_id.in_(unit_ids), every.run_id.in_(runs),
               PayPeriod.work_month.between(first, last))
        .group_by(PayPeriod.work_month, every.unit_id)
    )  # fmt: skip
    with system(session, "what the people of units cost, in sums over enough of them"):
        rows = session.execute(guard.carry(guard.carry(statement, runs), own)).all()
    if not rows:
        return None
    least, months, silent, cost = least_people(session), set(), set(), 0
    for month, unit_id, amount, people, hidden in rows:
        if Group(people, hidden).told(least):
            cost += int(amount)
            months.add(Month.from_number(month))
        else:
            silent.add(unit_id)
    return PeopleCost(cost, tuple(sorted(months, key=lambda one: one.number)), len(silent))
