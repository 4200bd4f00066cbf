"""Importing positions: posts with unit, title, headcount and the line of reporting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import decide
from core.base.actor import Actor
from core.base.text import catalogue
from core.db.timeline import value_columns
from core.db.types import Translation
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.importing import Exchange, Plan
from core.jobs.context import Report
from core.kernel import state
from core.org.exchange.histories import Histories, Told, open_end
from core.org.exchange.lookup import ALWAYS, Positions, Unclear, Units
from core.org.exchange.sheets import POSITION_SHEET
from core.org.exchange.units import numbered, stored_pieces
from core.org.models import Position, PositionVersion
from core.org.resources import IMPORT_UNITS, STRUCTURE, Place
from core.org.rules import find_cycle
from core.org.services.structure import stretches

_ = catalogue("org")

NAMES = value_columns(PositionVersion, ["position_id"])


@dataclass
class _Reader:
    """Goes through the rows; a position may report to one that stands below it in the file."""

    session: Session
    actor: Actor
    checked: Checked
    units: Units
    positions: Positions
    plan: Plan = field(default_factory=Plan)
    ids: dict[str, int] = field(default_factory=dict)
    new: dict[int, dict[str, Any]] = field(default_factory=dict)
    renamed: dict[int, str] = field(default_factory=dict)
    told: dict[int, list[Told]] = field(default_factory=dict)
    refused: dict[int, Any] = field(default_factory=dict)
    #: The lines of rows that are only looked at.
    looked_at: dict[int, list[tuple[int, int | None, date, date]]] = field(default_factory=dict)

    def problem(self, row: int, column: str, message: Any, remedy: Any = None) -> None:
        """Note what is wrong with a row."""
        self.plan.problems.append(self.checked.at(row, column, message, remedy))

    def identities(self) -> None:
        """Give each code its position, or a new one."""
        columns = self.checked.columns
        by_external = dict(
            self.session.execute(
                select(Position.external_id, Position.id).where(Position.external_id.is_not(None))
            ).all()
        )
        for row, code in enumerate(columns["code"]):
            external = columns["external_id"][row]
            found = self.positions.codes.get(code)
            if found is None and external is not None and external in by_external:
                found = by_external[external]
                self.renamed[found] = code
            if found is None:
                found = self.ids.get(code) or -(len(self.new) + 1)
                self.new.setdefault(found, {"code": code, "external_id": external})
            self.ids[code] = found

    def rows(self) -> None:
        """What each row tells of its position."""
        columns, present = self.checked.columns, self.checked.present
        for row, code in enumerate(columns["code"]):
            position = self.ids[code]
            spoilt = self.checked.spoilt.get(row, frozenset())
            try:
                unit = self.units.find(columns["unit"][row]) if "unit" not in spoilt else None
            except Unclear as unclear:
                self.problem(row, "unit", unclear.message, unclear.remedy)
                unit = None
            if unit is not None:
                self._may(row, unit)
            if spoilt or unit is None:
                links = self.looked_at.setdefault(position, [])
                above = self._above(row)
                if not spoilt & {"valid_from", "valid_to"}:
                    start = columns["valid_from"][row] or ALWAYS
                    links.append((position, above, start, open_end(columns["valid_to"][row])))
                continue
            values: dict[str, Any] = {"unit_id": unit, "title": self._title(row, position)}
            for name in ("grade", "family"):
                if name in present or position < 0:
                    values[name] = columns[name][row]
            for name, empty in (("headcount", 1), ("order", 100), ("is_head", False)):
                if name in present or position < 0:
                    values[name] = empty if columns[name][row] is None else columns[name][row]
            if "requirements" in present or position < 0:
                text = columns["requirements"][row]
                values["requirements"] = Translation(zh_CN=text) if text else None
            if "reports_to" in present or position < 0:
                values["reports_to_id"] = self._above(row)
            version = self.positions.versions.get(position)
            start = columns["valid_from"][row] or (version.valid_from if version is not None else ALWAYS)
            end = open_end(columns["valid_to"][row])
            if start >= end:
                self.problem(row, "valid_to", _("The end {end} must be after the start {start}.", start=start, end=end),
                             _("Correct one of the two days."))
                continue
            self.told.setdefault(position, []).append((start, end, values))

    def _above(self, row: int) -> int | None:
        words = self.checked.columns["reports_to"][row]
        if words is None or words in self.checked.dropped.get("code", ()):
            return None
        found = self.ids.get(words)
        if found is not None:
            return found
        try:
            return self.positions.find(words, None)
        except Unclear:
            self.problem(row, "reports_to", _("There is no position {name}.", name=words),
                         _("Write the code of a position of this file or one that is stored."))
            return None

    def _title(self, row: int, position: int) -> Translation:
        text, english = self.checked.columns["title"][row], self.checked.columns["title_en"][row]
        old = self.positions.versions.get(position)
        kept = {"en": english} if english else {}
        if "title_en" not in self.checked.present and old is not None:
            kept = {key: value for key, value in old.title.items() if key != "zh_CN"}
        return Translation(zh_CN=text, **kept)

    def _may(self, row: int, unit: int) -> None:
        if unit not in self.refused:
            entity = self.units.versions[unit].legal_entity_id
            decision = decide(self.session, self.actor, STRUCTURE, Place(unit, entity))
            self.refused[unit] = None if decision.allowed else decision.message
        if self.refused[unit] is not None:
            self.problem(row, "unit", self.refused[unit])

    def cycles(self) -> None:
        """Refuse a line of reporting that leads back to its start, on any day."""
        links: list[tuple[int, int | None, date, date]] = []
        for position, told in self.told.items():
            old = self.positions.versions.get(position)
            links += [(position, values.get("reports_to_id", old.reports_to_id if old else None), start, end)
                      for start, end, values in told]
        links += [(one, v.reports_to_id, v.valid_from, v.valid_to)
                  for one, v in self.positions.versions.items() if one not in self.told and one not in self.looked_at]
        links += [link for told in self.looked_at.values() for link in told]
        row_of = {self.ids[code]: row for row, code in enumerate(self.checked.columns["code"])}
        code_of = {one: code for code, one in (*self.positions.codes.items(), *self.ids.items())}
        for _start, above in stretches(links, min((link[2] for link in links), default=ALWAYS)):
            ring = find_cycle(above)
            if ring:
                row = next((row_of[one] for one in ring if one in row_of), 0)
                self.problem(
                    row, "reports_to",
                    _("{ring}: a position cannot report to itself.", ring=" → ".join(code_of[one] for one in ring)),
                    _("Choose another position above."),
                )
                return


def plan_positions(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare a file of positions with those stored."""
    reader = _Reader(session, actor, checked, Units.read(session), Positions.read(session))
    reader.identities()
    reader.rows()
    reader.cycles()
    plan = reader.plan
    stored = stored_pieces(session, PositionVersion, "position_id", NAMES)
    histories = Histories(PositionVersion, ["position_id"], NAMES)
    for position, told in reader.told.items():
        changed = histories.tell((position,), stored.get(position, []), sorted(told, key=lambda one: one[0]))
        if position < 0:
            plan.new += len(told)
        elif changed or position in reader.renamed:
            plan.changed += len(told)
        else:
            plan.unchanged += len(told)
    plan.data = (reader.new, reader.renamed, histories)
    return plan


def apply_positions(session: Session, actor: Actor, plan: Plan, changes: Changes, report: Report) -> None:
    """Write new positions, then the versions."""
    del actor, report
    new, renamed, histories = plan.data
    ids: dict[int, int] = {}
    if new:
        made = changes.insert(Position, {name: [one[name] for one in new.values()] for name in ("code", "external_id")})
        ids = dict(zip(new, made.tolist(), strict=True))
    if renamed:
        changes.update(Position, {"id": list(renamed), "code": list(renamed.values())})
    numbered(histories, ids, {"reports_to_id": ids})
    histories.write(changes)
    state.bump_epoch(session)


POSITIONS = Exchange(
    "positions", _("Import positions"), POSITION_SHEET, IMPORT_UNITS, plan_positions, apply_positions,
    after_undo=state.bump_epoch,
)
