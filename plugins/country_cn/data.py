"""Reads the dated numbers of ``data/*.yaml`` and types every scalar, refusing what it does not understand.

YAML's own guesses are off (``BaseLoader``): every scalar arrives as the text that stands in the file and is
turned into fen, 10^-6 or a date here, exactly, so neither a float nor ``no`` read as false can slip into a
rule. An unknown or missing key, a wrong form or a half-written row is a ``DataError`` that names the file
and the place in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, cast

import yaml

from remit.base import FOREVER, Month
from remit.contracts import Band, Basis, CalendarYear, Confidence, Names, Parameter, Place

SCALES = {"money": 100, "rate": 1_000_000, "days": 100, "minutes": 1, "count": 1}
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_ROW_KEYS = {"code", "place", "unit", "value", "rows", "from", "to", "known", "source", "confidence", "title", "note"}


class DataError(ValueError):
    """A data file says something this version does not understand."""


class Node:
    """One place in a data file: the raw value and the path to it, with readers that type it strictly."""

    def __init__(self, raw: Any, path: str) -> None:
        self.raw = raw
        self.path = path

    def fail(self, wanted: str) -> DataError:
        """The refusal for this place."""
        return DataError(f"{self.path}: {wanted} expected, found {self.raw!r}")

    def only(self, allowed: set[str]) -> Node:
        """Refuse keys nobody reads: a misspelt key must not be a silently lost rule."""
        unknown = set(self.mapping()) - allowed
        if unknown:
            raise DataError(f"{self.path}: unknown keys {', '.join(sorted(unknown))}")
        return self

    def mapping(self) -> Mapping[str, Any]:
        """The value as a mapping."""
        if not isinstance(self.raw, dict):
            raise self.fail("a mapping")
        return cast("Mapping[str, Any]", self.raw)

    def __getitem__(self, key: str) -> Node:
        mapping = self.mapping()
        if key not in mapping:
            raise DataError(f"{self.path}: {key} is missing")
        return Node(mapping[key], f"{self.path}.{key}")

    def get(self, key: str) -> Node | None:
        """The value under an optional key; ``null`` and absence are the same."""
        return self[key] if self.mapping().get(key, "null") != "null" else None

    def items(self) -> list[Node]:
        """The value as a list of places."""
        if not isinstance(self.raw, list):
            raise self.fail("a list")
        return [Node(raw, f"{self.path}[{index}]") for index, raw in enumerate(self.raw)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.raw, str) or not self.raw.strip():
            raise self.fail("a text")
        return self.raw

    def flag(self) -> bool:
        """``true`` or ``false``, written out."""
        if self.raw not in ("true", "false"):
            raise self.fail("true or false")
        return bool(self.raw == "true")

    def number(self, unit: str) -> int:
        """A decimal as an integer of the unit's scale (money in fen, rates in 10^-6); more digits are
        refused.
        """
        scale = SCALES.get(unit)
        if scale is None:
            raise DataError(f"{self.path}: unknown unit {unit}")
        match = _NUMBER.fullmatch(self.raw) if isinstance(self.raw, str) else None
        if match is None:
            raise self.fail("a number")
        fraction = (match[2] or "").rstrip("0")
        step: int = 10 ** len(fraction)
        if step > scale:
            raise self.fail(f"at most {len(str(scale)) - 1} decimals")
        return int(match[1]) * scale + int(fraction or 0) * (scale // step)

    def day(self) -> date:
        """A day, 2026-11-23."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.fail("a day such as 2026-11-23") from None

    def start(self) -> date:
        """The first day of a day or month."""
        return Month.parse(self.text()).start if len(self.text()) == 7 else self.day()

    def end(self) -> date:
        """The day after the last day or month, so that the row is half-open."""
        return Month.parse(self.text()).next().start if len(self.text()) == 7 else self.day() + timedelta(days=1)

    def confidence(self) -> Confidence:
        """high, medium or low."""
        if self.raw not in ("high", "medium", "low"):
            raise self.fail("high, medium or low")
        return cast("Confidence", self.raw)

    def names(self) -> Names:
        """A title in both languages."""
        self.only({"zh_CN", "en"})
        return {"zh_CN": self["zh_CN"].text(), "en": self["en"].text()}


@lru_cache(maxsize=16)
def read(name: str) -> Node:
    """A data file of this package as a tree of untyped text."""
    content = resources.files(__package__).joinpath("data", name).read_bytes()
    return Node(yaml.load(content, Loader=yaml.BaseLoader), name)  # noqa: S506  BaseLoader builds text only


def bands(rows: Node) -> tuple[Band, ...]:
    """A progressive table. Refuses bands that do not rise or whose quick deduction leaves a step in the
    tax.
    """
    found: list[Band] = []
    for row in rows.items():
        row.only({"up_to", "rate", "quick"})
        top = row.get("up_to")
        limit = top.number("money") if top else None
        band = Band(limit, row["rate"].number("rate"), row["quick"].number("money"))
        if found:
            below = found[-1]
            if below.up_to is None or (band.up_to is not None and band.up_to <= below.up_to):
                raise row.fail("a band above the one before")
            if below.up_to * (band.rate - below.rate) != (band.quick - below.quick) * SCALES["rate"]:
                raise row.fail("a quick deduction that continues the band before")
        found.append(band)
    if not found or found[-1].up_to is not None:
        raise rows.fail("a table whose last band is open")
    return tuple(found)


def parameter(node: Node, *, place: str = "CN", basis: Basis = "work") -> Parameter:
    """One dated row as it stands in the file."""
    node.only(_ROW_KEYS)
    unit = node["unit"].text() if node.get("unit") else "money"
    ends, known, note, where = node.get("to"), node.get("known"), node.get("note"), node.get("place")
    has_rows = node.get("rows") is not None
    return Parameter(
        code=node["code"].text(),
        place=where.text() if where else place,
        valid_from=node["from"].start(),
        valid_to=ends.end() if ends else FOREVER,
        unit=unit,
        value=None if has_rows else node["value"].number(unit),
        rows=bands(node["rows"]) if has_rows else (),
        known_from=known.day() if known else None,
        basis=basis,
        source=node["source"].text(),
        confidence=node["confidence"].confidence(),
        title=node["title"].names(),
        note=note.text() if note else "",
    )


SCHEMES: Mapping[str, Names] = {
    "pension": {"zh_CN": "养老保险", "en": "Pension"},
    "medical": {"zh_CN": "医疗保险", "en": "Medical"},
    "unemployment": {"zh_CN": "失业保险", "en": "Unemployment"},
    "injury": {"zh_CN": "工伤保险", "en": "Work injury"},
    "hf": {"zh_CN": "住房公积金", "en": "Housing fund"},
}


def _row(node: Node, place: str, code: str, unit: str, key: str, zh: str, en: str) -> Parameter:
    """One dated row of a base or a rate, which several codes share."""
    known, ends, note = node.get("known"), node.get("to"), node.get("note")
    return Parameter(
        code=code,
        place=place,
        valid_from=node["from"].start(),
        valid_to=ends.end() if ends else FOREVER,
        unit=unit,
        value=node[key].number(unit),
        known_from=known.day() if known else None,
        source=node["source"].text(),
        confidence=node["confidence"].confidence(),
        title={"zh_CN": zh, "en": en},
        note=note.text() if note else "",
    )


def _prefix(scheme: str) -> str:
    return "hf" if scheme == "hf" else f"si_{scheme}"


def _place_parameters(node: Node) -> list[Parameter]:
    node.only({"place", "title", "aliases", "bases", "rates", "values"})
    place = node["place"].text()
    found: list[Parameter] = []
    for base in node["bases"].items():
        base.only({"schemes", "from", "to", "floor", "cap", "known", "confidence", "source", "note"})
        for item in base["schemes"].items():
            scheme = item.text()
            if scheme not in SCHEMES:
                raise item.fail("a known scheme")
            zh, en = SCHEMES[scheme]["zh_CN"], SCHEMES[scheme]["en"]
            floor, cap = f"{_prefix(scheme)}_floor", f"{_prefix(scheme)}_cap"
            found.append(_row(base, place, floor, "money", "floor", f"{zh}缴费基数下限", f"{en} base, lowest"))
            found.append(_row(base, place, cap, "money", "cap", f"{zh}缴费基数上限", f"{en} base, highest"))
    for rate in node["rates"].items():
        rate.only({"scheme", "from", "to", "er", "ee", "ee_fixed", "known", "confidence", "source", "note"})
        scheme = rate["scheme"].text()
        zh, en = SCHEMES[scheme]["zh_CN"], SCHEMES[scheme]["en"]
        prefix = _prefix(scheme)
        for side, payer_zh, payer_en in (("er", "单位", "employer"), ("ee", "个人", "employee")):
            code = f"{prefix}_rate_{side}"
            found.append(_row(rate, place, code, "rate", side, f"{zh}{payer_zh}费率", f"{en} rate, {payer_en}"))
        if rate.get("ee_fixed"):
            code = f"{prefix}_fixed_ee"
            found.append(_row(rate, place, code, "money", "ee_fixed", f"{zh}个人定额", f"{en}, fixed, employee"))
    found.extend(parameter(value, place=place) for value in node["values"].items())
    return found


def parameters() -> tuple[Parameter, ...]:
    """Every dated number and table of this pack; refuses two rows of one code that overlap."""
    tax, national, insurance = read("iit.yaml"), read("national.yaml"), read("social_insurance.yaml")
    found = [parameter(node, basis="payment") for node in tax["tables"].items() + tax["values"].items()]
    found += [parameter(node) for node in national["values"].items()]
    found += [parameter(node) for node in insurance["national"]["values"].items()]
    for place in insurance["places"].items():
        found += _place_parameters(place)
    _refuse_overlaps(found)
    return tuple(found)


def _refuse_overlaps(rows: Sequence[Parameter]) -> None:
    ordered = sorted(rows, key=lambda row: (row.code, row.place, row.valid_from))
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        same = (earlier.code, earlier.place) == (later.code, later.place)
        if same and later.valid_from < earlier.valid_to:
            raise DataError(f"{later.code} of {later.place}: rows overlap from {later.valid_from}")


def places() -> tuple[Place, ...]:
    """The places with rules of their own."""
    return tuple(
        Place(node["place"].text(), node["title"].names(), tuple(name.text() for name in node["aliases"].items()))
        for node in read("social_insurance.yaml")["places"].items()
    )


def calendar_year(node: Node) -> CalendarYear:
    """The notice of one year."""
    node.only({"year", "complete", "source", "confidence", "off", "make_up"})
    return CalendarYear(
        year=node["year"].number("count"),
        source=node["source"].text(),
        confidence=node["confidence"].confidence(),
        complete=node["complete"].flag(),
    )
