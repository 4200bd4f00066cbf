"""The tables of payroll, one aggregate a file."""

from payroll.models.change import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, SalaryChange
from payroll.models.component import Component, ComponentVersion
from payroll.models.declared import Contribution, Deduction, Opening
from payroll.models.group import PayGroup, PayGroupMember, PayPeriod
from payroll.models.run import Run, RunColumn, RunStep
from payroll.models.salary import Salary
from payroll.models.slip import SLIP_COLUMNS, Slip, SlipInput

__all__ = [
    "APPROVED",
    "DRAFT",
    "REFUSED",
    "SLIP_COLUMNS",
    "SUBMITTED",
    "WITHDRAWN",
    "Component",
    "ComponentVersion",
    "Contribution",
    "Deduction",
    "Opening",
    "PayGroup",
    "PayGroupMember",
    "PayPeriod",
    "Run",
    "RunColumn",
    "RunStep",
    "Salary",
    "SalaryChange",
    "Slip",
    "SlipInput",
]
