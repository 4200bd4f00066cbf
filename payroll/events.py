"""What payroll tells: each step of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from payroll.text import _
from remit.base import Month
from remit.events import Event


@dataclass(frozen=True, slots=True)
class OfRun(Event):
    """Something about a run: its number and its work month."""

    thing = "payroll_run"
    about = "run_id"

    run_id: int
    month: Month


@dataclass(frozen=True, slots=True)
class RunCalculated(OfRun):
    """The payslips of a month were computed, or computed anew."""

    name = "payroll.run_calculated"
    title = _("Payroll calculated")


@dataclass(frozen=True, slots=True)
class RunReviewed(OfRun):
    """Somebody has looked at the figures and waits for the approval."""

    name = "payroll.run_reviewed"
    title = _("Payroll reviewed")


@dataclass(frozen=True, slots=True)
class RunApproved(OfRun):
    """The payroll of a month may be paid."""

    name = "payroll.run_approved"
    title = _("Payroll approved")


@dataclass(frozen=True, slots=True)
class RunPaid(OfRun):
    """The money has been ordered."""

    name = "payroll.run_paid"
    title = _("Payroll paid")


@dataclass(frozen=True, slots=True)
class RunPublished(OfRun):
    """Everybody can see his payslip."""

    name = "payroll.run_published"
    title = _("Payslips published")


@dataclass(frozen=True, slots=True)
class RunLocked(OfRun):
    """The month is closed for good."""

    name = "payroll.run_locked"
    title = _("Payroll locked")


@dataclass(frozen=True, slots=True)
class OfChange(Event):
    """Something about a change of agreed pay; amounts are none of it."""

    thing = "payroll_salary_change"
    about = "change_id"

    change_id: int
    employment_id: int
    person_id: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class SalaryChanged(OfChange):
    """Somebody is paid otherwise from a day on; he need not know of it yet."""

    name = "payroll.salary_changed"
    title = _("Agreed pay changed")


@dataclass(frozen=True, slots=True)
class SalaryChangeTold(OfChange):
    """The person was told of an approved change."""

    name = "payroll.salary_change_told"
    title = _("Change of pay told to the person")


#: What a run tells when it reaches a state.
BY_STATE: dict[str, type[OfRun]] = {
    "calculated": RunCalculated, "reviewed": RunReviewed, "approved": RunApproved, "paid": RunPaid,
    "published": RunPublished, "locked": RunLocked,
}  # fmt: skip
EVENTS: tuple[type[Event], ...] = (*BY_STATE.values(), SalaryChanged, SalaryChangeTold)
