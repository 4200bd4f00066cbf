"""The year so far: running totals per person and withholding agent, from the last final slip or from an opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.models import SLIP_COLUMNS, Opening, PayPeriod, Run, RunColumn, Slip
from payroll.rules.proration import IntColumn
from payroll.rules.states import ORDER, reached
from payroll.services.inputs import Inputs
from payroll.services.roster import NAMED
from payroll.text import _
from remit.base import Month
from remit.contracts import Country
from remit.models import bulk

#: From this state on a slip's amounts count for the months after it.
FINAL = ORDER[ORDER.index("approved"):]


def add_year(session: Session, inputs: Inputs, run: Run, country: Country, tax: Month) -> None:
    """Put the ``ytd_`` inputs of a country's accumulators; a new tax year or a new agent starts at zero.

    Slips count from approval on. An earlier run of the tax year that is not that far is an error of everybody in this
    one: its tax would be forgotten.
    """
    roster = inputs.roster
    codes = [accumulator.code for accumulator in country.accumulators]
    totals = {code: np.zeros(len(roster), dtype=np.int64) for code in codes}
    keys = _keys(roster.person, roster.agent)
    open_rows = np.ones(len(roster), dtype=np.bool_)
    earlier = _earlier_runs(session, run, tax)
    for found, month, columns in earlier:
        if not reached(found.state, "approved"):
            if found.group_id == run.group_id:
                text = _("The run of {month} is not approved yet; its tax would be missing.", month=month)
                inputs.flag(np.ones(len(roster), dtype=np.bool_), "error", text)
            continue
        if open_rows.any():
            _from_run(session, found, columns, keys, open_rows, totals, roster.person)
    _from_openings(session, keys, open_rows, totals, tax, roster.person)
    for accumulator in country.accumulators:
        inputs.put(accumulator.input, totals[accumulator.code], "money")


def _keys(person: IntColumn, agent: IntColumn) -> IntColumn:
    """One number per person and agent; ids stay far below 2^31 of each."""
    keys: IntColumn = person * np.int64(2**31) + agent
    return keys


def _earlier_runs(session: Session, run: Run, tax: Month) -> list[tuple[Run, Month, dict[str, str]]]:
    """Runs paid in this tax year up to this tax month, the latest first, with code to slip column."""
    rows = session.execute(
        select(Run, PayPeriod.work_month)
        .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
        .where(
            PayPeriod.tax_month >= tax.year * 100 + 1, PayPeriod.tax_month <= tax.number, Run.id != run.id,
            Run.state != "draft",
        )
        .order_by(PayPeriod.tax_month.desc(), Run.id.desc())
    ).all()
    found = [(row[0], row[1]) for row in rows]
    layout: dict[int, dict[str, str]] = {}
    for run_id, code, position in session.execute(
        select(RunColumn.run_id, RunColumn.code, RunColumn.position).where(
            RunColumn.run_id.in_([one.id for one, _month in found])
        )
    ):
        layout.setdefault(run_id, {})[code] = SLIP_COLUMNS[position - 1]
    return [(one, Month.from_number(month), layout.get(one.id, {})) for one, month in found]


def _from_run(
    session: Session, run: Run, layout: Mapping[str, str], keys: IntColumn, open_rows: NDArray[np.bool_],
    totals: dict[str, IntColumn], person: IntColumn,
) -> None:
    codes = [code for code in totals if code in layout]
    if not codes:
        return
    statement = select(
        Slip.person_id, Slip.withholding_agent_id, *(getattr(Slip, layout[code]).label(code) for code in codes)
    ).where(Slip.run_id == run.id, Slip.void.is_(False)).order_by(Slip.id)
    rows = bulk.read_columns(session, _narrowed(statement, Slip.person_id, person, open_rows), nulls=0)
    at, known = _places(keys, _keys(rows["person_id"], rows["withholding_agent_id"]), open_rows)
    for source, target in _spread(at, known):
        for code in codes:
            totals[code][target] = rows[code][source]
        open_rows[target] = False


def _from_openings(
    session: Session, keys: IntColumn, open_rows: NDArray[np.bool_], totals: dict[str, IntColumn], tax: Month,
    person: IntColumn,
) -> None:
    if not open_rows.any():
        return
    statement = select(Opening.person_id, Opening.withholding_agent_id, Opening.code, Opening.amount).where(
        Opening.tax_year == tax.year, Opening.through_month <= tax.month
    )
    rows = bulk.read_columns(session, _narrowed(statement, Opening.person_id, person, open_rows))
    given = _keys(rows["person_id"], rows["withholding_agent_id"])
    for code, total in totals.items():
        chosen = rows["code"] == code if rows["code"].size else np.zeros(0, dtype=np.bool_)
        at, known = _places(keys, given[chosen], open_rows)
        amounts = rows["amount"][chosen]
        for source, target in _spread(at, known):
            total[target] = amounts[source]


def _narrowed(statement: Any, column: Any, person: IntColumn, open_rows: NDArray[np.bool_]) -> Any:
    wanted = np.unique(person[open_rows])
    return statement.where(column.in_(wanted.tolist())) if wanted.size <= NAMED else statement


def _places(
    keys: IntColumn, given: IntColumn, open_rows: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Per roster row the last given row with its key, and whether there is one."""
    if not given.size:
        return np.zeros(keys.size, dtype=np.intp), np.zeros(keys.size, dtype=np.bool_)
    order = np.argsort(given, kind="stable")
    at = np.searchsorted(given[order], keys, side="right") - 1
    safe = np.maximum(at, 0)
    return order[safe], (given[order][safe] == keys) & (at >= 0) & open_rows


def _spread(at: NDArray[np.intp], known: NDArray[np.bool_]) -> list[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Source rows and target mask, or nothing where no row matches."""
    return [(at[known], known)] if known.any() else []
