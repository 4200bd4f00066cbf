"""Explained lines in the shape that the macro ``ui.explain`` draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from payroll.services.explain import Basis, Explained
from payroll.text import _
from remit.base import format_money
from remit.text import current_locale

MASK = "••••••"
_MINUS = "−"
#: What formulas answer where a form has a box to tick.
_WORDS = {"true": _("Yes"), "false": _("No")}


def rise(now: int, then: int) -> str:
    """How much more or less an amount is than another, as people read it: +2.4%."""
    return percent((now - then) * 1_000_000 // then)


def percent(millionths: int | None) -> str:
    """A change as people read it: +2.4%."""
    if millionths is None:
        return "–"
    tenths = (abs(millionths) + 500) // 1000
    sign = "+" if millionths > 0 else _MINUS if millionths < 0 else ""
    return f"{sign if tenths else ''}{tenths // 10}.{tenths % 10}%"


def shown_value(line: Explained) -> str:
    """The amount as it stands on a slip: deductions with a minus."""
    if line.type != "money":
        return line.shown
    if line.kind == "deduction":
        return f"{_MINUS if line.value > 0 else ''}{format_money(abs(line.value))}"
    return format_money(line.value)


def explained(lines: Iterable[Explained], *, masked: bool = False, zeros: bool = False) -> list[dict[str, Any]]:
    """Lines with what they were worked out from. Lines of zero are left out; masked ones (``explain.outline``) are all
    there and hold no figure beside those of laws and notices.
    """
    found: list[dict[str, Any]] = []
    for line in lines:
        if not line.value and not zeros and not masked:
            continue
        formula = line.words.get(current_locale()) or line.formula
        if masked:
            found.append({
                "label": str(line.title), "value": MASK, "source": line.source, "formula": formula,
                "children": [_basis(one, masked=True) for one in line.basis],
            })  # fmt: skip
            continue
        told: dict[str, Any] = {
            "label": str(line.title), "value": shown_value(line), "source": line.source, "children": _children(line),
            "formula": formula, "short": short_of(line),
        }
        figures = line.figures.get(current_locale(), "")
        if figures != formula and not line.formula.endswith("_due"):
            told["note"] = f"= {figures}"
        if not line.agrees:
            told["warn"] = str(_("Computed again this line is another amount."))
        found.append(told)
    return found


def short_of(line: Explained) -> str:
    """The calculation in a few words; of an agreed amount, for which days it was paid."""
    whole = len(line.slices) == 1 and line.slices[0].share == line.slices[0].amount
    if whole or (not line.slices and line.formula == f"{line.code}_due"):
        return str(_("Agreed for the whole month"))
    if not line.slices:
        return line.short.get(current_locale(), "")
    told = [
        _("Days {first} to {last}: {share} of {amount}", first=one.first, last=one.last,
          share=format_money(one.share), amount=format_money(one.amount))
        for one in line.slices
    ]  # fmt: skip
    return ("；" if current_locale() == "zh_CN" else "; ").join(map(str, told))


def _children(line: Explained) -> list[dict[str, Any]]:
    found = [_basis(one) for one in line.basis]
    for part in line.slices:
        found.append({
            "label": str(_("Days {first} to {last}", first=part.first, last=part.last)),
            "value": format_money(part.share),
            "note": str(_("of {amount} a month", amount=format_money(part.amount))),
        })  # fmt: skip
    return found


def _basis(one: Basis, *, masked: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {"label": str(one.title), "value": value_of(one) or (MASK if masked else "")}
    if one.pages:
        told["links"] = [(page.title, page.endpoint, page.values) for page in one.pages]
    if one.facts:
        told["note"] = tax_row(one)
    if one.source:
        since = str(_("in force from {day}", day=one.valid_from))
        carried = str(_("carried on until a new notice")) if one.carried else ""
        told["note"] = " · ".join(part for part in (one.source, since, one.place, carried) if part)
    return told


def value_of(one: Basis) -> str:
    """What a line was worked out from, with the unit people count it in."""
    if one.shown in _WORDS:
        return str(_WORDS[one.shown])
    if one.unit == "minutes":
        return str(_("{count} min", count=one.shown))
    return str(_("{count} day", "{count} days", count=one.shown)) if one.unit == "days" else one.shown


def tax_row(one: Basis) -> str:
    """The row of a tax table that applied."""
    told = dict(one.facts)
    found = {name: told.get(name, "–") for name in ("row", "rate", "deduction")}
    return str(_("Row {row}, rate {rate}, quick deduction {deduction}", **found))


def parts(lines: Sequence[Explained]) -> dict[str, list[Explained]]:
    """The lines of a slip by part, in the order people expect."""
    return {kind: [line for line in lines if line.kind == kind] for kind in ("earning", "deduction", "employer")}
