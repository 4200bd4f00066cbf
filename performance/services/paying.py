"""What payroll is given of performance: collaboration bonuses in money, performance bonuses as a rate of pay, and where
the former are shown."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Reward
from performance.rules.scoring import Ints
from performance.services import outcomes, rewards
from remit.base import Actor, Month
from remit.contracts import Ask, PayPage, PayPagesAsk, Table
from remit.services import system

SOURCE = "performance"
#: What payroll's formulas call each, and what its integers are.
UNITS = {rewards.CODE: "money", outcomes.RATE_CODE: "rate"}


def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """What was confirmed to be paid with the payroll of a month, summed by employment; a column only where somebody
    has something of it."""
    month = Month.of(ask.period.start)
    if month.period != ask.period:
        return None
    told = {rewards.CODE: rewards.amounts_paid(session, month), outcomes.RATE_CODE: outcomes.rates_paid(session, month)}
    given = {code: found for code, found in told.items() if set(found) & set(ask.ids.tolist())}
    if not given:
        return None
    ids: Ints = np.intersect1d(ask.ids, np.array(sorted({one for found in given.values() for one in found})))
    columns = {
        code: np.array([found.get(one, 0) for one in ids.tolist()], dtype=np.int64) for code, found in given.items()
    }
    return Table(SOURCE, ids.astype(np.int64), columns, {code: UNITS[code] for code in columns})


def give_pay_pages(session: Session, actor: Actor, ask: PayPagesAsk) -> list[PayPage]:
    """The results of agreements that a collaboration bonus is made of, by the names of the agreements."""
    month = Month.of(ask.period.start)
    if rewards.CODE not in ask.names or month.period != ask.period:
        return []
    found = rewards.results_paid(session, actor, ask.employment_id, month)
    with system(session, "the names of agreements whose results may be seen"):
        titles = {one.id: one.title for one in session.scalars(
            select(Reward).where(Reward.id.in_({one.reward_id for one in found})))} if found else {}  # fmt: skip
    return [
        PayPage(rewards.CODE, str(titles[one.reward_id]), "performance.result", {"result_id": one.id}) for one in found
    ]
