"""Compiles the country's component formulas as a payroll run does: tables by month, parameters as columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from core.contracts.country import Country, ValueType
from core.formula import brackets, program, scope, types
from plugins.country_cn.country import country

TYPES: Mapping[ValueType, types.Type] = {
    "money": types.MONEY,
    "rate": types.RATE,
    "days": types.DAYS,
    "minutes": types.MINUTES,
    "count": types.COUNT,
    "bool": types.BOOL,
}


@lru_cache(maxsize=16)
def compiled(work_month: date, tax_month: date) -> program.Program:
    """The program of all components with the tables in force."""
    pack: Country = country()
    tables = {
        code: brackets.BracketTable(code, tuple(brackets.BracketRow(row.up_to, row.rate, row.quick) for row in rows))
        for code, rows in pack.tables(work_month=work_month, tax_month=tax_month).items()
    }
    inputs = {item.code: scope.Input(TYPES[item.type], default=item.default) for item in pack.inputs}
    for parameter in pack.parameters:
        if parameter.value is not None:
            inputs[parameter.code] = scope.Input(TYPES[parameter.unit])  # type: ignore[index]
    components = [program.Component(item.code, item.formula, TYPES[item.type]) for item in pack.components]
    return program.compile_program(components, scope.Scope(inputs=inputs, tables=tables))
