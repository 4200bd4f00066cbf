"""The text form of a list: YAML that people can read, check and keep, parsed strictly into drafts.

Every scalar is read as a string and typed here, so that YAML's own readings (``on`` as true, ``12:30`` as 750) never
happen; duplicate keys are refused. What is wrong is said with its place in the document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
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
RACI = ("R", "A", "C", "I")
POWERS = ("decide", "propose", "cosign", "review", "do", "read")
ACTION = re.compile(r"[a-z_]+\.(?:[a-z_]+|\*):[a-z_]+|\*\.[a-z_]+:[a-z_]+")

#: What each kind of row may say; a word that is misspelt must not silently widen an entry.
KEYS: Mapping[str, tuple[str, ...]] = {
    "list": ("list", "version", "effective_from", "basis", "unit", "positions", "everybody", "boundaries"),
    "duties": ("text", "raci", "matter"),
    "authority": (
        "can", "cannot", "title", "in", "up_to", "cap", "when", "power", "duty", "basis", "delegable", "by_acting",
    ),
    "assessment": ("title", "metric", *COMPARISONS, "unit", "per", "weight", "duty"),
    "boundaries": ("matter", "lead", "support", "text"),
}


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
    """An authority entry as written; ``position`` None speaks of everybody, no ``power`` means that of its action."""

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
    power: str = ""
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
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, "a key is one word", key_node.start_mark)
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
        detail = str(getattr(error, "problem", None) or error)
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
        self._known("", data, KEYS["list"])
        unit, everybody = self._block("unit", data, ("duties",)), self._block("everybody", data, ("authority",))
        duties, entries, kpis = self._duties(None, unit), self._entries(None, everybody), list[KpiDraft]()
        for code in self._mapping("positions", data.get("positions")):
            position = self._block(code, data["positions"], ("duties", "authority", "assessment"))
            duties += self._duties(code, position)
            entries += self._entries(code, position)
            kpis += self._kpis(code, position)
        named = self._word("list", data.get("list"), required=True)
        draft = ListDraft(
            unit=named if named != "-" else None,
            version=self._integer("version", data.get("version")),
            effective_from=self._day("effective_from", data.get("effective_from")),
            duties=tuple(duties), entries=tuple(entries), kpis=tuple(kpis),
            boundaries=tuple(self._boundaries(data.get("boundaries"))),
            basis=self._word("basis", data.get("basis"), length=400), source=self.source,
        )
        if self.problems:
            raise InputErrors(
                _("The list has {count} problem; nothing was published.",
                  "The list has {count} problems; nothing was published.", count=len(self.problems)),
                self.problems, "list.errors",
            )
        return draft

    def _problem(self, place: str, message: Any, value: Any = None) -> None:
        self.problems.append(Problem(message, column=place or None, value=None if value is None else str(value)))

    # -- shapes --------------------------------------------------------------------------------------------------

    def _known(self, place: str, data: Mapping[str, Any], keys: Collection[str]) -> None:
        for key in data:
            if key not in keys:
                self._problem(f"{place}.{key}" if place else key, _("This key is not known here."))

    def _mapping(self, place: str, value: Any) -> Mapping[str, Any]:
        """Named rows; nothing at all is no rows."""
        if value in (None, ""):
            return {}
        if isinstance(value, dict):
            return value
        self._problem(place, _("Here stand names with their content, one below the other."), value)
        return {}

    def _block(self, place: str, data: Mapping[str, Any], keys: Collection[str]) -> Mapping[str, Any]:
        found = self._mapping(place, data.get(place))
        self._known(place, found, keys)
        return found

    def _rows(self, kind: str, place: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Code, place and content of each row of a kind."""
        for code, value in self._mapping(f"{place}.{kind}", data.get(kind)).items():
            here = f"{place}.{code}"
            self._word(here, code, length=40)
            if value and not isinstance(value, dict):
                self._mapping(here, value)
                continue
            row = value or {}
            self._known(here, row, KEYS[kind])
            yield code, here, row

    def _word(self, place: str, value: Any, *, length: int = 80, required: bool = False) -> str | None:
        if value in (None, ""):
            if required:
                self._problem(place, _("The text is missing."))
            return None
        if isinstance(value, str) and len(value) <= length:
            return value
        self._problem(place, _("Here stands one text of at most {length} characters.", length=length), value)
        return None

    def _choice(self, place: str, row: Mapping[str, Any], key: str, choices: Collection[str], default: str) -> str:
        value = row.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        self._problem(
            place, _("{key} is one of {choices}.", key=key, choices=", ".join(choices)), value
        )
        return default

    def _yes(self, place: str, row: Mapping[str, Any], key: str, *, default: bool) -> bool:
        value = row.get(key)
        if value is None:
            return default
        if value in ("yes", "true", "no", "false"):
            return value in ("yes", "true")
        self._problem(place, _("{key} is one of {choices}.", key=key, choices="yes, no"), value)
        return default

    # -- rows ----------------------------------------------------------------------------------------------------

    def _duties(self, position: str | None, data: Mapping[str, Any]) -> list[DutyDraft]:
        return [
            DutyDraft(
                code, position, self._text(place, row.get("text")), self._choice(place, row, "raci", RACI, "R"),
                self._word(place, row.get("matter")),
            )
            for code, place, row in self._rows("duties", position or "unit", data)
        ]

    def _entries(self, position: str | None, data: Mapping[str, Any]) -> list[EntryDraft]:
        return [
            self._entry(position, code, place, row)
            for code, place, row in self._rows("authority", position or "everybody", data)
        ]

    def _entry(self, position: str | None, code: str, place: str, row: Mapping[str, Any]) -> EntryDraft:
        if "can" in row and "cannot" in row:
            self._problem(place, _("An entry says can or cannot, not both."))
        action = row.get("cannot", row.get("can", ""))
        if not isinstance(action, str) or len(action) > 100 or not ACTION.fullmatch(action):
            self._problem(place, _("An action is written module.noun:verb."), action)
        scope, unit = self._scope(place, row.get("in", "unit"))
        limit, currency = self._amount(place, row.get("up_to"))
        cap, cap_currency, cap_period = self._cap(place, row.get("cap"))
        if limit is not None and cap is not None and currency != cap_currency:
            self._problem(place, _("Limit and cap are in one currency."), row["cap"])
        when = self._mapping(place, row.get("when"))
        for value in when.values():
            self._word(place, value, required=True)
        if when and "cannot" in row:
            self._problem(place, _("A prohibition holds without conditions; write it for its whole scope."))
        for word in ("up_to", "cap", "power", "delegable"):
            if word in row and "cannot" in row:
                self._problem(place, _("A prohibition has no {word}; write it for its whole scope.", word=word))
        return EntryDraft(
            code, position, action, self._text(place, row.get("title")), scope, unit,
            effect="prohibit" if "cannot" in row else "grant",
            limit_minor=limit, currency=currency or cap_currency, cap_minor=cap, cap_period=cap_period,
            conditions=dict(when) or None,
            power=self._choice(place, row, "power", POWERS, "") if "power" in row else "",
            duty=self._word(place, row.get("duty"), length=40),
            basis=self._word(place, row.get("basis"), length=200),
            delegable=self._yes(place, row, "delegable", default=False),
            by_acting=self._yes(place, row, "by_acting", default=True),
        )

    def _scope(self, place: str, value: Any) -> tuple[str, str | None]:
        match = re.fullmatch(r"([a-z]+)(?:\(([^()]+)\))?", value) if isinstance(value, str) else None
        if not match or match[1] not in SCOPES or (match[2] and match[1] not in ("unit", "subtree", "company")):
            self._problem(place, _("A scope is one of {scopes}, with a unit in brackets.", scopes=", ".join(SCOPES)),
                          value)
            return "unit", None
        return match[1], match[2]

    def _amount(self, place: str, value: Any) -> tuple[int | None, str | None]:
        if value is None:
            return None, None
        amount, _space, currency = str(value).strip().rpartition(" ")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self._problem(place, _("An amount names its currency, as in 10000.00 CNY."), value)
            return None, None
        try:
            minor = parse_money(amount, currency)
        except DomainError as error:
            self._problem(place, error.message, value)
            return None, None
        return minor, currency

    def _cap(self, place: str, value: Any) -> tuple[int | None, str | None, str | None]:
        if value is None:
            return None, None, None
        amount, _slash, period = str(value).partition("/")
        if period not in CAP_PERIODS:
            self._problem(place, _("A cap names its period, as in 60000.00 CNY/month."), value)
            return None, None, None
        cap, currency = self._amount(place, amount)
        return cap, currency, period if cap is not None else None

    def _kpis(self, position: str, data: Mapping[str, Any]) -> list[KpiDraft]:
        found = []
        for code, place, row in self._rows("assessment", position, data):
            comparison = next((word for word in COMPARISONS if word in row), "at_least")
            value = str(row.get(comparison, ""))
            match = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?(%?)", value, re.ASCII)
            if not match or (match[3] and len(match[2] or "") > 4):
                self._problem(place, _("A target is a number or a percentage."), value)
                continue
            target = int(match[1]) * 10**6 + int((match[2] or "").ljust(6, "0"))
            weight = self._integer(place, row["weight"], most=100) if "weight" in row else None
            found.append(
                KpiDraft(
                    code, position, self._text(place, row.get("title")),
                    self._word(place, row.get("metric"), required=True) or "",
                    target // (100 if match[3] else 1), comparison,
                    "percent" if match[3] else self._word(place, row.get("unit"), length=20) or "count",
                    self._choice(place, row, "per", CAP_PERIODS, "month"), weight,
                    self._word(place, row.get("duty"), length=40),
                )
            )
        return found

    def _boundaries(self, data: Any) -> list[BoundaryDraft]:
        found = []
        for code, place, row in self._rows("boundaries", "list", {"boundaries": data}):
            support = row.get("support", [])
            if not isinstance(support, list) or not all(isinstance(unit, str) for unit in support):
                self._problem(place, _("support is a list of unit codes."), support)
                support = []
            found.append(
                BoundaryDraft(
                    code, self._word(place, row.get("matter"), required=True) or "",
                    self._word(place, row.get("lead"), length=40, required=True) or "",
                    tuple(dict.fromkeys(support)), self._text(place, row.get("text")),
                )
            )
        return found

    def _text(self, place: str, value: Any) -> Translation:
        if isinstance(value, str) and value:
            return Translation(zh_CN=value)
        if isinstance(value, dict) and value:
            texts = {"zh_CN" if key == "zh" else key: text for key, text in value.items()}
            for key, text in texts.items():
                if key not in LOCALES:
                    # A comma in a text without quotes ends it, and the rest of the sentence becomes a key.
                    self._problem(place, _("{key} is no language; put a text with commas in quotes.", key=key))
                elif not isinstance(text, str) or not text:
                    self._problem(place, _("The text is missing."))
            return Translation(texts)
        self._problem(place, _("The text is missing."))
        return Translation()

    def _integer(self, place: str, value: Any, *, most: int = 2**31 - 1) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", str(value)) or int(value) > most:
            self._problem(place, _("This is a whole number."), value)
            return 0
        return int(value)

    def _day(self, place: str, value: Any) -> date:
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        self._problem(place, _("A date is written 2026-10-01."), value)
        return date(1900, 1, 1)
