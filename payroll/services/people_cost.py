"""What the people of units cost, told to other modules: sums over enough people, to whoever may read payrolls."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from payroll import actions
from payroll.figures import COUNTED
from payroll.models import PayPeriod, Run, Slip
from remit.base import Actor, Month
from remit.contracts import PeopleCost, PeopleCostAsk
from remit.models import guard
from remit.services import Group, least_people, system, visible


def people_costs(session: Session, actor: Actor, ask: PeopleCostAsk) -> PeopleCost | None:
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
