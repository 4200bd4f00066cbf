"""Values of figures from a file: compared with what was told, then entered like any other value."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Kpi, KpiVersion
from performance.services.figures import by_code
from performance.services.spans import span_of
from performance.services.values import enter, subject_of, told_in, version_of
from performance.services.writing import number
from performance.text import _
from remit.base import Actor, DomainError
from remit.exchange import Changes, Checked, Plan, Report
from remit.models import Unit
from remit.text import Text

#: The column of the file in which a refusal of the field is told.
_COLUMNS = {"unit_id": "unit", "legal_entity_id": "unit"}


def plan_values(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare a file with the values that are there, by figure, period and whose it is. Writes nothing."""
    del actor
    checked = checked.good()
    found, rows = Plan(), []
    kpis = by_code(session)
    units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
    for at in range(len(checked)):
        row = {name: checked.columns[name][at] for name in ("code", "day", "unit", "number", "value", "evidence")}
        kpi = kpis.get(str(row["code"]))
        if kpi is None:
            found.problems.append(checked.at(
                at, "code", _("There is no figure {code}.", code=row["code"]),
                _("Define it first, or correct the code."), value=str(row["code"])))  # fmt: skip
            continue
        try:
            told, before = _read(session, kpi, row, units)
        except DomainError as error:
            field = _COLUMNS.get(error.field or "", error.field or "code")
            at_column = field if field in row else "code"
            refusal = cast("Text", error.message)
            found.problems.append(checked.at(at, at_column, refusal, value=str(row[at_column])))
            continue
        if before is None:
            found.new += 1
        elif before == told["value"]:
            found.unchanged += 1
            continue
        else:
            found.changed += 1
        rows.append((kpi, told))
    found.data = rows
    return found


def _read(
    session: Session, kpi: Kpi, row: dict[str, Any], units: dict[str, int]
) -> tuple[dict[str, Any], int | None]:
    """A row as ``enter`` takes it, and the value that is there already."""
    version: KpiVersion = version_of(session, kpi, row["day"])
    period = span_of(version.period, row["day"])
    code = str(row["unit"] or "")
    if code and code not in units:
        raise DomainError("performance.no_unit", _("There is no unit with the code {code}.", code=code), "unit_id")
    told = {
        "day": row["day"], "unit_id": units.get(code), "number": str(row["number"] or ""),
        "value": number(str(row["value"]), version.unit, "value"), "evidence": str(row["evidence"]),
    }  # fmt: skip
    subject = subject_of(session, version.grain, told, period)
    stored = told_in(session, [kpi.id], version.grain, period)[kpi.id]
    at = stored.ids.tolist().index(subject.subject_id) if subject.subject_id in stored.ids else None
    return told, None if at is None else int(stored.values[at])


def apply(session: Session, actor: Actor, plan: Plan, changes: Changes, report: Report) -> None:
    """Enter what was planned, with the rows as their origin."""
    del changes
    for done, (kpi, told) in enumerate(plan.data, start=1):
        enter(session, actor, kpi, told, origin="import")
        report(done, len(plan.data), _("Entering values"))
