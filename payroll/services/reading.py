"""A formula as its reader would say it: "social insurance base (at least 7,460.00, at most 37,302.00) × 8%, rounded to
the cent" instead of ``round(clamp(si_base, si_pension_floor, si_pension_cap) * si_pension_rate_ee, 0.01)``.

Nothing is computed here; the formula was checked when its component was written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from payroll.text import _
from remit.text import Text

#: What binds how closely; a part that binds less than its surroundings stands in brackets.
_CHOICE, _PHRASE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(9)
_SIGNS: Mapping[type[ast.AST], tuple[str, int]] = {
    ast.Add: ("+", _SUM), ast.Sub: ("−", _SUM), ast.Mult: ("×", _PRODUCT), ast.Div: ("÷", _PRODUCT),
}  # fmt: skip
_COMPARED: Mapping[type[ast.AST], str] = {
    ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠",
}  # fmt: skip
_ROUNDED: Mapping[str, Callable[..., Text]] = {
    "half_up": lambda value, unit: _("{value}, rounded to {unit}", value=value, unit=unit),
    "half_even": lambda value, unit: _("{value}, rounded half to even to {unit}", value=value, unit=unit),
    "up": lambda value, unit: _("{value}, rounded up to {unit}", value=value, unit=unit),
    "down": lambda value, unit: _("{value}, cut off to {unit}", value=value, unit=unit),
}
#: Where a figure stands beside a Chinese character.
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9−])|(?<=[0-9%])(?=[\u4e00-\u9fff])")
_MODES = {"ceil": "up", "floor": "down"}
_UNITS: Mapping[str, Text] = {"0.01": _("the cent"), "0.1": _("ten cents"), "1": _("a whole number")}


class _Said(NamedTuple):
    text: str
    level: int


def said(formula: str, name: Callable[[str], str], locale: str, taken: Mapping[str, str] | None = None) -> str:
    """A formula in one language. ``name`` gives a name's title, or its figure; ``taken`` says for choices, by their
    text, whether ``then`` or ``else`` applied, which is then all that is told of them.
    """
    source = formula.strip()
    text = _Reader(source, name, locale, taken or {}).say(ast.parse(source, mode="eval").body).text
    return _SPACED.sub(" ", text).replace("） ", "）").replace(" （", "（") if locale == "zh_CN" else text


class _Reader:
    def __init__(self, source: str, name: Callable[[str], str], locale: str, taken: Mapping[str, str]) -> None:
        self.source, self.name, self.locale, self.taken = source, name, locale, taken

    def say(self, node: ast.expr) -> _Said:
        """One part and what is below it."""
        if isinstance(node, ast.IfExp):
            return self._choice(node)
        if isinstance(node, ast.BinOp):
            return self._sum(node)
        if isinstance(node, ast.UnaryOp):
            return self._unary(node)
        if isinstance(node, ast.BoolOp):
            return self._all_or_any(node)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Name):
            return _Said(self.name(node.id), _ATOM)
        return _Said(self._segment(node), _ATOM)

    def inside(self, node: ast.expr, level: int) -> str:
        """A part within another one, in brackets where it binds less closely."""
        part = self.say(node)
        return part.text if part.level >= level else self._bracketed(part.text)

    def _choice(self, node: ast.IfExp) -> _Said:
        way = self.taken.get(self._segment(node))
        if way is not None:
            return self.say(node.body if way == "then" else node.orelse)
        text = _("{then}, if {test}; otherwise {other}", test=self.say(node.test).text,
                 then=self.inside(node.body, _PHRASE), other=self.say(node.orelse).text)  # fmt: skip
        return _Said(self._rendered(text), _CHOICE)

    def _sum(self, node: ast.BinOp) -> _Said:
        to_unit = self._rounded_to_units(node)
        if to_unit is not None:
            return to_unit
        sign, level = _SIGNS[type(node.op)]
        closer = level + 1 if isinstance(node.op, ast.Sub | ast.Div) else level
        return _Said(f"{self.inside(node.left, level)} {sign} {self.inside(node.right, closer)}", level)

    def _rounded_to_units(self, node: ast.BinOp) -> _Said | None:
        """``round(x / unit, 1) * unit`` counts units and makes an amount of them again: it rounds to the unit."""
        call, unit = node.left, node.right
        if not (isinstance(node.op, ast.Mult) and isinstance(call, ast.Call) and isinstance(unit, ast.Name)):
            return None
        inner = call.args[0]
        if self._called(call) != "round" or self._segment(call.args[1]) != "1" or not (
            isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div)
            and isinstance(inner.right, ast.Name) and inner.right.id == unit.id
        ):
            return None
        return self._rounded(inner.left, self._unit(self.name(unit.id)), call)

    def _unary(self, node: ast.UnaryOp) -> _Said:
        if isinstance(node.op, ast.Not):
            return _Said(self._rendered(_("not “{value}”", value=self.inside(node.operand, _NOT))), _NOT)
        return _Said(f"−{self.inside(node.operand, _ATOM)}", _PRODUCT)

    def _all_or_any(self, node: ast.BoolOp) -> _Said:
        level = _AND if isinstance(node.op, ast.And) else _OR
        text, *others = (self.inside(value, level) for value in node.values)
        for other in others:
            joined = _("{one} and {other}", one=text, other=other) if level == _AND else _(
                "{one} or {other}", one=text, other=other)  # fmt: skip
            text = self._rendered(joined)
        return _Said(text, level)

    def _compared(self, node: ast.Compare) -> _Said:
        parts = [self.inside(node.left, _SUM)]
        for sign, value in zip(node.ops, node.comparators, strict=True):
            parts += [_COMPARED[type(sign)], self.inside(value, _SUM)]
        return _Said(" ".join(parts), _COMPARE)

    def _call(self, node: ast.Call) -> _Said:
        called, values = self._called(node), node.args
        if called == "round":
            unit = values[1]
            return self._rounded(values[0], self._unit(self.inside(unit, _ATOM)), node)
        if called == "clamp":
            low, high = (self.inside(one, _SUM) for one in values[1:])
            return self._bounded(values[0], _("at least {low}, at most {high}", low=low, high=high))
        if called in ("min", "max"):
            first, *others = values
            bounds = self._joined([self.inside(one, _SUM) for one in others])
            bound = _("at least {low}", low=bounds) if called == "max" else _("at most {high}", high=bounds)
            return self._bounded(first, bound)
        argument = self.inside(values[0], _ATOM)
        if called == "known":
            return _Said(self._rendered(_("{value} is given", value=argument)), _COMPARE)
        if called == "bracket":
            return _Said(self._rendered(_("{value} by the tax table", value=argument)), _PHRASE)
        told = self._joined([self.say(one).text for one in values])
        return _Said(f"{self.name(called)}{self._bracketed(told)}", _ATOM)

    def _rounded(self, value: ast.expr, unit: str, call: ast.Call) -> _Said:
        mode = ast.literal_eval(call.args[2]) if len(call.args) > 2 else "half_up"
        text = _ROUNDED[_MODES.get(mode, mode)](self.inside(value, _PHRASE), unit)
        return _Said(self._rendered(text), _PHRASE)

    def _bounded(self, value: ast.expr, bound: Text) -> _Said:
        """A name with its bounds in brackets behind it; what is longer with them after a comma."""
        part, limits = self.say(value), self._rendered(bound)
        if part.level == _ATOM:
            return _Said(f"{part.text}{'' if self.locale == 'zh_CN' else ' '}{self._bracketed(limits)}", _ATOM)
        return _Said(self._joined([self.inside(value, _PHRASE), limits]), _PHRASE)

    def _unit(self, unit: str) -> str:
        known = _UNITS.get(unit.removesuffix(".00"))
        return self._rendered(known) if known is not None else unit

    def _called(self, node: ast.Call) -> str:
        return node.func.id if isinstance(node.func, ast.Name) else ""

    def _segment(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.source, node) or ""

    def _bracketed(self, text: str) -> str:
        return f"（{text}）" if self.locale == "zh_CN" else f"({text})"

    def _joined(self, parts: list[str]) -> str:
        return ("，" if self.locale == "zh_CN" else ", ").join(parts)

    def _rendered(self, text: Text) -> str:
        return text.render(self.locale)
