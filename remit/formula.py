"""Formulas and decision tables: typed, exact, over one row or many, with explanations."""

from __future__ import annotations

from core.formula.brackets import BracketRow, BracketTable
from core.formula.errors import FormulaError
from core.formula.expression import Expression, compile_expression
from core.formula.functions import Function, Reach
from core.formula.interval import Cell, Interval, parse_interval, shown_cell
from core.formula.program import Component, Program, Unused, compile_program
from core.formula.scope import Input, Parameter, Scope
from core.formula.table import (
    Condition,
    Decision,
    Decisions,
    DecisionTable,
    Outcome,
    Overlap,
    Policy,
    Region,
    Review,
    Rule,
    compile_table,
)
from core.formula.trace import Fact, Trace
from core.formula.types import BOOL, COUNT, DAYS, MINUTES, MONEY, RATE, Span, Type, enum, kind_name, money

__all__ = [
    "BOOL",
    "COUNT",
    "DAYS",
    "MINUTES",
    "MONEY",
    "RATE",
    "BracketRow",
    "BracketTable",
    "Cell",
    "Component",
    "Condition",
    "Decision",
    "DecisionTable",
    "Decisions",
    "Expression",
    "Fact",
    "FormulaError",
    "Function",
    "Input",
    "Interval",
    "Outcome",
    "Overlap",
    "Parameter",
    "Policy",
    "Program",
    "Reach",
    "Region",
    "Review",
    "Rule",
    "Scope",
    "Span",
    "Trace",
    "Type",
    "Unused",
    "compile_expression",
    "compile_program",
    "compile_table",
    "enum",
    "kind_name",
    "money",
    "parse_interval",
    "shown_cell",
]
