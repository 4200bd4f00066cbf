"""From names, numbers and operators to typed nodes: what may be added, compared, chosen between and multiplied."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from typing import Any

from core.base.text import Text, catalogue
from core.formula import build
from core.formula.errors import FormulaError
from core.formula.nodes import TRUTH, Fixed, Label, Literal, Name, Node, Number, Truth
from core.formula.parse import Source
from core.formula.scope import Computed, Scope
from core.formula.types import FREE, Span, Type, Unit, asked_kind, kind_name, unit_of

_ = catalogue("formula")

MOST_BITS = 256
"""Integers beyond this are a mistake in the formula, not money."""

_OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class Operators(ABC):
    """Checks everything but calls, which ``core.formula.check`` adds.

    Raises ``FormulaError`` with the place of what is wrong.
    """

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
                    found=described(node),
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
                    text=shortened(node.text),
                    wanted=kind_name(wanted.kind),
                    unit=decimal(Fraction(1, wanted.scale)),
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
                text=shortened(self.source.segment(at)),
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
                text=text, form=form_of(found.type), span=span, value=found.value, name=at.id, source=found.source
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
            form=form_of(found.type),
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
                text=shortened(node.text),
                found=described(node),
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
                text=shortened(node.text),
                found=described(node),
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
            unit = unit.times(unit_in(nodes[-1]))
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
                text=shortened(node.text),
                found=described(node),
                other=shortened(first.text),
                wanted=described(first),
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
                _("Column {column}: {found} has no order. Compare with == or !=.", found=described(terms[0])),
            )
        return build.comparison(ops, terms, self.source.segment(at))

    @abstractmethod
    def call(self, at: ast.Call) -> Node:
        """The node of a call."""

    def choose(self, at: ast.IfExp, labels: tuple[str, ...]) -> Node:
        test = self.truth(at.test)
        branches = [(at.body, self.visit(at.body, labels)), (at.orelse, self.visit(at.orelse, labels))]
        then, other = self.together(branches)
        return build.choice(test, then, other, self.source.segment(at))


def form_of(declared: Type) -> Number | Truth | Label:
    """The form of a value of a declared type."""
    if declared.kind == "bool":
        return TRUTH
    if declared.kind == "enum":
        return Label(declared.labels)
    return Number(unit_of(declared.kind), declared.scale)


def unit_in(node: Node) -> Unit:
    """The unit of a node; none where it is no number."""
    return node.form.unit if isinstance(node.form, Number) else Unit()


def described(node: Node) -> Text:
    """What a node is, for a message."""
    if isinstance(node.form, Number) and not node.form.unit.kinds():
        return _("a product or quotient of units")
    return kind_name(node.kind)


def shortened(text: str) -> str:
    """A part of a formula, short enough for a message."""
    return text if len(text) <= 60 else f"{text[:57]}…"


def decimal(value: Fraction) -> str:
    """One unit of a type as a decimal: 0.01, 1."""
    digits = len(str(value.denominator)) - 1
    return f"{value.numerator / value.denominator:.{digits}f}"
