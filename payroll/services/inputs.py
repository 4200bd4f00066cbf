"""Everything a run computes from, as columns over the roster: salaries in slices, bases, deductions, time, the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, case, cast, func, or_, select
from sqlalchemy.orm import Session

from payroll.models import Contribution, Deduction, PayGroup, Salary
from payroll.rules.components import TIME_INPUTS
from payroll.rules.proration import IntColumn, MonthFacts
from payroll.rules.slices import Slices, cut
from payroll.services.roster import Roster, day_numbers
from payroll.services.setup import Active
from payroll.text import _
from remit.base import Month
from remit.calendar import DayKind, load_calendar
from remit.contracts import Ask, combine
from remit.models import Employment, bulk, dated
from remit.services import give
from remit.text import Text

#: Kinds of deductions reported to the tax client that are no special additional ones (个人养老金).
OTHER_DEDUCTIONS = ("personal_pension",)
NO_RATE = -1


@dataclass
class Inputs:
    """Columns by name, masks of where an input has no value, and how each was come by."""

    roster: Roster
    columns: dict[str, IntColumn] = field(default_factory=dict)
    missing: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[IntColumn, str, Text]] = field(default_factory=list)

    def put(self, name: str, values: IntColumn, unit: str, missing: NDArray[np.bool_] | None = None) -> None:
        """Add a column; ``missing`` marks rows without a value."""
        self.columns[name], self.units[name] = values, unit
        if missing is not None and missing.any():
            self.missing[name] = missing

    def flag(self, mask: NDArray[np.bool_], kind: str, text: Text) -> None:
        """Note a problem (``error`` or ``warning``) of the rows where the mask holds."""
        if mask.any():
            self.problems.append((np.flatnonzero(mask).astype(np.int64), kind, text))


def month_facts(session: Session, group: PayGroup, work: Month) -> MonthFacts:
    """Which days of the month count as paid days: workdays, and statutory holidays that fall on weekdays."""
    calendar = load_calendar(session, group.calendar_place)
    period = work.period
    kinds = calendar.kinds(period.start, period.end)
    weekday = np.array([day.weekday() not in calendar.weekend for day in period.each_day()])
    paid = (kinds == DayKind.WORKDAY) | ((kinds == DayKind.HOLIDAY) & weekday)
    return MonthFacts(work.start, paid.astype(np.int64))


def add_salaries(
    session: Session, inputs: Inputs, group: PayGroup, work: Month, facts: MonthFacts, components: list[Active]
) -> Slices:
    """Agreed amounts in slices, and per component what falls due: ``<code>_due``, ``month_wage``, ``month_due``."""
    roster = inputs.roster
    agreed = [component for component in components if component.agreed]
    number = {component.id: position for position, component in enumerate(agreed)}
    rows = bulk.read_columns(session, _parts(roster, work))
    at, known = roster.rows(rows["employment_id"])
    if known.size:
        known &= np.isin(rows["component_id"], np.array(sorted(number), dtype=np.int64))
    at, rows = at[known], {name: column[known] for name, column in rows.items()}
    lookup = np.zeros(max(number, default=0) + 1, dtype=np.int64)
    for identity, position in number.items():
        lookup[identity] = position
    slices = cut(
        group.proration,  # type: ignore[arg-type]
        facts,
        np.array([component.prorated for component in agreed], dtype=np.bool_),
        at,
        lookup[rows["component_id"]],
        np.maximum(day_numbers(rows["valid_from"], work), roster.first[at]),
        np.minimum(day_numbers(rows["valid_to"], work), roster.end[at]),
        rows["amount"],
    )
    month, paid = _whole_months(session, roster, work, agreed)
    due = month.copy()
    np.add.at(due, (slices.person, slices.component), slices.share)
    # Slices come by day: the last one is what a month is worth at its end.
    month[slices.person, slices.component] = slices.amount
    for position, component in enumerate(agreed):
        inputs.put(f"{component.code}_due", np.ascontiguousarray(due[:, position]), "money")
    counted = np.array([component.prorated for component in agreed], dtype=np.bool_)
    inputs.put("month_wage", month[:, counted].sum(axis=1), "money")
    inputs.put("month_due", due[:, counted].sum(axis=1), "money")
    paid[slices.person] = True


    inputs.flag(~paid, "error", _("No salary is agreed for this month."))
    return slices


def _parts(roster: Roster, work: Month) -> Any:
    """Salary rows that do not simply hold all month for somebody employed all month."""
    start, end = work.start, work.period.end
    return (
        select(Salary.employment_id, Salary.component_id, Salary.valid_from, Salary.valid_to, Salary.amount)
        .join(Employment, Employment.id == Salary.employment_id)
        .where(
            dated.during(Salary, start, end),
            roster.among(Salary.employment_id),
            or_(
                Salary.valid_from > start, Salary.valid_to < end, Employment.hired_on > start, Employment.left_on < end
            ),
        )
    )


def _whole_months(
    session: Session, roster: Roster, work: Month, agreed: list[Active]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Per person and agreed component the amount that holds all month, pivoted by the database: one row a person
    instead of one a component; and who has any. Who was not employed all month has none here.
    """
    start, end = work.start, work.period.end
    amounts = np.zeros((len(roster), max(len(agreed), 1)), dtype=np.int64)
    paid = np.zeros(len(roster), dtype=np.bool_)
    if not agreed:
        return amounts, paid
    sums = [
        cast(func.sum(case((Salary.component_id == one.id, Salary.amount), else_=0)), BigInteger).label(one.code)
        for one in agreed
    ]
    rows = bulk.read_columns(
        session,
        select(Salary.employment_id, *sums)
        .where(
            Salary.valid_from <= start, Salary.valid_to >= end, roster.among(Salary.employment_id),
            Salary.component_id.in_([one.id for one in agreed]),
        )
        .group_by(Salary.employment_id),
    )
    at, known = roster.rows(rows["employment_id"])
    if known.size:
        known &= (roster.first[at] == 0) & (roster.end[at] == work.period.days)
    for position, one in enumerate(agreed):
        amounts[at[known], position] = rows[one.code][known]
    paid[at[known]] = True
    return amounts, paid


def add_contributions(session: Session, inputs: Inputs, work: Month) -> None:
    """Contribution bases, the fund's rate, and whether only work injury is insured."""


    roster = inputs.roster
    rows = bulk.read_columns(
        session,
        select(
            Contribution.employment_id, Contribution.si_base, Contribution.hf_base, Contribution.hf_rate,
            Contribution.injury_only, Contribution.injury_rate,
        )
        .where(dated.during(Contribution, work.start, work.period.end), roster.among(Contribution.employment_id))
        .order_by(Contribution.valid_from),
        nulls={"injury_rate": NO_RATE},
    )  # fmt: skip
    at, known = roster.rows(rows["employment_id"])
    told = np.zeros(len(roster), dtype=np.bool_)
    told[at[known]] = True
    for name, unit in (("si_base", "money"), ("hf_base", "money"), ("hf_rate", "rate"), ("injury_only", "bool")):
        column = np.zeros(len(roster), dtype=np.int64)
        column[at[known]] = rows[name][known]
        inputs.put(name, column, unit)
    rate = np.full(len(roster), NO_RATE, dtype=np.int64)
    rate[at[known]] = rows["injury_rate"][known]
    inputs.put("injury_rate", np.maximum(rate, 0), "rate", rate == NO_RATE)
    inputs.flag(~told, "warning", _("No contribution bases are known; nothing is paid into social insurance."))
    insured = (inputs.columns["si_base"] > 0) | (inputs.columns["hf_base"] > 0)
    inputs.flag(insured & (roster.place < 0), "error", _("The place of social insurance is not known."))


def add_deductions(session: Session, inputs: Inputs, tax: Month) -> None:
    """Special additional deductions of the tax month, per month and as the tax client's total of the year."""
    roster = inputs.roster
    rows = bulk.read_columns(
        session,
        select(Deduction.employment_id, Deduction.kind, Deduction.cumulative, Deduction.amount).where(
            dated.during(Deduction, tax.start, tax.period.end), roster.among(Deduction.employment_id)
        ),
    )
    at, known = roster.rows(rows["employment_id"])
    other = np.isin(rows["kind"].astype(str), OTHER_DEDUCTIONS) if rows["kind"].size else np.zeros(0, dtype=bool)
    totals = {name: np.zeros(len(roster), dtype=np.int64) for name in ("month", "cum", "other")}
    for name, mask in (
        ("month", ~rows["cumulative"] & ~other), ("cum", rows["cumulative"] & ~other), ("other", other)
    ):
        np.add.at(totals[name], at[known & mask], rows["amount"][known & mask])
    told = np.zeros(len(roster), dtype=np.bool_)
    told[at[known & rows["cumulative"] & ~other]] = True
    inputs.put("special_additional_month", totals["month"], "money")
    inputs.put("special_additional_cum", totals["cum"], "money", ~told)
    inputs.put("other_deductions_month", totals["other"], "money")


def add_time(session: Session, inputs: Inputs, work: Month, *, ask: bool = True) -> None:
    """What other modules report for the month, strictly: a module that cannot answer stops the run."""
    size = len(inputs.roster)
    question = Ask(inputs.roster.ids, work.period, work.period.last)
    totals: Mapping[str, Any] = {}
    units: Mapping[str, str] = {}
    if size and ask:
        totals, units = combine(question, give(session, "give_pay_inputs", ask=question, strict=True))
    for code, unit in TIME_INPUTS.items():
        inputs.put(code, totals.get(code, np.zeros(size, dtype=np.int64)), unit)
    for code, column in totals.items():
        if code not in inputs.columns:
            inputs.put(code, column, units[code])


def add_period(inputs: Inputs, tax: Month) -> None:
    """What follows from the months: number of the tax month, months of employment, the first-job rule."""
    size = len(inputs.roster)
    inputs.put("tax_month_number", np.full(size, tax.month, dtype=np.int64), "count")
    inputs.put("basic_deduction_months", inputs.roster.months, "count")
    inputs.put("first_job_in_year", inputs.roster.first_job, "bool")
