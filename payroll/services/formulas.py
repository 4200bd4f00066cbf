"""The program of a run: company and country components compiled together, and its frozen description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payroll.models import SLIP_COLUMNS
from payroll.rules.components import GIVEN_AMOUNTS, GROUPS, LARGEST_AMOUNT, STARTING
from payroll.rules.proration import IntColumn
from payroll.services.inputs import Inputs
from payroll.services.setup import Active
from payroll.text import _
from remit import formula
from remit.base import DomainError, Month
from remit.contracts import Country

TYPES: Mapping[str, formula.Type] = {
    "money": formula.MONEY,
    "rate": formula.RATE,
    "days": formula.DAYS,
    "minutes": formula.MINUTES,
    "count": formula.COUNT,
    "bool": formula.BOOL,
}
#: A name in a formula.
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
#: Bounds of what comes from the month itself; what a year sums up to has the bounds of its type.
_MOST = {"money": LARGEST_AMOUNT * 10, "minutes": 31 * 24 * 60, "days": 31 * 100, "count": 10_000}


@dataclass(frozen=True, slots=True)
class Line:
    """A component as a run freezes it. ``owner`` is ``company``, ``total`` or a country's code."""

    code: str
    title: Mapping[str, str]
    kind: str
    type: str
    formula: str
    source: str
    order: int
    owner: str


@dataclass
class Formulas:
    """Everything a program is compiled from; can be written down as JSON and read back for explanations.

    ``inputs`` maps a name to unit, default, bounds and titles. ``parameters`` maps a place to rows
    (code, value, unit, title, source, ...), ``tables`` a name to rows of ceiling, rate and deduction. ``groups`` are
    the headings of a table in their order, each with the codes of the lines under it.
    """

    lines: list[Line]
    inputs: dict[str, dict[str, Any]]
    places: list[str] = field(default_factory=list)
    parameters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    month: dict[str, Any] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)

    def compile(self) -> formula.Program:
        """The program; raises ``FormulaError`` naming the component."""
        inputs = {
            name: formula.Input(
                TYPES[told["unit"]], default=told.get("default"), low=told.get("low"), high=told.get("high")
            )
            for name, told in self.inputs.items()
        }
        tables = {
            code: formula.BracketTable(
                code, tuple(formula.BracketRow(*row) for row in told["rows"]), told["source"],
                date.fromisoformat(told["valid_from"]),
            )
            for code, told in self.tables.items()
        }
        components = [formula.Component(line.code, line.formula, TYPES[line.type]) for line in self.lines]
        return formula.compile_program(components, formula.Scope(inputs=inputs, tables=tables))

    def frozen(self) -> dict[str, Any]:
        """What a run keeps of it; the lines stand in its columns."""
        return {
            "inputs": self.inputs, "places": self.places, "parameters": self.parameters, "tables": self.tables,
            "month": self.month, "groups": self.groups,
        }

    @classmethod
    def thawed(cls, lines: list[Line], frozen: Mapping[str, Any]) -> Formulas:
        """The formulas of a stored run."""
        names = ("inputs", "places", "parameters", "tables", "month", "groups")
        return cls(lines, **{name: frozen[name] for name in names})


def build(
    components: Sequence[Active], inputs: Inputs, country: Country | None, *, work: Month, tax: Month, known_on: date
) -> Formulas:
    """The formulas of a month: the company's components, their taxable sum, and the country's components.

    Raises ``DomainError`` when there are more than a slip has columns for.
    """
    lacking = {name for name in GIVEN_AMOUNTS if name not in inputs.units}
    components = [one for one in components if not lacking.intersection(_NAME.findall(one.formula))]
    lines = [
        Line(one.code, dict(one.title), one.kind, "money", one.formula, one.source, one.order, "company")
        for one in components
    ]
    told = {name: _input(name, unit) for name, unit in inputs.units.items()}
    made = Formulas(lines, told, list(inputs.roster.places))
    if country is not None:
        _add_country(made, components, country, work=work, tax=tax, known_on=known_on)
    made.inputs = {name: told for name, told in made.inputs.items() if name not in {line.code for line in made.lines}}
    made.groups = _groups(made.lines, country)
    if len(made.lines) > len(SLIP_COLUMNS):
        raise DomainError(
            "payroll.too_many_components",
            _("A payslip holds {most} components; there are {count}.", most=len(SLIP_COLUMNS), count=len(made.lines)),
        )
    return made


def _groups(lines: Sequence[Line], country: Country | None) -> list[dict[str, Any]]:
    """The headings of earnings and deductions: each component says its own, what says none is other pay."""
    own = {one.code: one.group for one in STARTING}
    theirs = {one.code: one.group for one in country.components} if country is not None else {}
    known = {one.code: one for one in (*GROUPS, *(country.groups if country is not None else ()))}
    codes: dict[str, list[str]] = {}
    for line in lines:
        if line.kind in ("earning", "deduction"):
            said = (own if line.owner == "company" else theirs).get(line.code, "")
            codes.setdefault(said if said in known else f"other_{line.kind}", []).append(line.code)
    return [
        {"code": code, "title": dict(known[code].title), "codes": codes[code]}
        for code in sorted(codes, key=lambda code: known[code].order)
    ]


def _input(name: str, unit: str) -> dict[str, Any]:
    told: dict[str, Any] = {"unit": unit, "default": 0, "title": INPUT_TITLES.get(name, {})}
    if unit in _MOST:
        told |= {"low": -_MOST[unit] if unit == "money" else 0, "high": _MOST[unit]}
    return told


def _add_country(
    made: Formulas, components: Sequence[Active], country: Country, *, work: Month, tax: Month, known_on: date
) -> None:
    months = {"work_month": work.start, "tax_month": tax.start, "known_on": known_on}
    taxable = [one.code for one in components if one.kind == "earning" and one.taxable]
    absent = {item.code for item in country.inputs if item.origin == "module" and item.code not in made.inputs}
    for item in country.inputs:
        if item.code in absent:
            continue
        if item.origin == "gross":
            made.lines.append(
                Line(item.code, dict(item.title), "information", "money", " + ".join(taxable) or "0", "", 100, "total")
            )
            continue
        told: dict[str, Any] = {"unit": item.type, "default": item.default, "title": dict(item.title)}
        if item.origin != "accumulator" and item.type in _MOST:
            told |= {"low": 0, "high": _MOST[item.type]}
        made.inputs[item.code] = told
    made.lines += [
        Line(
            one.code, dict(one.title), one.kind, one.type, one.formula, one.legal_source, one.order + 1000, country.code
        )
        for one in sorted(country.components, key=lambda one: one.order)
        if one.valid_from <= work.start < one.valid_to and not absent.intersection(_NAME.findall(one.formula))
    ]
    for parameter in country.parameters:
        if parameter.value is not None:
            made.inputs.setdefault(
                parameter.code, {"unit": parameter.unit, "default": None, "title": dict(parameter.title)}
            )
    for place in made.places or [country.code]:
        made.parameters[place] = [
            {
                "code": code, "place": chosen.parameter.place, "value": chosen.parameter.value,
                "unit": chosen.parameter.unit, "title": dict(chosen.parameter.title),
                "source": chosen.parameter.source, "confidence": chosen.parameter.confidence,
                "valid_from": str(chosen.parameter.valid_from), "carried": chosen.carried,
            }
            for code, chosen in sorted(country.select(place, **months).items())
            if chosen.parameter.value is not None
        ]  # fmt: skip
    chosen_tables = country.select(country.code, **months)
    for code, rows in country.tables(**months).items():
        parameter = chosen_tables[code].parameter
        made.tables[code] = {
            "rows": [[row.up_to, row.rate, row.quick] for row in rows], "source": parameter.source,
            "valid_from": str(parameter.valid_from),
        }


def parameter_columns(
    made: Formulas, place: IntColumn
) -> tuple[dict[str, IntColumn], dict[str, NDArray[np.bool_]]]:
    """The parameters as columns by each row's place, with masks where a place has none.

    Who has no place takes what the whole country says, which the first place inherits only in part.
    """
    columns: dict[str, IntColumn] = {}
    missing: dict[str, NDArray[np.bool_]] = {}
    names = list(made.parameters)
    codes = sorted({row["code"] for rows in made.parameters.values() for row in rows})
    at = np.maximum(place, 0)
    for code in codes:
        values = np.zeros(max(len(names), 1), dtype=np.int64)
        known = np.zeros(max(len(names), 1), dtype=np.bool_)
        country_wide = False
        for number, name in enumerate(names):
            row = next((one for one in made.parameters[name] if one["code"] == code), None)
            if row is not None:
                values[number], known[number] = row["value"], True
                country_wide |= "-" not in row["place"]
        columns[code] = values[at]
        gap = ~known[at] | ((place < 0) & (not country_wide))
        if gap.any():
            missing[code] = gap
    return columns, missing


#: Titles of the inputs that payroll itself brings; data, because a stored explanation keeps them.
INPUT_TITLES: Mapping[str, Mapping[str, str]] = {
    "collaboration_reward": {"zh_CN": "已确认的协同奖励", "en": "Collaboration bonus as confirmed"},
    "performance_bonus_rate": {"zh_CN": "已确认的绩效奖金比例", "en": "Performance bonus as confirmed, of agreed pay"},
    "month_wage": {"zh_CN": "月工资标准", "en": "Agreed pay of a full month"},
    "month_due": {"zh_CN": "本月应发固定工资", "en": "Agreed pay due this month"},
    "ot_workday_minutes": {"zh_CN": "工作日加班", "en": "Overtime on workdays"},
    "ot_restday_minutes": {"zh_CN": "休息日加班", "en": "Overtime on rest days"},
    "ot_holiday_minutes": {"zh_CN": "法定节假日加班", "en": "Overtime on statutory holidays"},
    "absent_days": {"zh_CN": "旷工天数", "en": "Days absent without leave"},
    "unpaid_days": {"zh_CN": "事假天数", "en": "Days of unpaid leave"},
    "late_minutes": {"zh_CN": "迟到分钟", "en": "Minutes late"},
    "late_count": {"zh_CN": "迟到次数", "en": "Times late"},
    "scheduled_days": {"zh_CN": "应出勤天数", "en": "Days scheduled"},
    "worked_days": {"zh_CN": "实际出勤天数", "en": "Days worked"},
}
