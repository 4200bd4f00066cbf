"""Importing and exporting quotas of posts: the approved staffing plan of a unit, by category and grade."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import decide
from core.base.actor import Actor
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.db.timeline import value_columns
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.export import headings_of, to_xlsx
from core.exchange.importing import Exchange, Plan
from core.jobs.context import Report
from core.org import grades
from core.org.exchange.histories import Histories, Told, open_end
from core.org.exchange.lookup import ALWAYS, Unclear, Units
from core.org.exchange.sheets import QUOTA_SHEET
from core.org.exchange.units import numbered, stored_pieces
from core.org.models import PositionQuota, PositionQuotaVersion, Unit
from core.org.quotas import ALL, OUTSIDE
from core.org.resources import IMPORT_UNITS, STRUCTURE, Place

_ = catalogue("org")

NAMES = value_columns(PositionQuotaVersion, ["quota_id"])
KEY = ("unit_id", "category", "grade_min", "grade_max")
_RATIO = re.compile(r"(\d{1,6})\s*[:：/]\s*(\d{1,6})")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]")


@dataclass
class _Reader:
    """Goes through the rows of a file; each says what one quota is from a day on."""

    session: Session
    actor: Actor
    checked: Checked
    units: Units
    stored: dict[tuple[Any, ...], int]
    plan: Plan = field(default_factory=Plan)
    new: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: dict[int, list[Told]] = field(default_factory=dict)
    refused: dict[int, Any] = field(default_factory=dict)

    def problem(self, row: int, column: str, message: Text, remedy: Text | None = None) -> None:
        """Note what is wrong with a row."""
        self.plan.problems.append(self.checked.at(row, column, message, remedy))

    def rows(self) -> None:
        """What each row tells."""
        for row in range(len(self.checked)):
            before = len(self.plan.problems)
            unit, span = self._unit(row), self._grades(row)
            values, start, end = self._values(row), *self._period(row)
            if len(self.plan.problems) > before or unit is None or span is None:
                continue
            key = (unit, self.checked.columns["category"][row], *span)
            quota = self.stored.get(key)
            if quota is None:
                quota = self.stored[key] = -(len(self.new) + 1)
                self.new[quota] = dict(zip(KEY, key, strict=True))
            told = self.told.setdefault(quota, [])
            if any(first < end and start < last for first, last, _values in told):
                self.problem(row, "valid_from", _("The file says twice what this quota is on {day}.", day=start),
                             _("Leave one of the rows out, or give each its own days."))
                continue
            told.append((start, end, values))

    def _unit(self, row: int) -> int | None:
        try:
            unit = self.units.find(self.checked.columns["unit"][row])
        except Unclear as unclear:
            self.problem(row, "unit", unclear.message, unclear.remedy)
            return None
        if unit not in self.refused:
            decision = decide(self.session, self.actor, STRUCTURE,
                              Place(unit, self.units.versions[unit].legal_entity_id))
            self.refused[unit] = None if decision.allowed else decision.message
        if self.refused[unit] is not None:
            self.problem(row, "unit", self.refused[unit])
            return None
        return unit

    def _grades(self, row: int) -> tuple[int, int] | None:
        """The range of grades; one that is named alone is the whole range."""
        columns = self.checked.columns
        category = columns["category"][row]
        said = {name: columns[name][row] for name in ("grade_from", "grade_to") if columns[name][row] is not None}
        if not said:
            return 0, 0
        if category in (ALL, OUTSIDE):
            self.problem(row, next(iter(said)), _("Posts of all categories have no range of grades in common."),
                         _("Leave the grades empty, or write a category."))
            return None
        found = {name: grades.place(category, words) for name, words in said.items()}
        for name, at in found.items():
            if at is None:
                self.problem(row, name, _("{grade} is no grade of this category.", grade=said[name]),
                             _("Write it as in 管理七级, 专技十级, 工勤三级 or 普通工, or the number alone."))
        ends = [at for at in found.values() if at is not None]
        if len(ends) < len(said):
            return None
        if ends[0] > ends[-1]:
            self.problem(row, "grade_to", _("The lowest grade stands above the highest one."),
                         _("Change the two, the highest grade has the smallest number."))
            return None
        return ends[0], ends[-1]

    def _values(self, row: int) -> dict[str, Any]:
        columns = self.checked.columns
        ratio = self._ratio(row)
        if columns["max_count"][row] is None and columns["ratio"][row] is None:
            self.problem(row, "max_count", _("The row says neither a number nor a ratio."),
                         _("Fill in what the plan approves."))
        return {
            "max_count": columns["max_count"][row], "ratio_num": ratio[0] if ratio else None,
            "ratio_den": ratio[1] if ratio else None, "binding": bool(columns["binding"][row]),
            "basis": columns["basis"][row],
        }

    def _ratio(self, row: int) -> tuple[int, int] | None:
        """A share of the posts of the category: ``1:10`` is one of ten, as is ``10%``."""
        words = self.checked.columns["ratio"][row]
        if words is None:
            return None
        pair, percent = _RATIO.fullmatch(words.strip()), _PERCENT.fullmatch(words.strip())
        if pair is not None and int(pair[2]):
            share = Fraction(int(pair[1]), int(pair[2]))
        elif percent is not None:
            share = Fraction(percent[1]) / 100
        else:
            share = Fraction(2)
        if share > 1:
            self.problem(row, "ratio", _("{words} is no share of the posts of a category.", words=words),
                         _("Write it as in 1:10 or 10%, for one post of ten."))
            return None
        return share.numerator, share.denominator

    def _period(self, row: int) -> tuple[date, date]:
        columns = self.checked.columns
        start, end = columns["valid_from"][row] or ALWAYS, open_end(columns["valid_to"][row])
        if start >= end:
            self.problem(row, "valid_to", _("The end {end} must be after the start {start}.", start=start, end=end),
                         _("Correct one of the two days."))
        return start, end


def plan_quotas(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare a file of quotas with those stored."""
    stored = {
        tuple(row[1:]): row[0]
        for row in session.execute(select(PositionQuota.id, *(getattr(PositionQuota, name) for name in KEY)))
    }
    reader = _Reader(session, actor, checked.good(), Units.read(session), stored)
    reader.rows()
    plan = reader.plan
    pieces = stored_pieces(session, PositionQuotaVersion, "quota_id", NAMES)
    histories = Histories(PositionQuotaVersion, ["quota_id"], NAMES)
    for quota, told in reader.told.items():
        changed = histories.tell((quota,), pieces.get(quota, []), sorted(told, key=lambda one: one[0]))
        if quota < 0:
            plan.new += len(told)
        elif changed:
            plan.changed += len(told)
        else:
            plan.unchanged += len(told)
    plan.data = (reader.new, histories)
    return plan


def apply_quotas(session: Session, actor: Actor, plan: Plan, changes: Changes, report: Report) -> None:
    """Write new quotas, then their versions."""
    del session, actor, report
    new, histories = plan.data
    ids: dict[int, int] = {}
    if new:
        made = changes.insert(PositionQuota, {name: [one[name] for one in new.values()] for name in KEY})
        ids = dict(zip(new, made.tolist(), strict=True))
    numbered(histories, ids, {})
    histories.write(changes)


def export_quotas(session: Session) -> bytes:
    """Every quota there was, is and will be, as a workbook that can be imported again."""
    rows = session.execute(
        select(PositionQuota, PositionQuotaVersion, Unit.code)
        .join(PositionQuotaVersion, PositionQuotaVersion.quota_id == PositionQuota.id)
        .join(Unit, Unit.id == PositionQuota.unit_id)
        .order_by(Unit.code, PositionQuota.category, PositionQuota.grade_min, PositionQuota.grade_max,
                  PositionQuotaVersion.valid_from)
    )
    choices = QUOTA_SHEET.column("category").choices
    lines = [
        (
            code, choices[quota.category][0], *(_grade(quota, at) for at in (quota.grade_min, quota.grade_max)),
            said.max_count, f"{said.ratio_num}:{said.ratio_den}" if said.ratio_num is not None else None, said.binding,
            said.basis, said.valid_from, None if said.valid_to == FOREVER else said.valid_to,
        )
        for quota, said, code in rows
    ]
    return to_xlsx(headings_of(QUOTA_SHEET), lines, title=_("Staffing plan"))


def _grade(quota: PositionQuota, at: int) -> str | None:
    """A grade as a file has it, whatever language it is read in."""
    return grades.words(quota.category, at)["zh_CN"] if at else None


QUOTAS = Exchange("quotas", _("Import the staffing plan"), QUOTA_SHEET, IMPORT_UNITS, plan_quotas, apply_quotas)
