"""Reading a list: YAML in, drafts out, or every problem with its line; a workbook is read by the same reader."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from core.authority.document import source as texts
from core.authority.document.drafts import (
    ACTION,
    CAP_PERIODS,
    COMPARISONS,
    HOURS,
    KEYS,
    POWERS,
    RACI,
    RESERVED,
    SEVERAL,
    SPLIT,
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
)
from core.authority.document.expectations import Expectations
from core.authority.models import RISKS, SCOPES, SEPARATIONS
from core.base.errors import DomainError, InputErrors
from core.base.money import parse_money
from core.base.text import catalogue

_ = catalogue("authority")


def parse(text: str, *, source: str = "") -> ListDraft:
    """Read one list. Raises ``InputErrors`` with every problem, its line and its place."""
    data, spots = texts.read(text)
    return Reader(source, spots).read(data)


class Reader(Expectations):
    """Collects problems while it types the document, so that all are reported at once.

    The document is nested texts as YAML has them; ``spots`` says where each place of it stands.
    """

    def read(self, data: Mapping[str, Any]) -> ListDraft:
        """The draft. Raises ``InputErrors`` with all problems, those found before among them."""
        self._known("", data, KEYS["list"])
        unit, everybody = self._block("unit", data, ("duties",)), self._block("everybody", data, ("authority",))
        duties, entries, kpis = self._duties(None, unit), self.entries(None, everybody), list[KpiDraft]()
        for code in self._mapping("positions", data.get("positions")):
            self._code(code, code)
            if code in RESERVED:
                self._problem(f"positions.{code}", _("No position is called {word} in a list.", word=code))
            position = self._block(code, data["positions"], ("duties", "authority", "assessment"))
            duties += self._duties(code, position)
            entries += self.entries(code, position)
            kpis += self._kpis(code, position)
        named = self._word("list", data.get("list"), required=True)
        draft = ListDraft(
            unit=named if named != "-" else None,
            version=self._integer("version", data.get("version")),
            effective_from=self._day("effective_from", data.get("effective_from")),
            duties=tuple(duties), entries=tuple(entries), kpis=tuple(kpis),
            boundaries=tuple(self._boundaries(data.get("boundaries"))),
            basis=self._word("basis", data.get("basis"), length=400, lines=True),
            separation=tuple(self._separation(data.get("separation"))),
            tests=tuple(self.expectations(data.get("tests"))), source=self.source, spots=self.spots,
        )
        self.refuse()
        return draft

    def refuse(self) -> None:
        """Raise what was found, if anything was."""
        if self.problems:
            raise InputErrors(
                _("The list has {count} problem; nothing was published.",
                  "The list has {count} problems; nothing was published.", count=len(self.problems)),
                self.problems, "list.errors",
            )

    # -- shapes --------------------------------------------------------------------------------------------------

    def _block(self, place: str, data: Mapping[str, Any], keys: Collection[str]) -> Mapping[str, Any]:
        found = self._mapping(place, data.get(place))
        self._known(place, found, keys)
        return found

    def _rows(self, kind: str, place: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Code, place and content of each row of a kind."""
        for code, value in self._mapping(f"{place}.{kind}", data.get(kind)).items():
            here = f"{place}.{code}"
            self._code(here, code)
            if value and not isinstance(value, dict):
                self._mapping(here, value)
                continue
            row = value or {}
            self._known(here, row, KEYS[kind])
            yield code, here, row

    def _code(self, place: str, code: str) -> None:
        self._word(place, code, length=40, required=True)

    # -- rows ----------------------------------------------------------------------------------------------------

    def _duties(self, position: str | None, data: Mapping[str, Any]) -> list[DutyDraft]:
        return [
            DutyDraft(
                code, position, self._text(place, row, "text"), self._choice(place, row, "raci", RACI, "R"),
                self._word(place, row.get("matter"), key="matter"),
            )
            for code, place, row in self._rows("duties", position or "unit", data)
        ]

    def entries(self, position: str | None, data: Mapping[str, Any]) -> list[EntryDraft]:
        """The entries of a post, what it may before what it must not: their order means nothing else."""
        found = [
            self._entry(position, code, place, row)
            for code, place, row in self._rows("authority", position or "everybody", data)
        ]
        return sorted(found, key=lambda entry: entry.effect == "prohibit")

    def _entry(self, position: str | None, code: str, place: str, row: Mapping[str, Any]) -> EntryDraft:
        if "can" in row and "cannot" in row:
            self._problem(place, _("An entry says can or cannot, not both."))
        action = row.get("cannot", row.get("can", ""))
        if not isinstance(action, str) or len(action) > 100 or not ACTION.fullmatch(action):
            self._problem(place, _("An action is written module.noun:verb."), action,
                          key="cannot" if "cannot" in row else "can")
        scope, unit = self._scope(place, row.get("in", "unit"))
        limit, currency = self._amount(place, row.get("up_to"), "up_to")
        cap, cap_currency, cap_period = self._cap(place, row.get("cap"))
        split_by, split_days = self._split(place, row.get("split_guard"), limited=limit is not None)
        if limit is not None and cap is not None and currency != cap_currency:
            self._problem(place, _("Limit and cap are in one currency."), row["cap"], key="cap")
        when = self._when(place, row.get("when"))
        granting = ("up_to", "cap", "split_guard", "needs_second", "break_glass", "power", "delegable", "grantable")
        for word in granting if "cannot" in row else ():
            if word in row:
                self._problem(place, _("A prohibition has no {word}; write it for its whole scope.", word=word),
                              key=word)
        return EntryDraft(
            code, position, action, self._text(place, row, "title"), scope, unit,
            effect="prohibit" if "cannot" in row else "grant",
            limit_minor=limit, currency=currency or cap_currency, cap_minor=cap, cap_period=cap_period,
            split_by=split_by, split_days=split_days, conditions=when or None,
            power=self._choice(place, row, "power", POWERS, "") if "power" in row else "",
            duty=self._word(place, row.get("duty"), key="duty", length=40),
            basis=self._word(place, row.get("basis"), key="basis", length=200, lines=True),
            delegable=self._yes(place, row, "delegable", default=False),
            by_acting=self._yes(place, row, "by_acting", default=True),
            grantable=self._yes(place, row, "grantable", default=False),
            needs_second=self._several(place, row.get("needs_second")), break_hours=self._hours(place, row, position),
        )

    def _when(self, place: str, value: Any) -> dict[str, str]:
        found = dict(self._mapping(place, value, "when"))
        for name, text in found.items():
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name):
                self._problem(place, _("{name} is no name of an attribute.", name=name), key="when")
            self._word(place, text, key="when", required=True)
        return found

    def _scope(self, place: str, value: Any) -> tuple[str, str | None]:
        match = re.fullmatch(r"([a-z]+)(?:\(([^()]+)\))?", value) if isinstance(value, str) else None
        if not match or match[1] not in SCOPES or (match[2] and match[1] not in ("unit", "subtree", "company")):
            self._problem(place, _("A scope is one of {scopes}, with a unit in brackets.", scopes=", ".join(SCOPES)),
                          value, key="in")
            return "unit", None
        return match[1], self._unit(place, match[2].strip(), "in") if match[2] else None

    def _amount(self, place: str, value: Any, key: str) -> tuple[int | None, str | None]:
        if value is None:
            return None, None
        amount, _space, currency = str(value).strip().rpartition(" ")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self._problem(place, _("An amount names its currency, as in 10000.00 CNY."), value, key=key)
            return None, None
        try:
            minor = parse_money(amount, currency)
        except DomainError as error:
            self._problem(place, error.message, value, key=key)
            return None, None
        return minor, currency

    def _cap(self, place: str, value: Any) -> tuple[int | None, str | None, str | None]:
        if value is None:
            return None, None, None
        amount, _slash, period = str(value).partition("/")
        if period not in CAP_PERIODS:
            self._problem(place, _("A cap names its period, as in 60000.00 CNY/month."), value, key="cap")
            return None, None, None
        cap, currency = self._amount(place, amount, "cap")
        return cap, currency, period if cap is not None else None

    def _split(self, place: str, value: Any, *, limited: bool) -> tuple[str | None, int | None]:
        if value is None:
            return None, None
        match = SPLIT.fullmatch(str(value))
        if not match or not 0 < int(match[2]) <= 366:
            self._problem(
                place, _("What counts together is written payee+category/30d: attributes, and days up to 366."), value,
                key="split_guard",
            )
            return None, None
        if not limited:
            self._problem(place, _("Without up_to there is nothing that could be split."), value, key="split_guard")
        return match[1], int(match[2])

    def _several(self, place: str, value: Any) -> int | None:
        if value is None:
            return None
        if not re.fullmatch(r"[0-9]", str(value), re.ASCII) or int(str(value)) not in SEVERAL:
            self._problem(place, _("How many must agree is a number from 2 to 9."), value, key="needs_second")
            return None
        return int(str(value))

    def _hours(self, place: str, row: Mapping[str, Any], position: str | None) -> int | None:
        value = row.get("break_glass")
        if value is None:
            return None
        match = re.fullmatch(r"([0-9]{1,2})h", str(value), re.ASCII)
        if not match or int(match[1]) not in HOURS:
            self._problem(place, _("How long an emergency lasts is written 4h: hours from 1 to 24."), value,
                          key="break_glass")
            return None
        if position is None:
            self._problem(place, _("Only a post opens authority for emergencies, not everybody."), value,
                          key="break_glass")
        if row.get("delegable") == "yes":
            self._problem(place, _("What is for emergencies is opened by its holder and cannot be delegated."), value,
                          key="break_glass")
        return int(match[1])

    def _kpis(self, position: str, data: Mapping[str, Any]) -> list[KpiDraft]:
        found = []
        for code, place, row in self._rows("assessment", position, data):
            comparison = next((word for word in COMPARISONS if word in row), "at_least")
            if all(word in row for word in COMPARISONS):
                self._problem(place, _("A target says at_least or at_most, not both."), key="at_most")
            value = str(row.get(comparison, ""))
            match = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?(%?)", value, re.ASCII)
            if not match or (match[3] and len(match[2] or "") > 4):
                self._problem(place, _("A target is a number or a percentage."), value, key=comparison)
                continue
            target = int(match[1]) * 10**6 + int((match[2] or "").ljust(6, "0"))
            weight = self._integer(place, row["weight"], key="weight", most=100) if "weight" in row else None
            found.append(
                KpiDraft(
                    code, position, self._text(place, row, "title"),
                    self._word(place, row.get("metric"), key="metric", required=True) or "",
                    target // (100 if match[3] else 1), comparison,
                    "percent" if match[3] else self._word(place, row.get("unit"), key="unit", length=20) or "count",
                    self._choice(place, row, "per", CAP_PERIODS, "month"), weight,
                    self._word(place, row.get("duty"), key="duty", length=40),
                )
            )
        return found

    def _boundaries(self, data: Any) -> list[BoundaryDraft]:
        found = []
        for code, place, row in self._rows("boundaries", "list", {"boundaries": data}):
            support = row.get("support", [])
            if not isinstance(support, list) or not all(isinstance(unit, str) for unit in support):
                self._problem(place, _("support is a list of unit codes."), support, key="support")
                support = []
            found.append(
                BoundaryDraft(
                    code, self._word(place, row.get("matter"), key="matter", required=True) or "",
                    self._unit(place, row.get("lead"), "lead"),
                    tuple(sorted({self._unit(place, unit, "support") for unit in support})),
                    self._text(place, row, "text"),
                )
            )
        return found

    def _separation(self, data: Any) -> list[SeparationDraft]:
        found = []
        for code, place, row in self._rows("separation", "separation", {"separation": data}):
            kind, *more = [kind for kind in SEPARATIONS if kind in row] or [""]
            if more or not kind:
                self._problem(place, _("Here stands one of {names}, with the actions.", names=", ".join(SEPARATIONS)))
                continue
            if ("months" in row) != (kind == "tenure"):
                self._problem(place, _("months stands with tenure, and with nothing else."), key="months")
            found.append(SeparationDraft(code, kind, self._actions(place, row[kind], kind),
                self._integer(place, row["months"], key="months", most=600) if "months" in row else None,
                self._choice(place, row, "risk", RISKS, "medium"),
                self._word(place, row.get("basis"), key="basis", length=200, lines=True),
            ))  # fmt: skip
        return found

    def _actions(self, place: str, value: Any, kind: str) -> tuple[str, ...]:
        """What a rule keeps apart, each once."""
        actions = value if isinstance(value, list) else [value]
        for action in actions:
            if not isinstance(action, str) or len(action) > 100 or not ACTION.fullmatch(action):
                self._problem(place, _("An action is written module.noun:verb."), action, key=kind)
            elif actions.count(action) > 1:
                self._problem(place, _("{action} stands twice.", action=action), action, key=kind,
                              remedy=_("Name each action once."))
        if len(actions) < (1 if kind in ("tenure", "relation") else 2):
            self._problem(place, _("Here are fewer actions than can be kept apart."), key=kind,
                          remedy=_("Name two actions or more, as in [a.b:request, a.b:approve]."))
        return tuple(str(action) for action in actions)
