"""Everything a run computes from, as columns over the roster: salaries in slices, bases, deductions, time, the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from payroll.models import Contribution, Deduction, PayGroup, Salary
from payroll.rules.components import TIME_INPUTS
from payroll.rules.proration import IntColumn, MonthFacts, Policy
from payroll.rules.slices import Slices, cut
from payroll.services.roster import Roster, day_numbers
from payroll.services.setup import Active
from payroll.text import _
from remit.base import Month
from remit.calendar import DayKind, load_calendar
from remit.contracts import Ask, combine
from remit.models import bulk, dated
from remit.services import give
from remit.text import Text

#: Kinds of deductions reported to the tax client that are no special additional ones (个人养老金).
OTHER_DEDUCTIONS = ("personal_pension",)
NO_RATE = -1
#: Stands for "no amount is agreed" in columns of agreed amounts.
ABSENT = np.iinfo(np.int64).min
#: Agreed amounts in time, as columns: row of the roster, number among the agreed components, first day and end, amount.
Stretches = tuple[IntColumn, IntColumn, IntColumn, IntColumn, IntColumn]


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
    agreed = [one for one in components if one.agreed]
    counted = np.array([one.prorated for one in agreed], dtype=np.bool_)
    month = _whole_months(session, roster, work, agreed)
    partly = np.flatnonzero((roster.first != 0) | (roster.end != work.period.days))
    parts = zip(_held_partly(roster, month, partly), _changed(session, roster, work, agreed), strict=True)
    person, component, first, end, amount = (np.concatenate(part) for part in parts)
    month[partly] = ABSENT
    slices = cut(cast("Policy", group.proration), facts, counted, person, component, first, end, amount)
    paid = (month != ABSENT).any(axis=1)
    month[month == ABSENT] = 0
    due = month.copy()
    np.add.at(due, (slices.person, slices.component), slices.share)
    # Slices come by day: the last one is what a month is worth at its end.
    month[slices.person, slices.component] = slices.amount
    for position, one in enumerate(agreed):
        inputs.put(f"{one.code}_due", np.ascontiguousarray(due[:, position]), "money")
    inputs.put("month_wage", month[:, counted].sum(axis=1), "money")
    inputs.put("month_due", due[:, counted].sum(axis=1), "money")
    paid[slices.person] = True
    inputs.flag(~paid, "error", _("No salary is agreed for this month."))
    return slices


def _whole_months(session: Session, roster: Roster, work: Month, agreed: list[Active]) -> NDArray[np.int64]:
    """Per person and agreed component the amount that holds all month, or ``ABSENT``; pivoted by the database, one row
    a person instead of one a component. It is the largest of one amount, because no two hold on one day: PostgreSQL
    finds a largest in a third of the time of a sum, which it adds up in NUMERIC.
    """
    amounts = np.full((len(roster), len(agreed)), ABSENT, dtype=np.int64)
    if not agreed:
        return amounts
    held = [func.max(Salary.amount).filter(Salary.component_id == one.id).label(one.code) for one in agreed]
    rows = bulk.read_columns(
        session,
        select(Salary.employment_id, *held)
        .where(
            Salary.valid_from <= work.start, Salary.valid_to >= work.period.end, roster.among(Salary.employment_id),
            Salary.component_id.in_([one.id for one in agreed]),
        )
        .group_by(Salary.employment_id),
        nulls={one.code: ABSENT for one in agreed},
    )
    at, known = roster.rows(rows["employment_id"])
    for position, one in enumerate(agreed):
        amounts[at[known], position] = rows[one.code][known]
    return amounts


def _held_partly(roster: Roster, month: NDArray[np.int64], partly: NDArray[np.intp]) -> Stretches:
    """What holds all month for people who are employed for a part of it."""
    which, component = np.nonzero(month[partly] != ABSENT)
    person = partly[which]
    return person, component, roster.first[person], roster.end[person], month[person, component]


def _changed(session: Session, roster: Roster, work: Month, agreed: list[Active]) -> Stretches:
    """Amounts that begin or end within the month, clipped to it and to the employment."""
    start, end = work.start, work.period.end
    rows = bulk.read_columns(
        session,
        select(Salary.employment_id, Salary.component_id, Salary.valid_from, Salary.valid_to, Salary.amount).where(
            dated.during(Salary, start, end), roster.among(Salary.employment_id),
            Salary.component_id.in_([one.id for one in agreed]), or_(Salary.valid_from > start, Salary.valid_to < end),
        ),
    )  # fmt: skip
    at, known = roster.rows(rows["employment_id"])
    at, rows = at[known], {name: column[known] for name, column in rows.items()}
    ids = np.array([one.id for one in agreed], dtype=np.int64)
    order = np.argsort(ids)
    component = order[np.searchsorted(ids[order], rows["component_id"])] if at.size else at
    first = np.maximum(day_numbers(rows["valid_from"], work), roster.first[at])
    last = np.minimum(day_numbers(rows["valid_to"], work), roster.end[at])
    return at, component, first, last, rows["amount"]


def add_contributions(session: Session, inputs: Inputs, work: Month) -> None:
    """Contribution bases, the fund's rate, and whether only work injury is insured."""


    roster = inputs.roster
    rows = bulk.read_columns(
        session,
        select(
            Contribution.employment_id, Contribution.si_base, Contribution.hf_base, Contribution.hf_rate,
            Contribution.injury_only, Contribution.injury_rate, Contribution.valid_from,
        ).where(dated.during(Contribution, work.start, work.period.end), roster.among(Contribution.employment_id)),
        nulls={"injury_rate": NO_RATE},
    )  # fmt: skip
    # The last of a month counts. Sorted here: the database would put 100,000 rows on disk for it.
    by_day = np.argsort(rows.pop("valid_from"), kind="stable")
    rows = {name: column[by_day] for name, column in rows.items()}
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
