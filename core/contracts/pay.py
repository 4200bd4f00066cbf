"""What stands behind amounts that modules hand to payroll."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.base.period import Period


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
