"""A line's calculation in a few words, as one would say it: "social insurance base 28,000.00 × 8%".

Made from the trace: rounding is left out, of a choice or a bound only what applied is told, sums leave out what is
nothing, products what multiplies by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from payroll.text import _
from remit.formula import Trace

Titles = Mapping[str, Mapping[str, str]]


def brief(trace: Trace, titles: Titles, units: Mapping[str, str], locale: str) -> str:
    """The calculation of a line in one language; ``units`` are those of the inputs (``rate``, ``minutes``, ...)."""
    return _Sayer(titles, units, locale).say(trace)


class _Sayer:
    def __init__(self, titles: Titles, units: Mapping[str, str], locale: str) -> None:
        self.titles, self.units, self.locale = titles, units, locale

    def say(self, step: Trace) -> str:
        """One step and what is below it."""
        told = {
            "if": self._branch, "round": self._rounded, "product": self._product, "sum": self._sum,
            "clamp": self._chosen, "min": self._chosen, "max": self._chosen, "call": self._call,
        }.get(step.op)  # fmt: skip
        if told is not None:
            return told(step)
        return self._leaf(step) if step.op in ("input", "component", "parameter") else _signs(step)

    def _branch(self, step: Trace) -> str:
        taken = next((child for child in step.children if child.role in ("then", "else")), None)
        return self.say(taken) if taken is not None else step.shown

    def _rounded(self, step: Trace) -> str:
        parts = [self.say(child) for child in step.children if child.role == "numerator"]
        under = [child for child in step.children if child.role == "denominator" and _exact(child) != 1]
        return " ÷ ".join([*parts, *(self._inside(child) for child in under)])

    def _product(self, step: Trace) -> str:
        factors = [child for child in step.children if _exact(child) != 1]
        # Rounding to a unit counts units and makes money of them again: the unit stands above and below.
        rounded = next((child for child in factors if child.op == "round"), None)
        if rounded is not None:
            under = {child.name for child in rounded.children if child.role == "denominator" and child.name}
            if any(child.name in under for child in factors):
                above = [child for child in rounded.children if child.role == "numerator"]
                factors = [child for child in factors if child is not rounded and child.name not in under] + above
        return " × ".join(self._inside(child) for child in factors) or step.shown

    def _sum(self, step: Trace) -> str:
        said = ""
        for child in step.children:
            if _exact(child) == 0:
                continue
            minus = child.role == "subtracted"
            said += (" − " if minus else " + ") if said else ("−" if minus else "")
            said += self.say(child)
        return said or step.shown

    def _chosen(self, step: Trace) -> str:
        return self.say(next((child for child in step.children if _exact(child) == _exact(step)), step.children[0]))

    def _call(self, step: Trace) -> str:
        facts = {fact.label: fact for fact in step.facts}
        if not step.children or "rate" not in facts:
            return step.shown
        said = f"{self._inside(step.children[0])} × {percent(Fraction(facts['rate'].shown), 1)}"
        quick = facts["deduction"].shown if "deduction" in facts else "0"
        return said if quick.strip("0.") == "" else f"{said} − {quick}"

    def _inside(self, step: Trace) -> str:
        """A part of a product: a sum of several stands in brackets."""
        said = self.say(step)
        several = " + " in said or " − " in said or (step.op == "literal" and " × " in said)
        return f"({said})" if several else said

    def _leaf(self, step: Trace) -> str:
        unit = self.units.get(step.name, "")
        if unit == "rate":
            return percent(step.value, step.scale)
        title = self.titles.get(step.name, {}).get(self.locale, step.name)
        shown = step.shown
        if unit == "minutes":
            shown = _("{count} min", count=step.shown).render(self.locale)
        elif unit == "days":
            shown = _("{count} day", "{count} days", count=step.shown).render(self.locale)
        return f"{title} {shown}"


def _exact(step: Trace) -> Fraction:
    return Fraction(step.value, step.scale)


def _signs(step: Trace) -> str:
    written = step.text.replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")
    return written if step.op == "literal" and len(written) < 20 else step.shown


def percent(rate: int | Fraction, scale: int = 1_000_000) -> str:
    """A rate as it stands in a notice: 8%, 0.5%."""
    hundredths = Fraction(rate) / scale * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    return f"{float(hundredths):.4f}".rstrip("0").rstrip(".") + "%"
