"""What stands behind amounts that modules hand to payroll, and what payroll tells others of the cost of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.base.period import Month, Period


@dataclass(frozen=True, slots=True)
class PayPagesAsk:
    """The question which pages tell where inputs of somebody's pay come from: one employment, the period that was paid,
    and the names of the inputs as formulas call them.
    """

    employment_id: int
    period: Period
    names: Collection[str]


@dataclass(frozen=True, slots=True)
class PayPage:
    """A page behind an input: the input's name as in ``PayPagesAsk``, what the page is called, and its endpoint with
    the numbers of its address.
    """

    name: str
    title: str
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleCostAsk:
    """The question what the people of some units cost a company in the months of a period, in one currency.

    It is about those who are paid in these very units, not in units below them.
    """

    unit_ids: Collection[int]
    period: Period
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class PeopleCost:
    """What people cost: minor units of gross pay and what the employer pays on top, over the ``months`` of which
    anything may be told; of ``silent`` units something is left out, for so few work there.
    """

    cost: int
    months: Collection[Month]
    silent: int = 0
