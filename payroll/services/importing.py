"""Planning and writing the imports of payroll: compare with what is stored, then write the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.models import Contribution, Deduction, Opening, Salary
from payroll.rules.history import Piece, Stored, difference, overlapping
from payroll.services import setup
from payroll.text import _
from remit.base import FOREVER, Actor, clock
from remit.exchange import Changes, Checked, Plan, Report
from remit.models import Employment, EmploymentTerms
from remit.services import modules_on, of, system

#: Kind of special additional deduction to the number of its periods' key; the cumulative form has one of its own.
DEDUCTIONS: Mapping[str, int] = {
    "children_education": 1, "continuing_education": 2, "housing_loan": 3, "housing_rent": 4, "elderly": 5,
    "infant_care": 6, "serious_illness": 7, "personal_pension": 8,
}  # fmt: skip
CUMULATIVE_KEY = 100
BASES = ("si_base", "hf_base", "hf_rate", "injury_only", "injury_rate")


@dataclass
class Write:
    """What is to be written to one table."""

    model: type[Any]
    delete: list[int] = field(default_factory=list)
    insert: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Told:
    """Told pieces by key, and the rows of the file they came from."""

    pieces: dict[tuple[int, ...], list[Piece]] = field(default_factory=dict)
    rows: dict[tuple[int, ...], list[int]] = field(default_factory=dict)

    def add(self, key: tuple[int, ...], piece: Piece, position: int) -> None:
        self.pieces.setdefault(key, []).append(piece)
        self.rows.setdefault(key, []).append(position)


def plan_salaries(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Agreed amounts per component, and contribution bases where the file has them."""
    del actor
    with system(session, "salaries are compared with what is stored"):
        components = setup.component_ids(session)
        people = _people(session, checked)
        found = Plan(data=[])
        salaries, bases = _Told(), _Told()
        coded = [code for code in components if code in checked.present]
        based = [name for name in BASES if name in checked.present]
        for position, one in _rows(checked, people, found, "valid_from", "valid_to"):
            period = _period(checked, position, one, found)
            if period is None:
                continue
            for code in coded:
                amount = checked.columns[code][position]
                if amount is not None:
                    salaries.add((one.id, components[code]), (*period, (amount,)), position)
            if based:
                values = tuple(_base(checked, name, position) for name in BASES)
                bases.add((one.id,), (*period, values), position)
        names = {one.id: one.person_id for one in people.values()}
        _compare(session, checked, found, salaries, Salary, ("employment_id", "component_id"), ("amount",), names)
        _compare(session, checked, found, bases, Contribution, ("employment_id",), BASES, names)
        _count(found, checked, people)
    return found


def plan_deductions(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Special additional deductions: a month's by period, or the tax client's totals of the year for one tax month."""
    del actor
    with system(session, "deductions are compared with what is stored"):
        people = _people(session, checked)
        found = Plan(data=[])
        told = _Told()
        for position, one in _rows(checked, people, found, "valid_from", "valid_to", "tax_month"):
            month = checked.columns["tax_month"][position]
            if month is not None:
                first = date(month.year, month.month, 1)
                period: tuple[date, date] | None = (
                    first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
                )
            else:
                period = _period(checked, position, one, found)
            if period is None:
                continue
            for kind, number in DEDUCTIONS.items():
                amount = checked.columns[kind][position]
                if amount is not None:
                    key = number + (CUMULATIVE_KEY if month is not None else 0)
                    told.add((one.id, key), (*period, (kind, month is not None, amount)), position)
        names = {one.id: one.person_id for one in people.values()}
        fields = ("kind", "cumulative", "amount")
        _compare(session, checked, found, told, Deduction, ("employment_id", "kind_key"), fields, names)
        _count(found, checked, people)
    return found


def plan_openings(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Running totals of a tax year, one row per employee, year and agent."""
    del actor
    with system(session, "openings are compared with what is stored"):
        people = _people(session, checked)
        found = Plan(data=[])
        agents = _agents(session)
        codes = [code for code in accumulators(session) if code in checked.present]
        stored = {
            (row.employment_id, row.withholding_agent_id, row.tax_year, row.code): row
            for row in session.scalars(select(Opening))
        }
        write = Write(Opening)
        for position, one in _rows(checked, people, found, "tax_year", "through_month"):
            year, through = checked.columns["tax_year"][position], checked.columns["through_month"][position]
            agent = agents.get(one.id)
            if agent is None:
                found.problems.append(checked.at(position, "number", _("The tax agent of this employee is not known.")))
                continue
            fresh = changed = False
            for code in codes:
                amount = checked.columns[code][position] or 0
                old = stored.get((one.id, agent, year, code))
                values = {"through_month": through, "months": through, "amount": amount}
                if old is not None and all(getattr(old, name) == value for name, value in values.items()):
                    continue
                fresh, changed = fresh or old is None, changed or old is not None
                if old is not None:
                    write.delete.append(old.id)
                write.insert.append(
                    {"employment_id": one.id, "person_id": one.person_id, "withholding_agent_id": agent,
                     "tax_year": year, "code": code, **values}
                )  # fmt: skip
            found.new += fresh and not changed
            found.changed += changed
            found.unchanged += not (fresh or changed)
        found.data.append(write)
    return found


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Write the difference: what goes first, so that no two periods ever overlap."""
    del actor
    with system(session, "an import of payroll is written"):
        writes: Sequence[Write] = planned.data
        for number, write in enumerate(writes, start=1):
            if write.delete:
                changes.delete(write.model, write.delete)
            if write.model is Salary:
                ids = setup.settled(session, {row["component_id"] for row in write.insert})
                for row in write.insert:
                    row["component_id"] = ids[row["component_id"]]
            if write.insert:
                names = list(write.insert[0])
                changes.insert(write.model, {name: [row[name] for row in write.insert] for name in names})
            report(number, len(writes), _("Writing"))


def accumulators(session: Session) -> list[str]:
    """The codes of the running totals that the country packs which are on know."""
    countries = of(session).registry.countries(modules_on(session))
    return [accumulator.code for country in countries.values() for accumulator in country.accumulators]


def _people(session: Session, checked: Checked) -> dict[str, Employment]:
    wanted = {str(number) for number in checked.columns["number"]}
    statement = select(Employment)
    if len(wanted) <= 500:
        statement = statement.where(Employment.number.in_(sorted(wanted)))
    return {one.number: one for one in session.scalars(statement)}


def _rows(
    checked: Checked, people: Mapping[str, Employment], found: Plan, *needed: str
) -> list[tuple[int, Employment]]:
    """The rows of known employees whose cells under ``needed`` can be read; a problem for each unknown number."""
    rows = []
    for position, number in enumerate(checked.columns["number"]):
        one = people.get(str(number))
        if one is None:
            found.problems.append(
                checked.at(position, "number", _("There is no employee {number}.", number=number),
                           _("Import the people first, or correct the number."), value=number)
            )  # fmt: skip
        elif not checked.spoilt.get(position, frozenset()) & set(needed):
            rows.append((position, one))
    return rows


def _period(checked: Checked, position: int, one: Employment, found: Plan) -> tuple[date, date] | None:
    start = checked.columns["valid_from"][position] or one.hired_on
    end = checked.columns["valid_to"][position] or FOREVER
    if start >= end:
        found.problems.append(
            checked.at(position, "valid_to", _("The end {end} must be after the start {start}.", start=start, end=end))
        )
        return None
    return start, end


def _base(checked: Checked, name: str, position: int) -> Any:
    value = checked.columns[name][position]
    if name == "injury_rate":
        return value
    return bool(value) if name == "injury_only" else value or 0


def _agents(session: Session) -> dict[int, int]:
    """The tax agent of each employment today, or the last one it had."""
    rows = session.execute(
        select(EmploymentTerms.employment_id, EmploymentTerms.withholding_agent_id)
        .where(EmploymentTerms.valid_from <= clock.today())
        .order_by(EmploymentTerms.valid_from)
    )
    return {employment: agent for employment, agent in rows}


def _compare(
    session: Session, checked: Checked, found: Plan, told: _Told, model: type[Any], keys: tuple[str, ...],
    fields: tuple[str, ...], persons: Mapping[int, int],
) -> None:
    write = Write(model)
    stored = _stored(session, model, keys, fields, {key[0] for key in told.pieces})
    said = {one.row for one in found.problems if one.column == checked.heading("valid_from")}
    for key, pieces in told.pieces.items():
        if overlapping(pieces):
            row = told.rows[key][-1]
            if checked.rows[row] in said:  # of another component in the same row
                continue
            said.add(checked.rows[row])
            found.problems.append(
                checked.at(row, "valid_from", _("Two rows of this employee speak of the same days."),
                           _("Let one period end on the day the next one begins."))
            )  # fmt: skip
            continue
        needed = difference(stored.get(key, []), pieces)
        write.delete += needed.delete
        for start, end, values in needed.insert:
            row_values = dict(zip(keys, key, strict=True)) | dict(zip(fields, values, strict=True))
            write.insert.append({**row_values, "person_id": persons[key[0]], "valid_from": start, "valid_to": end})
    found.data.append(write)


def _stored(
    session: Session, model: type[Any], keys: tuple[str, ...], fields: tuple[str, ...], employments: set[int]
) -> dict[tuple[int, ...], list[Stored]]:
    names = ("id", "valid_from", "valid_to", *keys, *fields)
    statement = select(*(getattr(model, name) for name in names)).order_by(model.valid_from)
    if len(employments) <= 500:
        statement = statement.where(model.employment_id.in_(sorted(employments)))
    rows: dict[tuple[int, ...], list[Stored]] = {}
    for identity, start, end, *rest in session.execute(statement):
        key = tuple(rest[: len(keys)])
        rows.setdefault(key, []).append(Stored(identity, (start, end, tuple(rest[len(keys) :]))))
    return rows


def _count(found: Plan, checked: Checked, people: Mapping[str, Employment]) -> None:
    """Count rows: those of an employee whose history changes are new or changed together."""
    touched = {row["employment_id"] for write in found.data for row in write.insert}
    ended = sum(len(write.delete) for write in found.data)
    if not (touched or ended):
        found.unchanged = len(checked) - len(checked.bad)
        return
    numbers = {number for number, one in people.items() if one.id in touched}
    good = [number for row, number in enumerate(checked.columns["number"]) if row not in checked.bad]
    rows = sum(str(number) in numbers for number in good)
    found.changed = rows if ended else 0
    found.new = 0 if ended else rows
    found.closed = ended
    found.unchanged = len(good) - rows
