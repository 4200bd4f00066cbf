"""Making nodes: each function works out unit, scale, bounds and largest magnitude of the node it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from core.formula.arithmetic import (
    Extreme,
    Product,
    Rescale,
    Round,
    Sum,
    extreme_span,
    product_span,
    round_span,
)
from core.formula.functions import Bound
from core.formula.logic import Call, Choose, Compare, Logic, Not
from core.formula.nodes import TRUTH, Form, Literal, Node, Number, Operation
from core.formula.types import Span, Unit


def literal(value: Fraction, unit: Unit, text: str) -> Literal:
    """A number, exact, in the coarsest scale that holds it."""
    number = value.numerator
    return Literal(text=text, form=Number(unit, value.denominator), span=Span(number, number), value=number)


def fraction_of(node: Literal) -> Fraction:
    """The value of a literal."""
    return Fraction(node.value, node.scale)


def unit_of(node: Node) -> Unit:
    """The unit of a numeric node."""
    assert isinstance(node.form, Number)
    return node.form.unit


def as_unit(node: Node, unit: Unit) -> Node:
    """The node with its unit settled by where it stands."""
    return replace(node, form=Number(unit, node.scale))


def rescaled(node: Node, scale: int) -> Node:
    """The same value with ``scale`` integers to the whole, a multiple of the node's own scale."""
    factor = scale // node.scale
    if factor == 1:
        return node
    form = Number(unit_of(node), scale)
    span = Span(node.span.low * factor, node.span.high * factor)
    if isinstance(node, Literal):
        return replace(node, form=form, span=span, value=node.value * factor)
    return _operation(Rescale, [node], form, span, node.text, factor=factor)


def negated(node: Node, text: str) -> Node:
    """``-a``."""
    if isinstance(node, Literal) and node.written:
        return literal(-fraction_of(node), unit_of(node), text)
    return total([-1], [node], text)


def total(signs: Sequence[int], terms: Sequence[Node], text: str) -> Node:
    """A sum of terms that have one unit and one scale."""
    low = high = 0
    for sign, term in zip(signs, terms, strict=True):
        ends = (sign * term.span.low, sign * term.span.high)
        low, high = low + min(ends), high + max(ends)
    return _operation(Sum, terms, terms[0].form, Span(low, high), text, signs=tuple(signs))


def product(factors: Sequence[Node], unit: Unit, text: str) -> Node:
    """A product; numbers written in the formula make one exact factor."""
    if len(factors) == 1:
        return factors[0]
    plain = prod(
        (fraction_of(node) for node in factors if isinstance(node, Literal) and node.written), start=Fraction(1)
    )
    rest = [node for node in factors if not node.written]
    if not rest:
        return literal(plain, unit, text)
    scale = plain.denominator * prod(node.scale for node in rest)
    span = product_span([node.span for node in rest], plain.numerator)
    form = Number(unit, scale)
    return _operation(Product, rest, form, span, text, factor=plain.numerator, factors=tuple(factors))


def rounded(num: Node, den: Node | None, unit: Literal, mode: str, text: str) -> Node:
    """``round(num / den, unit, mode)``, with everything constant folded into one fraction."""
    size = fraction_of(unit)
    ratio = Fraction(1, num.scale) / size
    kind = unit_of(num)
    terms = [num]
    if den is not None:
        kind = kind.over(unit_of(den))
        if isinstance(den, Literal) and den.written:
            ratio /= fraction_of(den)
        else:
            ratio *= den.scale
            terms.append(den)
    below = den if len(terms) == 2 else None
    shape: dict[str, Any] = {
        "up": ratio.numerator,
        "down": ratio.denominator,
        "step_size": size.numerator,
        "mode": mode,
    }
    span = round_span(num.span, below.span if below else None, *shape.values())
    safe = below is None or below.span.low > 0 or below.span.high < 0
    form = Number(kind, size.denominator)
    return _operation(Round, terms, form, span, text, safe=safe, unit_text=unit.text, divisor=den, **shape)


def extreme(op: str, terms: Sequence[Node], text: str) -> Node:
    """``min``, ``max`` or ``clamp`` of terms that have one unit and one scale."""
    return _operation(Extreme, terms, terms[0].form, extreme_span(op, [term.span for term in terms]), text, op=op)


def comparison(ops: Sequence[str], terms: Sequence[Node], text: str) -> Node:
    """A chain of comparisons of terms that have one form."""
    return _operation(Compare, terms, TRUTH, Span(0, 1), text, ops=tuple(ops))


def logic(op: str, terms: Sequence[Node], text: str) -> Node:
    """``and`` or ``or`` of conditions."""
    return Logic(text=text, form=TRUTH, span=Span(0, 1), op=op, terms=tuple(terms), **_common(terms))


def negation(term: Node, text: str) -> Node:
    """``not a``."""
    return Not(text=text, form=TRUTH, span=Span(0, 1), term=term, **_common([term]))


def choice(test: Node, then: Node, other: Node, text: str) -> Node:
    """``then if test else other``, the branches having one form."""
    span = Span(min(then.span.low, other.span.low), max(then.span.high, other.span.high))
    common = _common([test, then, other])
    return Choose(text=text, form=then.form, span=span, test=test, then=then, other=other, **common)


def call(function: Bound, terms: Sequence[Node], form: Form, text: str) -> Node:
    """A call of a registered function."""
    reach = function.reach([term.span for term in terms])
    span = Span(reach.low, reach.high)
    return _operation(Call, terms, form, span, text, safe=function.function.total, function=function)


def _common(terms: Sequence[Node]) -> dict[str, Any]:
    return {
        "names": frozenset().union(*(term.names for term in terms)),
        "safe": all(term.safe for term in terms),
    }


def _operation(
    made: type[Operation], terms: Sequence[Node], form: Form, span: Span, text: str, *, safe: bool = True, **more: Any
) -> Node:
    """An operation node; its largest magnitude is what its own ``need`` says of the operands, or its result."""
    common = _common(terms)
    common["safe"] = common["safe"] and safe
    node = made(text=text, form=form, span=span, terms=tuple(terms), most=0, **common, **more)
    most = max(node.need([term.span for term in terms]), span.size, *(term.span.size for term in terms), 0)
    return replace(node, most=most)
