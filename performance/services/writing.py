"""Schemes and agreements as people write them in a form, a line each, and back again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import KpiVersion, RewardGate, SchemeItem
from performance.rules.scoring import LARGEST_FIGURE
from performance.services.agreements import Terms
from performance.services.figures import by_code, shown, versions_on, written
from performance.text import _
from remit.base import DomainError
from remit.models import Unit

_PLACES = {"money": 2, "rate": 6, "days": 2, "minutes": 0, "count": 0}
_GATE = re.compile(r"(\w+)\s*(>=|>|<=|<|≥|≤)\s*([-−]?[\d,，.]+[%％]?)\s*(absolute|绝对值)?")


def number(text: str, unit: str, field: str) -> int:
    """A number as people and databases write it, in the integers of a unit: ``1,830,000.00``, ``18%``, ``1.5``, ``.5``.

    Raises ``DomainError`` with the field for what is no number, has too many decimals or is too large.
    """
    told = text.strip().replace(",", "").replace("，", "").replace("−", "-")
    places = _PLACES[unit]
    if unit == "rate" and told.endswith(("%", "％")):
        told, places = told[:-1], 4
    told = re.sub(r"^(-?)\.(?=\d)", r"\g<1>0.", told)
    if not re.fullmatch(r"-?\d+(\.\d+)?", told):
        raise DomainError("performance.number", _("{text} is no number for this figure.", text=text), field)
    whole, _dot, rest = told.partition(".")
    if len(rest.rstrip("0")) > places:
        raise DomainError("performance.decimals", _(
            "{text} has more decimals than this figure is kept with.", text=text), field)  # fmt: skip
    value = int(whole + rest[:places].ljust(places, "0"))
    if abs(value) > LARGEST_FIGURE:
        raise DomainError("performance.value", _("This number is too large."), field)
    return value


class Known:
    """Figures and units by the codes that people write."""

    def __init__(self, session: Session, day: Any) -> None:
        self.kpis = {code: row.id for code, row in by_code(session).items()}
        self.codes = {number: code for code, number in self.kpis.items()}
        self.versions: dict[int, KpiVersion] = versions_on(session, day)
        rows = session.execute(select(Unit.id, Unit.code)).all()
        self.units = {code: number for number, code in rows}
        self.unit_codes = {number: code for number, code in rows}

    def kpi(self, code: str, field: str) -> int:
        """A figure that is defined that day. Raises ``DomainError`` with the field."""
        if self.kpis.get(code) not in self.versions:
            raise DomainError("performance.no_kpi", _("There is no figure {code} on the first day.", code=code), field)
        return self.kpis[code]

    def unit(self, code: str, field: str) -> int:
        """A unit. Raises ``DomainError`` with the field."""
        if code not in self.units:
            raise DomainError("performance.no_unit", _("There is no unit with the code {code}.", code=code), field)
        return self.units[code]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def items(text: str, known: Known) -> list[dict[str, Any]]:
    """Figures of a scheme: ``leads 30% 100``, code, weight, target or nothing, ``@SAL`` for another unit's figure."""
    found = []
    for line in _lines(text):
        code, *rest = line.split()
        of = [one[1:] for one in rest if one.startswith("@")]
        told = [one for one in rest if not one.startswith("@")]
        if not told or len(told) > 2 or len(of) > 1:
            raise DomainError("performance.line", _(
                "Write a code, a weight and, where it differs, a target, as in “leads 30% 100”; this is {line}.",
                line=line), "items")  # fmt: skip
        kpi = known.kpi(code, "items")
        found.append({
            "kpi_id": kpi, "weight": number(told[0], "rate", "items"),
            "target": number(told[1], known.versions[kpi].unit, "items") if len(told) == 2 else None,
            "of_unit_id": known.unit(of[0], "items") if of else None,
        })  # fmt: skip
    return found


def items_text(rows: list[SchemeItem], known: Known) -> str:
    """Figures of a scheme as they are written."""
    return "\n".join(
        " ".join(filter(None, (
            known.codes[one.kpi_id], f"{shown(one.weight)}%",
            written(known.versions[one.kpi_id].unit)(one.target) if one.target is not None else "",
            f"@{known.unit_codes[one.of_unit_id]}" if one.of_unit_id else "",
        ))) for one in rows if one.kpi_id in known.versions
    )  # fmt: skip


def measures(text: str, known: Known) -> list[dict[str, Any]]:
    """Measures of an agreement: ``sales = SALES @SAL 1,500,000``, name, figure, unit or none, target or none."""
    found = []
    for line in _lines(text):
        name, equals, rest = line.partition("=")
        parts = rest.split()
        if not equals or not parts:
            raise DomainError("performance.line", _(
                "Write a name, = and the code of a figure, as in “sales = REVENUE @SAL 1,500,000”; this is {line}.",
                line=line), "measures")  # fmt: skip
        kpi = known.kpi(parts[0], "measures")
        of = [one[1:] for one in parts[1:] if one.startswith("@")]
        told = [one for one in parts[1:] if not one.startswith("@")]
        found.append({
            "name": name.strip(), "kpi_id": kpi, "unit_id": known.unit(of[0], "measures") if of else None,
            "target": number(told[0], known.versions[kpi].unit, "measures") if told else None,
        })  # fmt: skip
    return found


def gates(text: str, named: list[dict[str, Any]], known: Known) -> list[dict[str, Any]]:
    """Gates: ``conversion >= 80%`` of the target, ``sales > 2,000,000`` or ``conversion >= 16% absolute`` itself."""
    units = {one["name"]: known.versions[one["kpi_id"]].unit for one in named}
    found = []
    for line in _lines(text):
        told = _GATE.fullmatch(line)
        if told is None or told[1] not in units:
            raise DomainError("performance.line", _(
                "Write a measure, a comparison and a threshold, as in “sales > 120%”; this is {line}.", line=line),
                "gates")  # fmt: skip
        attained = told[3].endswith(("%", "％")) and not told[4]
        found.append({
            "name": told[1], "measure": "attainment" if attained else "absolute",
            "threshold": number(told[3], "rate" if attained else units[told[1]], "gates"),
            "inclusive": told[2] in (">=", "<=", "≥", "≤"), "at_most": told[2] in ("<=", "<", "≤"),
        })  # fmt: skip
    return found


def parties(text: str, known: Known) -> list[dict[str, Any]]:
    """Parties: ``MKT: 0.4``, the code of a unit and its share; ``MKT by time: 0.4`` divides by working time."""
    found = []
    for line in _lines(text):
        who, colon, share = line.replace("：", ":").partition(":")
        parts = who.split()
        if not colon or not parts or not share.strip():
            raise DomainError("performance.line", _(
                "Write the code of a unit, a colon and its share, as in “MKT: 0.4”; this is {line}.", line=line),
                "parties")  # fmt: skip
        found.append({
            "unit_id": known.unit(parts[0], "parties"), "share": share.strip(),
            "per": "time" if len(parts) > 1 else "head",
        })  # fmt: skip
    return found


def agreement_text(terms: Terms, known: Known) -> Mapping[str, str]:
    """Measures, gates and parties as they are written."""
    unit_of = {one.name: known.versions[one.kpi_id].unit for one in terms.measures if one.kpi_id in known.versions}
    return {
        "measures": "\n".join(" ".join(filter(None, (
            f"{one.name} = {known.codes[one.kpi_id]}", f"@{known.unit_codes[one.unit_id]}" if one.unit_id else "",
            written(unit_of[one.name])(one.target) if one.target is not None else "",
        ))) for one in terms.measures if one.name in unit_of),
        "gates": "\n".join(_gate_text(one, unit_of[one.name]) for one in terms.gates if one.name in unit_of),
        "parties": "\n".join(
            f"{known.unit_codes[one.unit_id]}{' by time' if one.per == 'time' else ''}: {one.share}"
            for one in terms.parties
        ),
    }  # fmt: skip


def _gate_text(gate: RewardGate, unit: str) -> str:
    sign = ("<" if gate.at_most else ">") + ("=" if gate.inclusive else "")
    if gate.measure == "attainment":
        return f"{gate.name} {sign} {shown(gate.threshold)}%"
    return f"{gate.name} {sign} {written(unit)(gate.threshold)}{' absolute' if unit == 'rate' else ''}"
