"""What payroll is given of performance: collaboration bonuses in money, performance bonuses as a rate of pay."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from performance.rules.scoring import Ints
from performance.services import outcomes, rewards
from remit.base import Month
from remit.contracts import Ask, Table

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
