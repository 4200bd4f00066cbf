"""From the tree of a formula to typed nodes with proved bounds: names, units, scales, intervals."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from typing import Any

from core.base.text import Text, catalogue
from core.formula import build
from core.formula.arithmetic import MODES
from core.formula.errors import FormulaError
from core.formula.functions import Bound, Function
from core.formula.nodes import TRUTH, Fixed, Known, Label, Literal, Name, Node, Number, Truth
from core.formula.parse import Source
from core.formula.scope import WORDS, Computed, Scope
from core.formula.types import FREE, Span, Type, Unit, asked_kind, kind_name, unit_of

_ = catalogue("formula")

MOST_BITS = 256
"""Integers beyond this are a mistake in the formula, not money."""

_OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


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
    return _Checker(source, scope, components, others).result(result)


class _Checker:
    def __init__(
        self, source: Source, scope: Scope, components: Mapping[str, Computed], others: Sequence[str]
    ) -> None:
        self.source = source
        self.scope = scope
        self.components = components
        self.known_names = (*scope.inputs, *scope.parameters, *components, *others)
        self.functions = scope.callables()

    def result(self, wanted: Type) -> Node:
        return self.declared(self.visit(self.source.tree, wanted.labels), wanted, self.source.tree)

    def declared(self, node: Node, wanted: Type, at: ast.expr) -> Node:
        """A node as a value of a declared type, in its scale."""
        form = node.form
        if wanted.kind == "bool":
            fits = isinstance(form, Truth)
        elif wanted.kind == "enum":
            fits = isinstance(form, Label) and form.labels == wanted.labels
        else:
            fits = isinstance(form, Number) and asked_kind(wanted.kind) in form.unit.kinds(declared=True)
        if not fits:
            raise self.source.error(
                at,
                "type",
                _(
                    "Column {column}: this is {found}, but {wanted} is needed here.",
                    found=_described(node),
                    wanted=kind_name(wanted.kind),
                ),
            )
        if not isinstance(form, Number):
            return node
        if wanted.scale % form.scale:
            raise self.source.error(
                at,
                "not_rounded",
                _(
                    "Column {column}: {text} can have more decimals than {wanted} holds. Write round({text}, {unit}).",
                    text=_shortened(node.text),
                    wanted=kind_name(wanted.kind),
                    unit=_decimal(Fraction(1, wanted.scale)),
                ),
            )
        return build.as_unit(build.rescaled(node, wanted.scale), unit_of(wanted.kind))

    def visit(self, at: ast.expr, labels: tuple[str, ...] = ()) -> Node:
        """The node of one expression; ``labels`` are those a string could mean here."""
        node = self.made(at, labels)
        largest = max(abs(node.span.low), abs(node.span.high), node.scale)
        if largest.bit_length() > MOST_BITS:
            raise self.source.error(
                at,
                "too_large",
                _("Column {column}: this product can become too large. Round its parts, or bound the inputs."),
            )
        return node

    def made(self, at: ast.expr, labels: tuple[str, ...]) -> Node:
        match at:
            case ast.Constant():
                return self.constant(at, labels)
            case ast.Name():
                return self.name(at)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sum(at)
            case ast.BinOp(op=ast.Mult()):
                return self.product(at)
            case ast.UnaryOp(op=ast.USub()):
                return build.negated(self.number(at.operand), self.source.segment(at))
            case ast.UnaryOp():
                return build.negation(self.truth(at.operand), self.source.segment(at))
            case ast.BoolOp():
                op = "and" if isinstance(at.op, ast.And) else "or"
                return build.logic(op, [self.truth(value) for value in at.values], self.source.segment(at))
            case ast.Compare():
                return self.compare(at)
            case ast.IfExp():
                return self.choose(at, labels)
            case ast.Call():
                return self.call(at)
        raise self.source.error(
            at,
            "division",
            _(
                "Column {column}: a quotient must be rounded where it stands. Write round({text}, unit, mode),"
                " for example round({text}, 0.01).",
                text=_shortened(self.source.segment(at)),
            ),
        )

    # leaves

    def constant(self, at: ast.Constant, labels: tuple[str, ...]) -> Node:
        text = self.source.segment(at)
        if isinstance(at.value, bool):
            return Literal(text=text, form=TRUTH, span=Span(at.value, at.value), value=int(at.value))
        if isinstance(at.value, str):
            if at.value in labels:
                place = labels.index(at.value)
                return Literal(text=text, form=Label(labels), span=Span(place, place), value=place)
            raise self.source.error(at, "string", self.about_string(at.value, labels))
        if not isinstance(at.value, int | float):
            raise self.source.error(
                at, "string", _("Column {column}: {text} is not a value here. Use a number or a name.", text=text)
            )
        return build.literal(Fraction(text), FREE, text)

    def about_string(self, value: str, labels: tuple[str, ...]) -> Text:
        if labels:
            return _(
                "Column {column}: {value} is not one of {labels}. Choose one of these.",
                value=value,
                labels=", ".join(labels),
            )
        return _(
            "Column {column}: text cannot be calculated with. It may name a table, a rounding mode or a choice only."
        )

    def name(self, at: ast.Name) -> Node:
        text = self.source.segment(at)
        found: Any
        if (found := self.scope.parameters.get(at.id)) is not None:
            span = Span(found.value, found.value)
            return Fixed(
                text=text, form=_form(found.type), span=span, value=found.value, name=at.id, source=found.source
            )
        role = "input"
        origin: Text | str = ""
        if (found := self.components.get(at.id)) is not None:
            role = "component"
        elif (found := self.scope.inputs.get(at.id)) is not None:
            origin = found.source
        else:
            raise self.unknown(at, "unknown_name", at.id, self.known_names)
        return Name(
            text=text,
            form=_form(found.type),
            span=found.span,
            names=frozenset((at.id,)),
            name=at.id,
            role=role,
            source=origin,
        )

    def unknown(self, at: ast.expr, code: str, name: str, known: Sequence[str]) -> FormulaError:
        near = get_close_matches(name, known, n=1)
        if code == "unknown_table":
            what = _("table")
        else:
            what = _("function") if code == "unknown_function" else _("name")
        if near:
            message = _(
                "Column {column}: there is no {what} {name}. Did you mean {near}?", what=what, name=name, near=near[0]
            )
        else:
            message = _(
                "Column {column}: there is no {what} {name}. Known here: {known}.",
                what=what,
                name=name,
                known=", ".join(sorted(set(known))[:12]) or "-",
            )
        return self.source.error(at, code, message)

    # operators

    def number(self, at: ast.expr) -> Node:
        node = self.visit(at)
        if isinstance(node.form, Number):
            return node
        raise self.source.error(
            at,
            "number_wanted",
            _(
                "Column {column}: {text} is {found} and cannot be calculated with. Write 1 if {text} else 0,"
                " or the amounts you mean.",
                text=_shortened(node.text),
                found=_described(node),
            ),
        )

    def truth(self, at: ast.expr) -> Node:
        node = self.visit(at)
        if isinstance(node.form, Truth):
            return node
        raise self.source.error(
            at,
            "condition_wanted",
            _(
                "Column {column}: {text} is {found}, but a condition is needed here."
                " Compare it, for example {text} > 0.",
                text=_shortened(node.text),
                found=_described(node),
            ),
        )

    def sum(self, at: ast.BinOp) -> Node:
        parts: list[tuple[int, ast.expr]] = []
        left: ast.expr = at
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            parts.append((1 if isinstance(left.op, ast.Add) else -1, left.right))
            left = left.left
        parts.append((1, left))
        parts.reverse()
        terms = self.together([(part, self.number(part)) for _sign, part in parts])
        return build.total([sign for sign, _part in parts], terms, self.source.segment(at))

    def product(self, at: ast.BinOp) -> Node:
        factors: list[ast.expr] = []
        left: ast.expr = at
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
            factors.append(left.right)
            left = left.left
        return self.multiplied([left, *reversed(factors)], self.source.segment(at))

    def multiplied(self, factors: Sequence[ast.expr], text: str) -> Node:
        nodes: list[Node] = []
        unit = Unit()
        for factor in factors:
            nodes.append(self.number(factor))
            unit = unit.times(_unit(nodes[-1]))
            if unit.money > 1:
                raise self.source.error(
                    factor,
                    "money_squared",
                    _("Column {column}: money cannot be multiplied by money. Make one of them a rate."),
                )
        return build.product(nodes, unit, text)

    def together(self, parts: Sequence[tuple[ast.expr, Node]]) -> list[Node]:
        """Numbers brought to one unit and one scale, or conditions or labels of one kind."""
        first = parts[0][1]
        if not isinstance(first.form, Number):
            for at, node in parts[1:]:
                if node.form != first.form:
                    raise self.apart(at, first, node)
            return [node for _at, node in parts]
        unit = first.form.unit
        for at, node in parts[1:]:
            joined = unit.joined(node.form.unit) if isinstance(node.form, Number) else None
            if joined is None:
                raise self.apart(at, first, node)
            unit = joined
        scale = lcm(*(node.scale for _at, node in parts))
        return [build.as_unit(build.rescaled(node, scale), unit) for _at, node in parts]

    def apart(self, at: ast.expr, first: Node, node: Node) -> FormulaError:
        return self.source.error(
            at,
            "units",
            _(
                "Column {column}: {text} is {found} and does not go with {other}, which is {wanted}."
                " Bring both to the same unit.",
                text=_shortened(node.text),
                found=_described(node),
                other=_shortened(first.text),
                wanted=_described(first),
            ),
        )

    def compare(self, at: ast.Compare) -> Node:
        operands = [at.left, *at.comparators]
        ops = [_OPERATORS[type(op)] for op in at.ops]
        texts = [isinstance(part, ast.Constant) and isinstance(part.value, str) for part in operands]
        labels: tuple[str, ...] = ()
        nodes: dict[int, Node] = {}
        for place, part in enumerate(operands):
            if not texts[place]:
                nodes[place] = node = self.visit(part, labels)
                labels = node.form.labels if isinstance(node.form, Label) else labels
        for place, part in enumerate(operands):
            if texts[place]:
                nodes[place] = self.visit(part, labels)
        terms = self.together([(part, nodes[place]) for place, part in enumerate(operands)])
        if not isinstance(terms[0].form, Number) and not {"==", "!="}.issuperset(ops):
            raise self.source.error(
                at,
                "order",
                _("Column {column}: {found} has no order. Compare with == or !=.", found=_described(terms[0])),
            )
        return build.comparison(ops, terms, self.source.segment(at))

    def choose(self, at: ast.IfExp, labels: tuple[str, ...]) -> Node:
        test = self.truth(at.test)
        branches = [(at.body, self.visit(at.body, labels)), (at.orelse, self.visit(at.orelse, labels))]
        then, other = self.together(branches)
        return build.choice(test, then, other, self.source.segment(at))

    # calls

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
        if not isinstance(unit, Literal) or _unit(unit) != FREE or unit.value <= 0:
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
        return build.call(Bound(function, tuple(places)), terms, _form(function.result), self.source.segment(at))

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


def _form(declared: Type) -> Number | Truth | Label:
    if declared.kind == "bool":
        return TRUTH
    if declared.kind == "enum":
        return Label(declared.labels)
    return Number(unit_of(declared.kind), declared.scale)


def _unit(node: Node) -> Unit:
    return node.form.unit if isinstance(node.form, Number) else Unit()


def _described(node: Node) -> Text:
    """What a node is, for a message."""
    if not isinstance(node.form, Number):
        return kind_name(node.kind)
    money, days, minutes = node.form.unit.exponents
    if node.form.unit.kinds() or (money, days, minutes) == (0, 0, 0):
        return kind_name(node.kind)
    return _("a product or quotient of units")


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _decimal(value: Fraction) -> str:
    digits = len(str(value.denominator)) - 1
    return f"{value.numerator / value.denominator:.{digits}f}"
