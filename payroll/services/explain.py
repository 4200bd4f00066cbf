"""Why a line of a payslip is what it is: computed again by the same formulas over the frozen inputs, and compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from payroll.models import Run, RunColumn, Slip
from payroll.services import freeze
from payroll.services.formulas import TYPES, Formulas, Line
from payroll.services.shorthand import Titles, brief
from payroll.services.slip import columns_of, lines
from remit.formula import Trace
from remit.models import Translation
from remit.services import system
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
    with the names people know and ``short`` the calculation in a few words, both by locale.
    """

    code: str
    title: Translation
    kind: str
    type: str
    value: int
    formula: str
    figures: str
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
            _figures(line.formula, traces[line.code]), line.source, line.owner,
            traces[line.code].value == stored[line.code],
            tuple(_basis(traces[line.code], parameters, titles)),
            tuple(_slices(slices, agreed, line.code)),
            {locale: _worded(line.formula, titles, locale) for locale in LOCALES},
            {locale: brief(traces[line.code], titles, units, locale) for locale in LOCALES},
        )
        for line in made.lines
    ]  # fmt: skip


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
            line.code, Translation(line.title), line.kind, line.type, 0, line.formula, line.formula, line.source,
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
            name, Translation(titles[name]),
            TYPES[told["unit"]].show(told["value"]) if (told := parameters.get(name, {})) else "",
            "parameter" if told else "input", told.get("source", ""), told.get("valid_from", ""),
            told.get("place", ""), bool(told.get("carried")),
        )
        for name in names if titles.get(name)
    ]  # fmt: skip


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


def _basis(
    trace: Trace, parameters: Mapping[str, Mapping[str, Any]], titles: Titles
) -> list[Basis]:
    found: list[Basis] = []
    for step in (*trace.used("input"), *trace.used("component")):
        told = parameters.get(step.name, {})
        title = Translation(titles.get(step.name) or {"zh_CN": step.name, "en": step.name})
        kind = "parameter" if told else step.op
        found.append(
            Basis(
                step.name, title, step.shown, kind, told.get("source", ""), told.get("valid_from", ""),
                told.get("place", ""), bool(told.get("carried")),
            )
        )
    for step in trace.walk():
        if step.op == "call" and step.facts:
            facts = tuple((fact.label, fact.shown) for fact in step.facts)
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
    return _replaced(source, {name: title.get(locale, name) for name, title in titles.items() if title})


def _figures(source: str, trace: Trace) -> str:
    """The formula with figures in place of names; branches that were not taken keep their names."""
    return _replaced(source, {step.name: step.shown for step in trace.walk() if step.op in ("input", "component")})


def _replaced(source: str, words: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for quoted in _STRING.finditer(source):
        parts += [_NAME.sub(lambda name: words.get(name[0], name[0]), source[end:quoted.start()]), quoted[0]]
        end = quoted.end()
    parts.append(_NAME.sub(lambda name: words.get(name[0], name[0]), source[end:]))
    return "".join(parts).replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")
