"""Importing units: the tree with its history, found by code or external id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import decide
from core.base.actor import Actor
from core.base.errors import Problem
from core.base.text import catalogue
from core.db.timeline import Piece, value_columns
from core.db.types import Translation
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.columns import normal
from core.exchange.importing import Exchange, Plan
from core.jobs.context import Report
from core.org.exchange.contribution import settle_places
from core.org.exchange.histories import Histories, Told, open_end
from core.org.exchange.lookup import ALWAYS, Unclear, Units, entities
from core.org.exchange.sheets import UNIT_SHEET
from core.org.models import LegalEntity, Unit, UnitVersion
from core.org.resources import IMPORT_UNITS, STRUCTURE, Place
from core.org.rules import find_cycle
from core.org.services.structure import renumber, stretches

_ = catalogue("org")

NAMES = value_columns(UnitVersion, ["unit_id"])


@dataclass
class _Units:
    """What ``apply`` needs: new identities get the negative numbers that the versions name until they have an id."""

    entities: dict[int, dict[str, Any]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)
    renamed: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: dict[int, list[Told]] = field(default_factory=dict)
    ends: dict[int, date] = field(default_factory=dict)


class Reader:
    """Goes through the rows of a checked file; parents may stand below their children."""

    def __init__(self, session: Session, actor: Actor, checked: Checked) -> None:
        self.session, self.actor, self.checked = session, actor, checked
        self.units = Units.read(session)
        self.by_external = dict(
            session.execute(select(Unit.external_id, Unit.id).where(Unit.external_id.is_not(None))).all()
        )
        self.companies = entities(session)
        self.plan = Plan()
        settle_places(session, checked, self.plan)
        self.data = _Units()
        self.ids: dict[str, int] = {}
        self.parents: dict[int, int | None] = {}
        self.title_of: dict[int, str] = {}
        self.looked_at: dict[int, list[tuple[int, int | None, date, date]]] = {}

    def problem(self, row: int, column: str, message: Any, remedy: Any = None) -> None:
        """Note what is wrong with a row."""
        self.plan.problems.append(self.checked.at(row, column, message, remedy))

    def identities(self) -> None:
        """Give each code its unit, or a new one."""
        columns = self.checked.columns
        for row, code in enumerate(columns["code"]):
            external = columns["external_id"][row]
            found = self.units.codes.get(code)
            if found is None and external is not None:
                found = self.by_external.get(external)
                if found is not None:
                    self.data.renamed[found] = {"code": code}
            if found is None:
                found = self.ids.get(code) or -(len(self.data.units) + 1)
                self.data.units.setdefault(found, {"code": code, "external_id": external})
            self.ids[code] = found
            self.title_of[found] = columns["title"][row] or code

    def parent(self, row: int) -> int | None:
        """The unit above, among those of the file first."""
        words = self.checked.columns["parent"][row]
        if words is None:
            return None
        if words in self.ids:
            return self.ids[words]
        by_title = [one for one, title in self.title_of.items() if normal(title) == normal(words)]
        if len(by_title) == 1:
            return by_title[0]
        if words in self.checked.dropped.get("code", ()):
            return None
        try:
            return self.units.find(words)
        except Unclear as unclear:
            self.problem(row, "parent", unclear.message, unclear.remedy)
            return None

    def company(self, row: int, unit: int, parent: int | None) -> int | None:
        """The legal entity: named, else that of the parent, else the unit is a company of its own."""
        columns = self.checked.columns
        words = columns["legal_entity"][row]
        if words is None and parent is not None:
            return None
        if words is None and unit in self.units.versions:
            return self.units.versions[unit].legal_entity_id
        words = words or columns["code"][row]
        known = self.companies.get(normal(words))
        if known is None:
            known = -(len(self.data.entities) + 1)
            self.companies[normal(words)] = known
            name = columns["title"][row] if columns["legal_entity"][row] is None else words
            self.data.entities[known] = {
                "code": words[:40], "name": Translation(zh_CN=name, en=columns["title_en"][row] or name),
                "country": columns["country"][row] or "CN", "credit_code": columns["credit_code"][row],
            }
        return known

    def rows(self) -> None:
        """What each row tells of its unit."""
        columns, present = self.checked.columns, self.checked.present
        entity_of: dict[int, int] = {one: v.legal_entity_id for one, v in self.units.versions.items()}
        waiting: list[tuple[int, int, int | None, dict[str, Any], date, date]] = []
        for row, code in enumerate(columns["code"]):
            unit = self.ids[code]
            parent = self.parent(row)
            self.parents[unit] = parent
            if row in self.checked.bad:
                self.look_at(row, unit, parent)
                continue
            entity = self.company(row, unit, parent)
            if entity is not None:
                entity_of[unit] = entity
            values: dict[str, Any] = {"title": self._title(row, "title", unit)}
            if "parent" in present or unit < 0:
                values["parent_id"] = parent
            for name in ("kind", "order", "credit_code", "contribution_place"):
                if name in present or unit < 0:
                    values[name] = columns[name][row]
            if "mission" in present or unit < 0:
                values["mission"] = self._title(row, "mission", unit)
            if "withholding_agent" in present or unit < 0:
                values["is_withholding_agent"] = bool(columns["withholding_agent"][row])
            if values.get("kind", "") is None:
                values["kind"] = "company" if parent is None else "department"
            if values.get("order", 0) is None:
                values["order"] = 100
            start = columns["valid_from"][row] or self._since(unit)
            waiting.append((row, unit, parent, values, start, open_end(columns["valid_to"][row])))
        for row, unit, parent, values, start, end in waiting:
            here, seen = unit, set()
            while here not in entity_of and here not in seen and self.parents.get(here) is not None:
                seen.add(here)
                here = self.parents[here]  # type: ignore[assignment]
            values["legal_entity_id"] = entity_of.get(here)
            if start >= end:
                self.problem(row, "valid_to", _("The end {end} must be after the start {start}.", start=start, end=end),
                             _("Correct one of the two days."))
                continue
            self._may(row, unit, parent, values["legal_entity_id"])
            self.data.told.setdefault(unit, []).append((start, end, values))

    def look_at(self, row: int, unit: int, parent: int | None) -> None:
        """Say what else is wrong with a row some of whose cells cannot be read."""
        columns, spoilt = self.checked.columns, self.checked.spoilt[row]
        known = self.units.versions.get(unit)
        links = self.looked_at.setdefault(unit, [])
        if not spoilt & {"valid_from", "valid_to"}:
            links.append((unit, parent, columns["valid_from"][row] or ALWAYS, open_end(columns["valid_to"][row])))
        if not spoilt & {"parent", "legal_entity"}:
            words = columns["legal_entity"][row]
            entity = self.companies.get(normal(words)) if words else known.legal_entity_id if known else None
            self._may(row, unit, parent, entity)

    def _title(self, row: int, name: str, unit: int) -> Translation | None:
        text, english = self.checked.columns[name][row], self.checked.columns[f"{name}_en"][row]
        if text is None and english is None:
            return None
        old = getattr(self.units.versions.get(unit), name, None) or {}
        kept = {"en": english} if english else ({} if f"{name}_en" in self.checked.present else
                                                {key: value for key, value in old.items() if key != "zh_CN"})
        return Translation(zh_CN=text or english, **kept)

    def _since(self, unit: int) -> date:
        version = self.units.versions.get(unit)
        return version.valid_from if version is not None else ALWAYS

    def _may(self, row: int, unit: int, parent: int | None, entity: int | None) -> None:
        if unit < 0 and parent is None and self.checked.columns["parent"][row] is not None:
            return  # the unit above was not found, which is said already
        anchor = unit if unit > 0 else parent if parent is not None and parent > 0 else None
        if anchor is None and entity is None and parent is not None:
            return  # what is new above it is asked about in its own row
        # A company that is only being made is no place yet; then only an entry for everywhere allows it.
        place = Place() if entity is not None and entity < 0 else Place(anchor, entity)
        decision = decide(self.session, self.actor, STRUCTURE, place)
        if not decision.allowed:
            self.problem(row, "code", decision.message)

    def cycles(self) -> None:
        """Refuse units that would stand under themselves on any day."""
        links: list[tuple[int, int | None, date, date]] = [
            (unit, values.get("parent_id", self.parents.get(unit)), start, end)
            for unit, told in self.data.told.items() for start, end, values in told
        ]
        links += [(one, v.parent_id, v.valid_from, v.valid_to)
                  for one, v in self.units.versions.items() if one not in self.data.told and one not in self.looked_at]
        links += [link for told in self.looked_at.values() for link in told]
        row_of = {self.ids[code]: row for row, code in enumerate(self.checked.columns["code"])}
        for _start, above in stretches(links, min((link[2] for link in links), default=ALWAYS)):
            ring = find_cycle(above)
            if ring:
                named = " → ".join(self.title_of.get(one) or str(self.units.versions[one].title) for one in ring)
                row = next(row_of[one] for one in ring if one in row_of)
                self.problem(row, "parent", _("{ring}: a unit cannot stand under itself.", ring=named),
                             _("Choose another parent."))
                return


def plan_units(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare a file of units with the tree."""
    reader = Reader(session, actor, checked)
    reader.identities()
    reader.rows()
    reader.cycles()
    data, plan = reader.data, reader.plan
    stored = stored_pieces(session, UnitVersion, "unit_id", NAMES)
    trial = Histories(UnitVersion, ["unit_id"], NAMES)
    for unit, told in data.told.items():
        changed = trial.tell((unit,), stored.get(unit, []), sorted(told, key=lambda one: one[0]))
        if unit < 0:
            plan.new += len(told)
        elif changed or unit in data.renamed:
            plan.changed += len(told)
        else:
            plan.unchanged += len(told)
    plan.data = (data, trial)
    return plan


def apply_units(session: Session, actor: Actor, plan: Plan, changes: Changes, report: Report) -> None:
    """Write new companies and units, then the versions; number the tree anew."""
    del actor
    data, histories = plan.data
    entity_ids = _insert(changes, LegalEntity, data.entities, ("code", "name", "country", "credit_code"))
    unit_ids = _insert(changes, Unit, data.units, ("code", "external_id"))
    if data.renamed:
        changes.update(Unit, {"id": list(data.renamed), "code": [one["code"] for one in data.renamed.values()]})
    numbered(histories, unit_ids, {"parent_id": unit_ids, "legal_entity_id": entity_ids})
    histories.write(changes)
    report(80, 100, _("Numbering the tree"))
    renumber(session)


def stored_pieces(session: Session, version: Any, key: str, names: list[str]) -> dict[int, list[Piece]]:
    """All versions of a small table by key."""
    rows = session.execute(
        select(version.id, getattr(version, key), version.valid_from, version.valid_to,
               *(getattr(version, name) for name in names)).order_by(version.valid_from)
    )
    found: dict[int, list[Piece]] = {}
    for one, owner, start, end, *values in rows:
        found.setdefault(owner, []).append(Piece(start, end, dict(zip(names, values, strict=True)), one))
    return found


def numbered(histories: Histories, own: Mapping[int, int], columns: Mapping[str, Mapping[int, int]]) -> None:
    """Put the real ids where new things stood as negative numbers."""
    histories.insert = [((own.get(key[0], key[0]), *key[1:]), piece) for key, piece in histories.insert]
    for piece in (*histories.update, *(piece for _key, piece in histories.insert)):
        for name, ids in columns.items():
            value = piece.values.get(name)
            if value is not None and value < 0:
                piece.values = {**piece.values, name: ids[value]}


def _insert(
    changes: Changes, model: Any, rows: Mapping[int, dict[str, Any]], names: tuple[str, ...]
) -> dict[int, int]:
    if not rows:
        return {}
    columns = {name: [row[name] for row in rows.values()] for name in names}
    if "country" in columns:
        columns["currency"] = ["CNY"] * len(rows)
    ids = changes.insert(model, columns)
    return dict(zip(rows, ids.tolist(), strict=True))


def note(problems: list[Problem], unclear: Unclear, checked: Checked, row: int, column: str) -> None:
    """Keep a name that could not be found as the problem of its cell."""
    problems.append(checked.at(row, column, unclear.message, unclear.remedy))


UNITS = Exchange("units", _("Import units"), UNIT_SHEET, IMPORT_UNITS, plan_units, apply_units, after_undo=renumber)
