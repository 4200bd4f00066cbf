"""What those who worked on leads cost, shared out among the leads: asked of payroll, told where the reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Lead
from plugins.crm.services.funnel.figures import taken_in
from plugins.crm.services.funnel.lines import CURRENCY, Funnel, months_of
from remit.base import Actor, Month, Period
from remit.contracts import PeopleCostAsk
from remit.models import guard
from remit.services import give, system, visible


@dataclass(frozen=True, slots=True)
class People:
    """What was told: ``cost`` minor units for ``months``; ``leads`` it is shared out among, ``units`` that were asked
    about, of which ``silent`` are so small that nothing is told of them in some month. Where there are ``missing``
    months, nothing is shared out: part of the cost beside all of the revenue would flatter.
    """

    cost: int
    months: tuple[Month, ...]
    leads: int
    units: int
    silent: int
    missing: tuple[Month, ...] = ()


def add_people(
    session: Session, actor: Actor, found: Funnel, since: date, until: date, today: date
) -> People | None:
    """Give each line and the total their share of what people cost, where it is told of each month of the period up to
    ``today``; None where nobody tells the reader any.

    Counted are the people of the very units that brought the leads of the period or have them in hand. Each lead bears
    the same, whoever may see it: of leads the reader does not see, nothing is told.
    """
    if not found.costs_told:
        return None
    own = visible(session, actor, LEAD_READ, select(Lead.captured_unit_id, Lead.unit_id).where(*taken_in(since, until)))
    lead = own.subquery()
    either = union(select(lead.c.captured_unit_id), select(lead.c.unit_id))
    units = sorted(session.scalars(guard.carry(either, own)))
    if not units:
        return None
    ask = PeopleCostAsk(units, Period(since, until), CURRENCY)
    told = [one for one in give(session, "give_people_costs", actor=actor, ask=ask) if one is not None and one.months]
    if not told:
        return None
    cost = sum(one.cost for one in told)
    months, silent = {month for one in told for month in one.months}, max(one.silent for one in told)
    over = months_of(since, min(until, today + timedelta(days=1)))
    missing = [month for month in map(Month.of, over) if month not in months]
    if missing:
        return People(cost, _ordered(months), 0, len(units), silent, _ordered(missing))
    with system(session, "among how many leads the cost of people is shared out"):
        leads = session.scalar(select(func.count()).select_from(Lead).where(
            or_(Lead.captured_unit_id.in_(units), Lead.unit_id.in_(units)), *taken_in(since, until)
        )) or 0  # fmt: skip
    if not leads:
        return None
    for line in (*found.lines, found.total):
        line.people = Fraction(cost * line.leads, leads)
    return People(cost, _ordered(months), leads, len(units), silent)


def _ordered(months: Iterable[Month]) -> tuple[Month, ...]:
    return tuple(sorted(months, key=lambda one: one.number))
