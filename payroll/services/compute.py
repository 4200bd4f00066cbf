"""Computing a run: columns in, wide slips out, whoever is in the batch with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from payroll.actions import CALCULATE
from payroll.models import SLIP_COLUMNS, PayGroup, PayPeriod, Run, RunColumn, Slip, SlipInput
from payroll.rules.proration import IntColumn, MonthFacts
from payroll.rules.slices import Slices
from payroll.services import formulas, freeze, year
from payroll.services import inputs as gathering
from payroll.services.formulas import Formulas
from payroll.services.inputs import Inputs
from payroll.services.roster import NONE, load_roster
from payroll.services.setup import components_of
from payroll.text import _
from remit.base import Month
from remit.contracts import Country
from remit.formula import FormulaError
from remit.jobs import Report
from remit.models import LegalEntity, Translation, bulk
from remit.services import modules_on, of, record_bulk
from remit.text import LOCALES, Text

#: A deduction whose code begins so is income tax; country packs name it so.
TAX = "tax_"
#: Problems name at most so many employments each; the count is always whole.
NAMED_IN_PROBLEM = 200
#: Rows that formulas refuse are set aside one after another, up to so many.
MOST_REFUSALS = 200


@dataclass
class Computed:
    """The outcome for the rows that could be computed: ``rows`` are numbers in the roster."""

    rows: IntColumn
    values: Mapping[str, IntColumn]
    gross: IntColumn
    deductions: IntColumn
    tax: IntColumn
    employer: IntColumn

    @property
    def net(self) -> IntColumn:
        """What is paid out."""
        found: IntColumn = self.gross - self.deductions
        return found


@dataclass
class Work:
    """A gathered and compiled run, ready to be computed and stored."""

    run: Run
    inputs: Inputs
    formulas: Formulas
    slices: Slices
    facts: MonthFacts
    work: Month
    tax: Month


def country_of(session: Session, group: PayGroup) -> Country | None:
    """The country pack of a group's legal entity, if that pack is on."""
    entity = session.get_one(LegalEntity, group.legal_entity_id)
    found: Country | None = of(session).registry.countries(modules_on(session)).get(entity.country)
    return found


def gather(session: Session, run: Run, *, time: bool = True) -> Work:
    """Read everything a run computes from; a dozen statements, however many people there are.

    Without ``time`` nobody is asked what was worked and missed.
    """
    group = session.get_one(PayGroup, run.group_id)
    period = session.get_one(PayPeriod, run.pay_period_id)
    work, tax = Month.from_number(period.work_month), Month.from_number(period.tax_month)
    country = country_of(session, group)
    components = components_of(session, work)
    facts = gathering.month_facts(session, group, work)
    inputs = Inputs(load_roster(session, group, work, tax))
    slices = gathering.add_salaries(session, inputs, group, work, facts, components)
    gathering.add_time(session, inputs, work, ask=time)
    if country is not None:
        gathering.add_contributions(session, inputs, work)
        gathering.add_deductions(session, inputs, tax)
        gathering.add_period(inputs, tax)
        year.add_year(session, inputs, run, country, tax)
    _flag_paid_elsewhere(session, inputs, period)
    made = formulas.build(components, inputs, country, work=work, tax=tax, known_on=run.known_on)
    made.month = {
        "work": str(work), "tax": str(tax), "policy": group.proration, "days": facts.days,
        "working": facts.working.tolist(), "agreed": [one.code for one in components if one.agreed],
    }
    return Work(run, inputs, made, slices, facts, work, tax)


def _flag_paid_elsewhere(session: Session, inputs: Inputs, period: PayPeriod) -> None:
    """Somebody who moved between groups within the month and has his slip of it in the other one."""
    rows = bulk.read_columns(
        session,
        select(Slip.employment_id)
        .join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
        .where(
            PayPeriod.work_month == period.work_month, PayPeriod.id != period.id, Slip.kind == "regular",
            Slip.void.is_(False), inputs.roster.among(Slip.employment_id) if len(inputs.roster) else Slip.id < 0,
        ),
    )
    taken = np.isin(inputs.roster.ids, rows["employment_id"])
    inputs.flag(taken, "error", _("There is a payslip of this month in another pay group already."))


def compute(work: Work) -> Computed:
    """Run the formulas over everybody without an error; rows that a formula refuses become errors of their own."""
    inputs = work.inputs
    program = work.formulas.compile()
    good = np.ones(len(inputs.roster), dtype=np.bool_)
    for rows, kind, _text in inputs.problems:
        if kind == "error":
            good[rows] = False
    parameters, gaps = formulas.parameter_columns(work.formulas, inputs.roster.place)
    columns = {**inputs.columns, **parameters}
    missing = {**inputs.missing, **gaps}
    used = set(program.inputs)
    for _attempt in range(MOST_REFUSALS):
        rows = np.flatnonzero(good).astype(np.int64)
        everybody = rows.size == good.size
        try:
            values = program.run(
                {name: column if everybody else column[rows] for name, column in columns.items() if name in used},
                {name: mask if everybody else mask[rows] for name, mask in missing.items() if name in used},
                size=int(rows.size),
            )
            return _totals(work.formulas, rows, values)
        except FormulaError as refused:
            if not refused.rows:
                raise
            bad = rows[np.array(refused.rows, dtype=np.int64)]
            inputs.problems.append((bad, "error", _plain(refused)))
            good[bad] = False
    raise FormulaError("payroll.refusals", _("Too many payslips cannot be computed; the last reason stands above."))


def _plain(refused: FormulaError) -> Text:
    """What a formula says about a row, without the number of a row that means nothing here."""
    return _("{component} cannot be computed: {reason}", component=refused.field or "", reason=str(refused.message))


def _totals(made: Formulas, rows: IntColumn, values: Mapping[str, IntColumn]) -> Computed:
    sums = {kind: np.zeros(rows.size, dtype=np.int64) for kind in ("earning", "deduction", "employer")}
    tax = np.zeros(rows.size, dtype=np.int64)
    for line in made.lines:
        if line.kind in sums:
            sums[line.kind] += values[line.code].astype(np.int64)
        if line.kind == "deduction" and line.code.startswith(TAX):
            tax += values[line.code].astype(np.int64)
    return Computed(rows, values, sums["earning"], sums["deduction"], tax, sums["earning"] + sums["employer"])


def store(session: Session, work: Work, done: Computed, report: Report) -> None:
    """Replace what the run held by the new slips, in the caller's transaction; its ``figures`` are then theirs."""
    run, roster = work.run, work.inputs.roster
    # Ids may be given out again, so what the session still knows of the old rows must go with them.
    for known in list(session.identity_map.values()):
        if isinstance(known, Slip | SlipInput | RunColumn) and known.run_id == run.id:
            session.expunge(known)
    for model in (Slip, SlipInput, RunColumn):
        session.execute(
            delete(model).where(model.run_id == run.id).execution_options(synchronize_session=False)
        )
    rows = done.rows
    everybody = rows.size == len(roster)

    def part(column: NDArray[Any]) -> NDArray[Any]:
        return column if everybody else column[rows]

    named = {SLIP_COLUMNS[number]: done.values[line.code] for number, line in enumerate(work.formulas.lines)}
    columns: dict[str, Any] = {
        "run_id": run.id, "employment_id": part(roster.ids), "person_id": part(roster.person),
        "unit_id": _nullable(part(roster.unit)), "position_id": _nullable(part(roster.position)),
        "withholding_agent_id": part(roster.agent), "pay_period_id": run.pay_period_id, "tax_month": work.tax.number,
        "kind": run.kind, "void": False, "gross": done.gross, "net": done.net, "tax": done.tax,
        "deductions": done.deductions, "employer_cost": done.employer, **named,
    }  # fmt: skip
    if rows.size:
        bulk.write_columns(session, Slip, columns)
        report(80, 100, _("Keeping what the payslips were computed from"))
        used = {"place", *work.formulas.inputs}
        frozen = {name: part(values) for name, values in work.inputs.columns.items() if name in used}
        frozen["place"] = part(roster.place)
        freeze.store_inputs(
            session, run.id, part(roster.ids), frozen,
            {name: part(mask) for name, mask in work.inputs.missing.items()},
        )
        freeze.store_slices(session, run.id, roster.ids, work.slices, work.facts.days)
    _store_columns(session, run, work.formulas)
    digest = hashlib.sha256()
    for column in (part(roster.ids), *named.values()):
        digest.update(np.ascontiguousarray(column).tobytes())
    run.figures = digest.hexdigest()
    record_bulk(session, Slip.__tablename__, f"run:{run.id}", int(rows.size), run.figures, action=CALCULATE)


def _nullable(column: IntColumn) -> Any:
    """An id column in which ``NONE`` means nothing; stays an array where everybody has one."""
    return column if not (column == NONE).any() else [None if value == NONE else value for value in column.tolist()]


def _store_columns(session: Session, run: Run, made: Formulas) -> None:
    session.add_all(
        RunColumn(
            run_id=run.id, position=number, code=line.code, title=Translation(line.title), kind=line.kind,
            type=line.type, formula=line.formula, source=line.source, order=line.order, owner=line.owner,
        )
        for number, line in enumerate(made.lines, start=1)
    )


def sum_up(work: Work, done: Computed) -> None:
    """Totals, frozen description and problems of the run."""
    run, inputs = work.run, work.inputs
    below = np.zeros(len(inputs.roster), dtype=np.bool_)
    below[done.rows[done.net < 0]] = True
    inputs.flag(below, "warning", _("The net pay is below zero."))
    for line in work.formulas.lines:
        if not line.code.startswith(TAX):
            continue
        jump = np.zeros(len(inputs.roster), dtype=np.bool_)
        jump[done.rows[(done.gross > 0) & (done.tax > done.gross)]] = True
        inputs.flag(jump, "warning", _("The tax is more than the gross pay."))
    run.slip_count = int(done.rows.size)
    run.gross, run.net = int(done.gross.sum()), int(done.net.sum())
    run.tax, run.employer_cost = int(done.tax.sum()), int(done.employer.sum())
    run.frozen = work.formulas.frozen()
    run.problems = [
        {
            "kind": kind, "text": {locale: text.render(locale) for locale in LOCALES}, "count": int(rows.size),
            "employments": inputs.roster.ids[rows[:NAMED_IN_PROBLEM]].tolist(),
        }
        for rows, kind, text in inputs.problems
    ]  # fmt: skip
    run.error_count = sum(int(rows.size) for rows, kind, _text in inputs.problems if kind == "error")
    run.warning_count = sum(int(rows.size) for rows, kind, _text in inputs.problems if kind == "warning")
