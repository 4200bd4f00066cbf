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


def shown_value(line: Explained) -> str:
    """The amount as it stands on a slip: deductions with a minus."""
    if line.type != "money":
        return line.shown
    if line.kind == "deduction":
        return f"{_MINUS if line.value > 0 else ''}{format_money(abs(line.value))}"
    return format_money(line.value)


def explained(lines: Iterable[Explained], *, masked: bool = False, zeros: bool = False) -> list[dict[str, Any]]:
    """Lines with what they were worked out from; masked ones hold no figure at all. Lines of zero are left out."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if not line.value and not zeros:
            continue
        if masked:
            found.append({"label": str(line.title), "value": MASK})
            continue
        told: dict[str, Any] = {
            "label": str(line.title), "value": shown_value(line), "source": line.source, "children": _children(line),
            "formula": line.words.get(current_locale()) or line.formula,
        }
        if line.formula != line.figures and not line.formula.endswith("_due"):
            told["note"] = line.figures
        if not line.agrees:
            told["warn"] = str(_("Computed again this line is another amount."))
        found.append(told)
    return found


def _children(line: Explained) -> list[dict[str, Any]]:
    found = [_basis(one) for one in line.basis]
    for part in line.slices:
        found.append({
            "label": str(_("Days {first} to {last}", first=part.first, last=part.last)),
            "value": format_money(part.share),
            "note": str(_("of {amount} a month", amount=format_money(part.amount))),
        })  # fmt: skip
    return found


def _basis(one: Basis) -> dict[str, Any]:
    told: dict[str, Any] = {"label": str(one.title), "value": one.shown}
    if one.facts:
        told["note"] = str(_("Row {row}, rate {rate}, quick deduction {deduction}", **_facts(one)))
    if one.source:
        since = str(_("in force from {day}", day=one.valid_from))
        carried = str(_("carried on until a new notice")) if one.carried else ""
        told["note"] = " · ".join(part for part in (one.source, since, one.place, carried) if part)
    return told


def _facts(one: Basis) -> dict[str, str]:
    told = dict(one.facts)
    return {name: told.get(name, "–") for name in ("row", "rate", "deduction")}


def parts(lines: Sequence[Explained]) -> dict[str, list[Explained]]:
    """The lines of a slip by part, in the order people expect."""
    return {kind: [line for line in lines if line.kind == kind] for kind in ("earning", "deduction", "employer")}
