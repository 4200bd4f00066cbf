"""What a customer is worth over the time he stays (LTV), with all it assumes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, DEAL_READ
from plugins.crm.models import Customer, Deal
from plugins.crm.services.following.contacting import months_after
from plugins.crm.services.funnel.lines import CURRENCY
from plugins.crm.text import WON
from remit.base import Actor
from remit.models import guard
from remit.services import visible

#: Nobody is taken to stay longer than so many months: who has never lost a customer does not keep them for ever.
MOST_MONTHS = 60
#: How far back is counted, in months, and how long what is bought runs where a deal does not say.
BACK, USUAL_MONTHS = 12, 12


@dataclass(frozen=True, slots=True)
class Worth:
    """What was counted in ``BACK`` months before a day, and what follows from it.

    ``orders`` won deals with new customers and renewals, of ``amount`` minor units and ``months`` months in all;
    ``renewed`` customers took another term, ``left`` went.
    """

    orders: int
    amount: int
    months: int
    renewed: int
    left: int

    @property
    def order(self) -> Fraction | None:
        """What one order brings on average, in minor units."""
        return Fraction(self.amount, self.orders) if self.orders else None

    @property
    def kept(self) -> Fraction | None:
        """The part of the customers whose term ended that took another one."""
        ended = self.renewed + self.left
        return Fraction(self.renewed, ended) if ended else None

    @property
    def most(self) -> Fraction | None:
        """So many terms at most."""
        return Fraction(MOST_MONTHS * self.orders, self.months) if self.months else None

    @property
    def terms(self) -> Fraction | None:
        """How many terms a customer stays: 1 / (1 - kept), ``most`` at most. None where no term has ended yet."""
        if self.kept is None or self.most is None:
            return None
        return self.most if self.kept == 1 else min(self.most, 1 / (1 - self.kept))

    @property
    def value(self) -> Fraction | None:
        """What a customer brings while he stays, in minor units of revenue: no costs are taken off, nothing is
        discounted.
        """
        return self.order * self.terms if self.order is not None and self.terms is not None else None


def worth(session: Session, actor: Actor, until: date) -> Worth:
    """Count it over the ``BACK`` months before ``until``, within the deals and customers the reader may see: one
    statement.
    """
    since = months_after(until, -BACK)
    inner = visible(session, actor, DEAL_READ, select(Deal.kind, Deal.amount, Deal.months).where(
        Deal.state == WON, Deal.currency == CURRENCY, Deal.kind.in_(("new", "renewal")), Deal.won_on >= since,
        Deal.won_on < until,
    ))  # fmt: skip
    gone = visible(session, actor, CUSTOMER_READ, select(Customer.id).where(
        Customer.churned_on >= since, Customer.churned_on < until
    ))  # fmt: skip
    deal = inner.subquery()
    statement = select(
        func.count(), func.coalesce(func.sum(deal.c.amount), 0),
        func.coalesce(func.sum(func.coalesce(deal.c.months, USUAL_MONTHS)), 0),
        func.count(case((deal.c.kind == "renewal", 1))),
        select(func.count()).select_from(gone.subquery()).scalar_subquery(),
    ).select_from(deal)
    row = session.execute(guard.carry(guard.carry(statement, inner), gone)).one()
    return Worth(*(int(one) for one in row))
