"""Why a line of a payslip is what it is: computed again by the same formulas over the frozen inputs, and compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from payroll.models import Run, RunColumn, Slip
from payroll.services import freeze
from payroll.services.formulas import TYPES, Formulas, Line
from payroll.services.reading import said
from payroll.services.shorthand import Titles, brief, percent
from payroll.services.slip import columns_of, lines
from remit.base import Actor, Period
from remit.contracts import PayPage, PayPagesAsk
from remit.formula import Fact, Trace
from remit.models import Translation
from remit.services import give, system
from remit.text import LOCALES

_NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Basis:
    """One thing a line was computed from: an input, a parameter with its source and date, or another line."""

    code: str
    title: Translation
    shown: str
    kind: str
    source: str = ""
    valid_from: str = ""
    place: str = ""
    carried: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    pages: tuple[PayPage, ...] = ()


@dataclass(frozen=True, slots=True)
class SliceShown:
    """A stretch of the month: its days, the agreed month and what of it is paid, in minor units."""

    first: int
    last: int
    amount: int
    share: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One line with its reasons. ``agrees`` says that computing it again gave what is stored; ``words`` is the formula
    with the names people know, ``figures`` the same as it was reckoned and ``short`` the calculation in a few words,
    each by locale.
    """

    code: str
    title: Translation
    kind: str
    type: str
    value: int
    formula: str
    figures: Mapping[str, str]
    source: str
    owner: str
    agrees: bool
    basis: tuple[Basis, ...] = ()
    slices: tuple[SliceShown, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return TYPES[self.type].show(self.value)


def explain(
    session: Session, run: Run, slip: Slip, columns: Sequence[RunColumn] | None = None
) -> list[Explained]:
    """Every line of a slip with its formula, inputs, parameters and slices. The caller has seen to it that the reader
    may read the slip, and passes the run's columns if he has read them already.
    """
    with system(session, "a payslip is explained to somebody who may read it"):
        columns = columns_of(session, run.id) if columns is None else columns
        inputs, slices = freeze.frozen_of(session, run.id, slip.employment_id)
    if run.frozen is None:
        return []
    made = Formulas.thawed([_line(column) for column in columns], run.frozen)
    values, parameters = _values(made, inputs)
    traces = made.compile().explain(values)
    titles, units = _titles(made), {name: told["unit"] for name, told in made.inputs.items()}
    stored = {line.code: line.value for line in lines(slip, columns)}
    agreed = made.month["agreed"]
    return [
        Explained(
            line.code, Translation(line.title), line.kind, line.type, stored[line.code], line.formula,
            {locale: _figures(line.formula, traces[line.code], units, locale) for locale in LOCALES}, line.source,
            line.owner,
            traces[line.code].value == stored[line.code],
            tuple(_basis(traces[line.code], parameters, titles, units)),
            tuple(_slices(slices, agreed, line.code)),
            {locale: _worded(line.formula, titles, locale) for locale in LOCALES},
            {locale: brief(traces[line.code], titles, units, locale) for locale in LOCALES},
        )
        for line in made.lines
    ]  # fmt: skip


def with_pages(
    session: Session, actor: Actor, slip: Slip, period: Period, told: Sequence[Explained]
) -> list[Explained]:
    """The lines of a slip with the pages that their inputs come from, those that the reader may open."""
    names = sorted({one.code for line in told for one in line.basis if one.kind == "input"})
    found: dict[str, list[PayPage]] = {}
    for pages in give(session, "give_pay_pages", actor=actor, ask=PayPagesAsk(slip.employment_id, period, names)):
        for one in pages:
            found.setdefault(one.name, []).append(one)
    if not found:
        return list(told)
    return [
        replace(line, basis=tuple(replace(one, pages=tuple(found.get(one.code, ()))) for one in line.basis))
        for line in told
    ]


def outline(
    session: Session, run: Run, slip: Slip, columns: Sequence[RunColumn] | None = None
) -> list[Explained]:
    """Every line as it is worked out for anybody at the slip's place: formula, parameters and sources, no amount.

    Nothing of it depends on the slip's amounts: not which lines there are, not which way a formula went.
    """
    with system(session, "the formulas of a payslip are shown to somebody who may read it"):
        columns = columns_of(session, run.id) if columns is None else columns
        inputs = freeze.inputs_of(session, run.id, slip.employment_id)
    if run.frozen is None:
        return []
    made = Formulas.thawed([_line(column) for column in columns], run.frozen)
    parameters = _values(made, inputs)[1]
    titles = _titles(made)
    return [
        Explained(
            line.code, Translation(line.title), line.kind, line.type, 0, line.formula, {}, line.source,
            line.owner, True, tuple(_named(line.formula, parameters, titles)),
            words={locale: _worded(line.formula, titles, locale) for locale in LOCALES},
        )
        for line in made.lines
    ]  # fmt: skip


def _named(formula: str, parameters: Mapping[str, Mapping[str, Any]], titles: Titles) -> list[Basis]:
    """What a formula names: parameters with their values, inputs and other lines with none."""
    names = dict.fromkeys(_NAME.findall(_STRING.sub("", formula)))
    return [
        Basis(
            name, Translation(titles[name]), _parameter(told) if (told := parameters.get(name, {})) else "",
            "parameter" if told else "input", told.get("source", ""), told.get("valid_from", ""),
            told.get("place", ""), bool(told.get("carried")),
        )
        for name in names if titles.get(name)
    ]  # fmt: skip


def _parameter(told: Mapping[str, Any]) -> str:
    """The value of a parameter as its notice has it."""
    return percent(told["value"]) if told["unit"] == "rate" else TYPES[told["unit"]].show(told["value"])


def _line(column: RunColumn) -> Line:
    return Line(
        column.code, dict(column.title), column.kind, column.type, column.formula, column.source, column.order,
        column.owner,
    )


def _values(
    made: Formulas, inputs: Mapping[str, int | None]
) -> tuple[dict[str, int | None], dict[str, Mapping[str, Any]]]:
    """Frozen inputs with the parameters of the slip's place, and these parameters by code."""
    number = inputs.get("place")
    names = list(made.parameters)
    place = names[max(number if number is not None else 0, 0)] if names else None
    parameters: dict[str, Mapping[str, Any]] = {}
    for row in made.parameters.get(place or "", []):
        if number is not None and number < 0 and "-" in row["place"]:
            continue
        parameters[row["code"]] = row
    values = {name: value for name, value in inputs.items() if name in made.inputs}
    return {**values, **{code: row["value"] for code, row in parameters.items() if code in made.inputs}}, parameters


def _titles(made: Formulas) -> dict[str, Mapping[str, str]]:
    titles: dict[str, Mapping[str, str]] = {name: told.get("title") or {} for name, told in made.inputs.items()}
    for rows in made.parameters.values():
        titles |= {row["code"]: row["title"] for row in rows if row["title"]}
    titles |= {line.code: line.title for line in made.lines}
    for line in made.lines:
        titles.setdefault(f"{line.code}_due", {})
        if not titles[f"{line.code}_due"]:
            titles[f"{line.code}_due"] = {
                "zh_CN": f"{line.title.get('zh_CN', line.code)}（本月应发）",
                "en": f"{line.title.get('en', line.code)} due this month",
            }
    return titles


def _shown(step: Trace, unit: str) -> str:
    """What an input or another line was, a rate as a percentage."""
    return percent(step.value, step.scale) if unit == "rate" else step.shown


def _fact(fact: Fact) -> str:
    return percent(int(fact.value)) if fact.label == "rate" else fact.shown


def _basis(
    trace: Trace, parameters: Mapping[str, Mapping[str, Any]], titles: Titles, units: Mapping[str, str]
) -> list[Basis]:
    found: list[Basis] = []
    for step in (*trace.used("input"), *trace.used("component")):
        told = parameters.get(step.name, {})
        title = Translation(titles.get(step.name) or {"zh_CN": step.name, "en": step.name})
        kind = "parameter" if told else step.op
        found.append(
            Basis(
                step.name, title, _shown(step, units.get(step.name, "")), kind, told.get("source", ""),
                told.get("valid_from", ""), told.get("place", ""), bool(told.get("carried")),
                unit=units.get(step.name, ""),
            )
        )
    for step in trace.walk():
        if step.op == "call" and step.facts:
            facts = tuple((fact.label, _fact(fact)) for fact in step.facts)
            title = Translation({"zh_CN": "税率表", "en": "Tax table"})
            found.append(Basis(step.name, title, "", "table", facts=facts))
    return found


def _slices(slices: list[dict[str, int]], agreed: list[str], code: str) -> list[SliceShown]:
    if code not in agreed:
        return []
    number = agreed.index(code)
    return [
        SliceShown(one["first"] + 1, one["end"], one["amount"], one["share"])
        for one in slices
        if one["component"] == number
    ]


def _worded(source: str, titles: Titles, locale: str) -> str:
    """The formula with the names people know."""
    return said(source, lambda code: titles.get(code, {}).get(locale, code), locale)


def _figures(source: str, trace: Trace, units: Mapping[str, str], locale: str) -> str:
    """The formula as it was reckoned: figures in place of names, and of choices what applied."""
    leaves = {step.name: step for step in trace.walk() if step.op in ("input", "component", "parameter")}
    taken = {
        step.text: next((child.role for child in step.children if child.role in ("then", "else")), "else")
        for step in trace.walk() if step.op == "if"
    }  # fmt: skip

    def figure(code: str) -> str:
        step = leaves.get(code)
        if step is None:
            return code
        return _shown(step, units.get(code, ""))

    return said(source, figure, locale, taken)
