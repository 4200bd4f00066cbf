"""From the tree of a formula to typed nodes with proved bounds: what may be called, and what must come out."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from core.base.text import catalogue
from core.formula import build
from core.formula.arithmetic import MODES
from core.formula.functions import Bound, Function
from core.formula.nodes import TRUTH, Known, Literal, Node
from core.formula.operators import Operators, form_of, unit_in
from core.formula.parse import Source
from core.formula.scope import WORDS, Computed, Scope
from core.formula.types import FREE, Span, Type

_ = catalogue("formula")


def check(
    source: Source,
    result: Type,
    scope: Scope,
    components: Mapping[str, Computed],
    others: Sequence[str] = (),
) -> Node:
    """The typed tree of a formula whose result comes out as the declared type; ``components`` are the formulas that
    are checked already and may be named, ``others`` names to suggest for a misspelt one.

    Raises ``FormulaError`` for an unknown name or function, for units that do not go together, for an inexact result.
    """
    return Checker(source, scope, components, others).result(result)


class Checker(Operators):
    """Checks calls: the language's own and registered functions with their tables."""

    def call(self, at: ast.Call) -> Node:
        if not isinstance(at.func, ast.Name):
            raise self.source.error(
                at, "unknown_function", _("Column {column}: only a function with a name can be called. Write its name.")
            )
        match at.func.id:
            case "round":
                return self.round(at)
            case "known":
                return self.known(at)
            case "min" | "max" | "clamp" as op:
                self.count(at, op, 3 if op == "clamp" else 2, 3 if op == "clamp" else None)
                terms = self.together([(part, self.number(part)) for part in at.args])
                return build.extreme(op, terms, self.source.segment(at))
        function = self.functions.get(at.func.id)
        if function is None:
            raise self.unknown(at.func, "unknown_function", at.func.id, [*WORDS, *self.functions])
        return self.registered(at, function)

    def count(self, at: ast.Call, name: str, least: int, most: int | None) -> None:
        if least <= len(at.args) <= (len(at.args) if most is None else most):
            return
        if most is None:
            message = _(
                "Column {column}: {name} takes at least {least} values. Check the commas.", name=name, least=least
            )
        elif least == most:
            message = _(
                "Column {column}: {name} takes {count} value, no more and no fewer. Check the commas.",
                "Column {column}: {name} takes {count} values, no more and no fewer. Check the commas.",
                name=name,
                count=least,
            )
        else:
            message = _(
                "Column {column}: {name} takes {least} to {most} values. Check the commas.",
                name=name,
                least=least,
                most=most,
            )
        raise self.source.error(at, "arguments", message)

    def known(self, at: ast.Call) -> Node:
        self.count(at, "known", 1, 1)
        part = at.args[0]
        if not isinstance(part, ast.Name) or part.id not in self.scope.inputs:
            raise self.source.error(part, "known", _("Column {column}: known() asks about an input. Write its name."))
        return Known(
            text=self.source.segment(at),
            form=TRUTH,
            span=Span(0, 1),
            names=frozenset((part.id,)),
            name=part.id,
        )

    def round(self, at: ast.Call) -> Node:
        self.count(at, "round", 2, 3)
        above, below = self.fraction(at.args[0])
        unit = self.number(at.args[1])
        if not isinstance(unit, Literal) or unit_in(unit) != FREE or unit.value <= 0:
            raise self.source.error(
                at.args[1],
                "round_unit",
                _("Column {column}: the unit to round to must be a number above zero, such as 0.01, 1 or 0.5."),
            )
        mode = at.args[2].value if len(at.args) == 3 and isinstance(at.args[2], ast.Constant) else ""
        if len(at.args) == 2:
            mode = "half_up"
        if mode not in MODES:
            raise self.source.error(
                at.args[2],
                "round_mode",
                _(
                    "Column {column}: this is not a rounding mode. Write one of {modes} in quotation marks.",
                    modes=", ".join(MODES),
                ),
            )
        num = self.multiplied(above, self.joined_text(above))
        den = self.multiplied(below, self.joined_text(below)) if below else None
        if isinstance(den, Literal) and den.written and den.value == 0:
            raise self.source.error(
                below[0], "zero", _("Column {column}: the denominator is zero. Divide by another number.")
            )
        return build.rounded(num, den, unit, str(mode), self.source.segment(at))

    def fraction(self, at: ast.expr) -> tuple[list[ast.expr], list[ast.expr]]:
        """Numerator and denominator of a chain of * and /; several divisors make one denominator."""
        above: list[ast.expr] = []
        below: list[ast.expr] = []
        while isinstance(at, ast.BinOp) and isinstance(at.op, ast.Mult | ast.Div):
            (above if isinstance(at.op, ast.Mult) else below).append(at.right)
            at = at.left
        return [at, *reversed(above)], below[::-1]

    def joined_text(self, parts: Sequence[ast.expr]) -> str:
        if len(parts) == 1:
            return self.source.segment(parts[0])
        return " * ".join(
            f"({self.source.segment(part)})" if isinstance(part, ast.BinOp | ast.IfExp) else self.source.segment(part)
            for part in parts
        )

    def registered(self, at: ast.Call, function: Function) -> Node:
        size = len(function.parameters)
        self.count(at, function.name, size, size)
        places: list[Any] = []
        terms: list[Node] = []
        for part, wanted in zip(at.args, function.parameters, strict=True):
            if isinstance(wanted, Type):
                terms.append(self.declared(self.visit(part, wanted.labels), wanted, part))
                places.append(None)
            else:
                places.append(self.table(part, wanted))
        return build.call(Bound(function, tuple(places)), terms, form_of(function.result), self.source.segment(at))

    def table(self, at: ast.expr, wanted: type) -> Any:
        known = [name for name, table in self.scope.tables.items() if isinstance(table, wanted)]
        name = at.value if isinstance(at, ast.Constant) and isinstance(at.value, str) else None
        if name is None:
            raise self.source.error(
                at,
                "table_wanted",
                _(
                    "Column {column}: the name of a table in quotation marks is needed here, such as {example}.",
                    example=f'"{known[0]}"' if known else '"…"',
                ),
            )
        if name not in known:
            raise self.unknown(at, "unknown_table", name, known)
        return self.scope.tables[name]
