"""Where money would bring more: two channels compared, with the arithmetic and the budgets it could move between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plugins.crm.services.budgets import Standing
from plugins.crm.services.funnel.lines import CURRENCY, Funnel, Line

#: A channel with fewer customers says too little, and a difference of less than a quarter may be chance.
LEAST_CUSTOMERS, LEAST_RATIO = 10, Fraction(5, 4)


@dataclass(frozen=True, slots=True)
class Hint:
    """``source`` brought less for what was spent than ``target``; ``amount`` minor units are left of ``giving``."""

    source: Line
    target: Line
    giving: Standing
    taking: Standing
    amount: int

    @property
    def now(self) -> Fraction:
        """What the amount would bring where it is, if things go on as they went."""
        return self.amount * (self.source.roas or Fraction(0))

    @property
    def then(self) -> Fraction:
        """What it would bring with the other channel."""
        return self.amount * (self.target.roas or Fraction(0))


def hint(found: Funnel, standings: Sequence[Standing]) -> Hint | None:
    """The pair of channels that differs most in revenue for what was spent, of those with enough customers and with a
    budget of a campaign of theirs; None where there is none. ``found`` is by channel, ``standings`` are the budgets of
    today that the reader may see.
    """
    of = _budgets(found, standings)
    measured = sorted(
        (one for one in found.lines if one.key in of and one.customers >= LEAST_CUSTOMERS and one.roas is not None),
        key=lambda one: (one.roas or 0, one.key or 0),
    )
    for source in measured:
        giving = max(of[source.key], key=lambda one: (one.left, -one.budget.id))
        target = measured[-1]
        if giving.left <= 0 or target is source or (target.roas or 0) < LEAST_RATIO * (source.roas or 0):
            continue
        same = [one for one in of[target.key] if one.budget.legal_entity_id == giving.budget.legal_entity_id]
        taking = max(same, key=lambda one: (one.budget.ends_on, one.budget.starts_on, one.budget.id), default=None)
        if taking is not None:
            return Hint(source, target, giving, taking, giving.left)
    return None


def _budgets(found: Funnel, standings: Sequence[Standing]) -> dict[int | None, list[Standing]]:
    """The budgets of each channel: those of a campaign most of whose leads came by it."""
    of: dict[int | None, list[Standing]] = {}
    for one in standings:
        parts = found.leads_of.get(one.budget.campaign_id or 0)
        if parts and one.budget.currency == CURRENCY:
            channel = max(parts, key=lambda key: (parts[key], -(key or 0)))
            if channel is not None:
                of.setdefault(channel, []).append(one)
    return of
