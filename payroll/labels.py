"""What the audit log calls the tables of payroll, their columns and values, and what ids stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payroll import actions, models
from payroll.exchange import KINDS as DEDUCTION_KINDS
from payroll.services.run import STATE_TITLES
from payroll.text import CHANGE_STATES, _
from remit.base import Month
from remit.models import describe
from remit.services import visible
from remit.text import Text

_DATED = {"valid_from": _("Valid from"), "valid_to": _("Valid to")}
_OF_SOMEBODY = {"employment_id": _("Employment"), "person_id": _("Person")}
_KINDS: Mapping[str, Text] = {
    "earning": _("Earning"), "deduction": _("Deduction"), "employer": _("Employer's part"),
    "information": _("Information"), "accumulator": _("Running total"),
}  # fmt: skip
_OWNERS: Mapping[str, Text] = {"company": _("Company"), "total": _("Total")}
_TYPES: Mapping[str, Text] = {
    "money": _("Amount"), "rate": _("Rate"), "days": _("Days"), "minutes": _("Minutes"), "count": _("Number"),
    "bool": _("Yes or no"),
}  # fmt: skip
_RUN_KINDS: Mapping[str, Text] = {"regular": _("Regular")}
_PRORATION: Mapping[str, Text] = {
    "working_day": _("by working days of the month"), "calendar_day": _("by days of the month"),
    "fixed_30": _("by 30 days"), "fixed_2175": _("by 21.75 days"),
}  # fmt: skip
_TITLE, _CODE, _ORDER, _KIND, _CURRENCY = _("Title"), _("Code"), _("Order"), _("Kind"), _("Currency")
_FORMULA, _SOURCE, _AMOUNT, _GROUP = _("Formula"), _("Legal basis"), _("Amount"), _("Pay group")
_TOTALS = {
    "gross": _("Gross pay"), "net": _("Net pay"), "tax": _("Income tax"), "employer_cost": _("Employer cost"),
}  # fmt: skip


def _month(number: int) -> Text:
    return Month.from_number(number).title


def _component(session: Session, ids: set[int]) -> dict[int, str]:
    version = models.ComponentVersion
    last = select(version.component_id, func.max(version.valid_from).label("day")).where(
        version.component_id.in_(ids)
    ).group_by(version.component_id).subquery()  # fmt: skip
    rows = session.execute(
        select(version.component_id, version.title)
        .join(last, (last.c.component_id == version.component_id) & (last.c.day == version.valid_from))
    )
    return {key: str(title) for key, title in rows}


def _group(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(models.PayGroup.id, models.PayGroup.title).where(models.PayGroup.id.in_(ids)))
    return {key: str(title) for key, title in rows}


def _period(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(models.PayPeriod.id, models.PayPeriod.work_month).where(models.PayPeriod.id.in_(ids))
    )
    return {key: str(Month.from_number(month).title) for key, month in rows}


def _run(session: Session, ids: set[int]) -> dict[int, str]:
    statement: Any = (
        select(models.Run.id, models.PayPeriod.work_month)
        .join(models.PayPeriod, models.PayPeriod.id == models.Run.pay_period_id)
        .where(models.Run.id.in_(ids))
    )
    rows = session.execute(visible(session, session.info["actor"], actions.RUN_READ, statement))
    return {key: str(Month.from_number(month).title) for key, month in rows}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Component, _("Pay component"), {"code": _CODE}, names=_component)
    describe(
        models.ComponentVersion, _("Pay component"), _DATED | {
            "component_id": _("Component"), "title": _TITLE, "kind": _KIND, "formula": _FORMULA,
            "agreed": _("Agreed for each person"), "prorated": _("Part of it for a part of a month"),
            "taxable": _("Taxable"), "sort_order": _ORDER, "source": _SOURCE,
        }, values={"kind": _KINDS},
    )  # fmt: skip
    describe(
        models.PayGroup, _GROUP, {
            "code": _CODE, "title": _TITLE, "legal_entity_id": _("Company"), "currency": _CURRENCY,
            "pay_day": _("Pay day"), "pay_month_offset": _("Months from work to pay day"),
            "proration": _("Part of a month"), "calendar_place": _("Working calendar"),
        }, values={"proration": _PRORATION}, names=_group,
    )  # fmt: skip
    describe(models.PayGroupMember, _("Member of a pay group"),
             _DATED | {"employment_id": _("Employment"), "group_id": _GROUP})
    describe(models.PayPeriod, _("Pay period"), _DATED | {
        "group_id": _GROUP, "work_month": _("Work month"), "pay_date": _("Paid on"), "tax_month": _("Tax period"),
    }, values={"work_month": _month, "tax_month": _month}, names=_period)  # fmt: skip
    describe(models.Salary, _("Agreed salary"), _DATED | _OF_SOMEBODY | {
        "component_id": _("Component"), "amount": _AMOUNT, "reason": _("Reason"), "change_id": _("Change of pay"),
    }, ids={"change_id": "payroll_salary_change"})  # fmt: skip
    describe(models.SalaryChange, _("Change of pay"), _OF_SOMEBODY | {
        "number": _("Request number"), "unit_id": _("Unit"), "position_id": _("Position"),
        "legal_entity_id": _("Company"), "valid_from": _("Valid from"), "amounts": _("Amounts before and after"),
        "mark": _("Mark of all amounts"),
        "currency": _CURRENCY, "total_before": _("Agreed pay a month before"), "total": _("Agreed pay a month"),
        "amount": _("Difference a month"), "rise": _("Rise, as a part of the pay before"),
        "back": _("Begins in a month that is over"), "reason": _("Reason"), "state": _("Status"),
        "requester_person_id": _("Asked by"), "created_at": _("Written at"), "told_at": _("Told the person at"),
        "told_by_person_id": _("Told by"),
    }, values={"state": {key: title for key, (title, _colour) in CHANGE_STATES.items()}}, ids={
        "requester_person_id": "core_person", "told_by_person_id": "core_person",
    })  # fmt: skip
    describe(models.Contribution, _("Contribution base"), _DATED | _OF_SOMEBODY | {
        "si_base": _("Social insurance base"), "hf_base": _("Housing fund base"), "hf_rate": _("Housing fund rate"),
        "injury_only": _("Work injury insurance only"), "injury_rate": _("Work injury rate"),
    })  # fmt: skip
    describe(models.Deduction, _("Special additional deduction"), _DATED | _OF_SOMEBODY | {
        "kind": _KIND, "kind_key": _("Number of the kind"), "cumulative": _("Total of the year"), "amount": _AMOUNT,
    }, values={"kind": DEDUCTION_KINDS})  # fmt: skip
    describe(models.Opening, _("Opening total of the tax year"), _OF_SOMEBODY | {
        "withholding_agent_id": _("Withholding agent"), "tax_year": _("Tax year"), "through_month": _("Through month"),
        "months": _("Months"), "code": _("Running total"), "amount": _AMOUNT,
    })  # fmt: skip
    _attach_runs()


def _attach_runs() -> None:
    describe(models.Run, _("Payroll"), _TOTALS | {
        "group_id": _GROUP, "pay_period_id": _("Pay period"), "legal_entity_id": _("Company"), "kind": _KIND,
        "number": _("Number"), "state": _("Status"), "currency": _CURRENCY, "known_on": _("Rules as known on"),
        "slip_count": _("Payslips"), "frozen": _("Rules and inputs kept"), "problems": _("Notes"),
        "error_count": _("Errors"), "warning_count": _("Warnings"), "created_by_person_id": _("Calculated by"),
        "figures": _("Mark of all amounts"),
    }, values={"state": STATE_TITLES, "kind": _RUN_KINDS}, ids={"created_by_person_id": "core_person"}, names=_run)
    describe(models.RunStep, _("Step of a payroll"), {
        "run_id": _("Payroll"), "state": _("Status"), "at": _("At"), "name": _("Taken by"), "person_id": _("Person"),
        "account_id": _("Account"), "entry": _("List entry"), "list_version": _("List version"),
        "withdrawn_at": _("Withdrawn at"), "task_id": _("Answer to"),
    }, values={"state": STATE_TITLES}, ids={"person_id": "core_person"})  # fmt: skip
    describe(models.RunColumn, _("Component of a payroll"), {
        "run_id": _("Payroll"), "position": _("Column"), "code": _CODE, "title": _TITLE, "kind": _KIND,
        "type": _("Unit of the value"), "formula": _FORMULA, "source": _SOURCE, "sort_order": _ORDER,
        "owner": _("Belongs to"),
    }, values={"kind": _KINDS, "type": _TYPES, "owner": _OWNERS})  # fmt: skip
    describe(models.Slip, _("Payslip"), _TOTALS | _OF_SOMEBODY | {
        "run_id": _("Payroll"), "unit_id": _("Unit"), "position_id": _("Position"),
        "withholding_agent_id": _("Withholding agent"), "pay_period_id": _("Pay period"),
        "tax_month": _("Tax period"), "kind": _KIND, "void": _("Void"), "deductions": _("Deductions in all"),
    } | {name: _("Amount in column {number}", number=int(name[1:])) for name in models.SLIP_COLUMNS},
        values={"kind": _RUN_KINDS, "tax_month": _month}, ids={
        "run_id": "payroll_run", "employment_id": "core_employment", "person_id": "core_person", "unit_id": "core_unit",
        "position_id": "core_position", "withholding_agent_id": "core_unit", "pay_period_id": "payroll_period",
    })  # fmt: skip
    describe(models.SlipInput, _("Kept inputs of payslips"), {
        "run_id": _("Payroll"), "first_employment_id": _("First employment"),
        "last_employment_id": _("Last employment"), "part": _("Part"), "names": _("Names"),
        "employments": _("Employments"), "packed": _("Values"),
    }, ids={"first_employment_id": "core_employment", "last_employment_id": "core_employment"})  # fmt: skip
