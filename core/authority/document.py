"""The text form of a list: YAML that people can read, check and keep, parsed strictly into drafts.

Every scalar is read as a string and typed here, so that YAML's own readings (``on`` as true, ``12:30`` as 750) never
happen; duplicate keys are refused. What is wrong is said with its place in the document.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from core.authority.models import SCOPES
from core.base.errors import DomainError, InputErrors, Problem
from core.base.money import parse_money
from core.base.text import LOCALES, catalogue
from core.db.types import Translation

_ = catalogue("authority")

CAP_PERIODS = ("day", "week", "month", "quarter", "year")
COMPARISONS = ("at_least", "at_most")
KPI_UNITS = {"%": "percent"}


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """A duty as written; ``position`` is a code or None for the unit's own."""

    code: str
    position: str | None
    text: Translation
    raci: str = "R"
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An authority entry as written; ``position`` None speaks of everybody."""

    code: str
    position: str | None
    action: str
    title: Translation
    scope: str
    scope_unit: str | None = None
    effect: str = "grant"
    limit_minor: int | None = None
    currency: str | None = None
    cap_minor: int | None = None
    cap_period: str | None = None
    conditions: Mapping[str, str] | None = None
    power: str = "decide"
    duty: str | None = None
    basis: str | None = None
    delegable: bool = False
    by_acting: bool = True


@dataclass(frozen=True, slots=True)
class KpiDraft:
    """A KPI target as written; ``target`` is in millionths of its unit."""

    code: str
    position: str
    title: Translation
    metric: str
    target: int
    comparison: str = "at_least"
    unit: str = "count"
    period: str = "month"
    weight: int | None = None
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class BoundaryDraft:
    """A boundary between units as written, by unit codes."""

    code: str
    matter: str
    lead: str
    support: tuple[str, ...]
    text: Translation


@dataclass(frozen=True, slots=True)
class ListDraft:
    """One version of a unit's list, ready to be published. ``unit`` None is the installation's own list."""

    unit: str | None
    version: int
    effective_from: date
    duties: tuple[DutyDraft, ...] = ()
    entries: tuple[EntryDraft, ...] = ()
    kpis: tuple[KpiDraft, ...] = ()
    boundaries: tuple[BoundaryDraft, ...] = ()
    basis: str | None = None
    source: str = field(default="", compare=False)


class _StringLoader(yaml.SafeLoader):
    """Scalars stay strings and a key may stand only once."""


def _mapping(loader: _StringLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_StringLoader.yaml_implicit_resolvers = {}
_StringLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str, *, source: str = "") -> ListDraft:
    """Read one list. Raises ``InputErrors`` with every problem and its place."""
    try:
        data = yaml.load(text, Loader=_StringLoader)  # noqa: S506 -- a SafeLoader subclass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        detail = str(getattr(error, "problem", error))
        raise InputErrors(
            _("The file is not a readable list."), [Problem(_("YAML: {detail}.", detail=detail), row)], "list.syntax"
        ) from error
    if not isinstance(data, dict):
        raise InputErrors(_("The file is not a readable list."), [Problem(_("It holds no keys."))], "list.syntax")
    return _Reader(source).read(data)


class _Reader:
    """Collects problems while it types the document, so that all are reported at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def read(self, data: Mapping[str, Any]) -> ListDraft:
        for key in set(data) - {
            "list", "version", "effective_from", "basis", "unit", "positions", "everybody", "boundaries",
        }:
            self._problem(key, _("This key is not known here."))
        duties, entries, kpis = list(self._duties(None, data.get("unit", {}))), [], []
        entries.extend(self._entries(None, data.get("everybody", {})))
        for code, position in dict(data.get("positions", {})).items():
            duties.extend(self._duties(code, position))
            entries.extend(self._entries(code, position))
            kpis.extend(self._kpis(code, position))
        draft = ListDraft(
            unit=data.get("list") if data.get("list") != "-" else None,
            version=self._integer("version", data.get("version")),
            effective_from=self._day("effective_from", data.get("effective_from")),
            duties=tuple(duties), entries=tuple(entries), kpis=tuple(kpis),
            boundaries=tuple(self._boundaries(data.get("boundaries", {}))),
            basis=data.get("basis"), source=self.source,
        )
        if self.problems:
            raise InputErrors(
                _("The list has {count} problems; nothing was published.", count=len(self.problems)),
                self.problems, "list.errors",
            )
        return draft

    def _problem(self, place: str, message: Any, value: Any = None) -> None:
        self.problems.append(Problem(message, column=place, value=None if value is None else str(value)))

    def _duties(self, position: str | None, data: Mapping[str, Any]) -> list[DutyDraft]:
        found = []
        for code, row in dict(data.get("duties", {})).items():
            place = f"{position or 'unit'}.{code}"
            raci = row.get("raci", "R")
            if raci not in ("R", "A", "C", "I"):
                self._problem(place, _("raci is one of R, A, C and I."), raci)
            found.append(DutyDraft(code, position, self._text(place, row.get("text")), raci, row.get("matter")))
        return found

    def _entries(self, position: str | None, data: Mapping[str, Any]) -> list[EntryDraft]:
        return [
            self._entry(position, code, row) for code, row in dict(data.get("authority", {})).items()
        ]

    def _entry(self, position: str | None, code: str, row: Mapping[str, Any]) -> EntryDraft:
        place = f"{position or 'everybody'}.{code}"
        action = row.get("can") or row.get("cannot") or ""
        if not re.fullmatch(r"[a-z_*]+\.[a-z_*]+:[a-z_]+", action):
            self._problem(place, _("An action is written module.noun:verb."), action)
        scope, unit = self._scope(place, row.get("in", "unit"))
        limit, currency = self._amount(place, row.get("up_to"))
        cap, cap_period = None, None
        if row.get("cap"):
            amount, _slash, cap_period = str(row["cap"]).partition("/")
            cap, _currency = self._amount(place, amount)
            if cap_period not in CAP_PERIODS:
                self._problem(place, _("A cap names its period, as in 60000.00 CNY/month."), row["cap"])
        return EntryDraft(
            code, position, action, self._text(place, row.get("title")), scope, unit,
            effect="prohibit" if "cannot" in row else "grant",
            limit_minor=limit, currency=currency, cap_minor=cap, cap_period=cap_period or None,
            conditions=row.get("when"), power=row.get("power", "decide"), duty=row.get("duty"),
            basis=row.get("basis"), delegable=bool(row.get("delegable")), by_acting=row.get("by_acting") != "false",
        )

    def _scope(self, place: str, value: str) -> tuple[str, str | None]:
        match = re.fullmatch(r"([a-z]+)(?:\(([^)]+)\))?", value)
        if not match or match[1] not in SCOPES:
            self._problem(place, _("A scope is one of {scopes}, with a unit in brackets.", scopes=", ".join(SCOPES)),
                          value)
            return "unit", None
        return match[1], match[2]

    def _amount(self, place: str, value: str | None) -> tuple[int | None, str | None]:
        if value is None:
            return None, None
        amount, _space, currency = value.strip().rpartition(" ")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self._problem(place, _("An amount names its currency, as in 10000.00 CNY."), value)
            return None, None
        try:
            return parse_money(amount, currency), currency
        except DomainError as error:
            self._problem(place, error.message, value)
            return None, None

    def _kpis(self, position: str, data: Mapping[str, Any]) -> list[KpiDraft]:
        found = []
        for code, row in dict(data.get("assessment", {})).items():
            place = f"{position}.{code}"
            comparison = next((word for word in COMPARISONS if word in row), "at_least")
            value = str(row.get(comparison, ""))
            match = re.fullmatch(r"(\d+)(?:\.(\d{1,6}))?(%?)", value)
            if not match:
                self._problem(place, _("A target is a number or a percentage."), value)
                continue
            target = int(match[1]) * 10**6 + int((match[2] or "").ljust(6, "0") or "0")
            found.append(
                KpiDraft(
                    code, position, self._text(place, row.get("title")), row.get("metric", ""),
                    target // (100 if match[3] else 1), comparison,
                    "percent" if match[3] else row.get("unit", "count"), row.get("per", "month"),
                    int(row["weight"]) if row.get("weight") else None, row.get("duty"),
                )
            )
        return found

    def _boundaries(self, data: Mapping[str, Any]) -> list[BoundaryDraft]:
        return [
            BoundaryDraft(
                code, row.get("matter", ""), row.get("lead", ""), tuple(row.get("support", ())),
                self._text(code, row.get("text")),
            )
            for code, row in dict(data).items()
        ]

    def _text(self, place: str, value: Any) -> Translation:
        if isinstance(value, str) and value:
            return Translation(zh_CN=value)
        if isinstance(value, dict) and value:
            for key in set(value) - {"zh", *LOCALES}:
                self._problem(place, _("{key} is no language; put a text with commas in quotes.", key=key))
            return Translation({"zh_CN" if key == "zh" else key: text for key, text in value.items()})
        self._problem(place, _("The text is missing."))
        return Translation()

    def _integer(self, place: str, value: Any) -> int:
        if not str(value or "").isdigit():
            self._problem(place, _("This is a whole number."), value)
            return 0
        return int(value)

    def _day(self, place: str, value: Any) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self._problem(place, _("A date is written 2026-10-01."), value)
            return date(1900, 1, 1)
