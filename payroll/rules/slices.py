"""The slices of a month: stretches in which one agreed amount held, cut from dated salaries and the employment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from payroll.rules.proration import IntColumn, MonthFacts, Policy, prorate


@dataclass(frozen=True, slots=True)
class Slices:
    """Slices of many employments and components, sorted by both and then by day.

    ``person`` is a row number of the roster, ``component`` a number among the agreed components; ``first`` and ``end``
    are half-open day numbers in the month, ``amount`` the agreed month and ``share`` what of it is paid.
    """

    person: IntColumn
    component: IntColumn
    first: IntColumn
    end: IntColumn
    amount: IntColumn
    share: IntColumn

    def take(self, mask: NDArray[np.bool_]) -> Slices:
        """The slices where the mask holds."""
        return Slices(*(getattr(self, name)[mask] for name in self.__slots__))

    def __len__(self) -> int:
        """How many there are."""
        return int(self.person.size)


def cut(
    policy: Policy, month: MonthFacts, prorated: NDArray[np.bool_],
    person: IntColumn, component: IntColumn, first: IntColumn, end: IntColumn, amount: IntColumn,
) -> Slices:
    """Pay each slice its share. Rows come clipped to month and employment, in any order; empty ones are dropped.

    ``prorated`` says per component whether a part of a month pays a part; where it does not, the amount of the last
    slice is paid whole. A slice that covers the whole month is its amount, whatever the policy.
    """
    kept = end > first
    person, component, first, end, amount = (column[kept] for column in (person, component, first, end, amount))
    order = np.lexsort((first, component, person))
    person, component, first, end, amount = (column[order] for column in (person, component, first, end, amount))
    owner = person * (prorated.size + 1) + component
    share = amount.copy()
    part = (first != 0) | (end != month.days)
    divided = part & prorated[component] if prorated.size else part
    if divided.any():
        share[divided] = prorate(policy, month, owner[divided], first[divided], end[divided], amount[divided])[0]
    whole = part & ~prorated[component] if prorated.size else part
    if whole.any():
        last = np.concatenate((owner[1:] != owner[:-1], [True]))
        share[whole & ~last] = 0
    return Slices(person, component, first, end, amount, share)
