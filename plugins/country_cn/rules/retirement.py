"""The legal retirement month under the gradual delay in force since 2025 (国务院渐进式延迟法定退休年龄办法)."""

from __future__ import annotations

from dataclasses import dataclass

from remit.base import Month


@dataclass(frozen=True, slots=True)
class RetirementGroup:
    """One group of the schedule; ages and delays in months."""

    code: str
    old_age_months: int
    from_birth: Month
    step_months: int
    cap_delay: int


@dataclass(frozen=True, slots=True)
class Retirement:
    """The delay, the age and the month of legal retirement."""

    delay_months: int
    age_months: int
    month: Month


def retirement(birth: Month, group: RetirementGroup) -> Retirement:
    """One month later for each ``step_months`` of birth since ``from_birth``, up to ``cap_delay``."""
    since = (birth.year - group.from_birth.year) * 12 + birth.month - group.from_birth.month
    delay = min(group.cap_delay, since // group.step_months + 1) if since >= 0 else 0
    age = group.old_age_months + delay
    return Retirement(delay_months=delay, age_months=age, month=birth.shift(age))
