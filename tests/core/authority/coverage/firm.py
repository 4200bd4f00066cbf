"""A company in plain rows, written down by codes; the numbers of its tree are counted here, not by the product."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from core.authority.coverage.finding import Finding
from core.authority.coverage.world import (
    BoundaryRow,
    DutyRow,
    EmployedRow,
    EntryRow,
    HandedRow,
    HoldRow,
    KpiRow,
    PostRow,
    UnitRow,
    World,
)
from core.db.types import Translation
from core.kernel.specs import ActionDef, ResourceType
from tests.core.authority.company import APPROVE, SPEND

DAY = date(2026, 3, 10)
FOR_GOOD = date(9999, 1, 1)
#: What a module would declare: approving spend, and something about the whole installation.
DECLARED: dict[str, ActionDef] = {
    APPROVE.key: replace(APPROVE, resource="spend"),
    "jobs.job:manage": ActionDef("jobs.job:manage", "Manage jobs"),  # type: ignore[arg-type]
}


def both(text: str) -> Translation:
    return Translation(zh_CN=text, en=text)


@dataclass
class Firm:
    """Rows as they are added; everything is named by its code."""

    parents: dict[str, str | None] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    holds: list[HoldRow] = field(default_factory=list)
    duties: list[DutyRow] = field(default_factory=list)
    kpis: list[KpiRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    boundaries: list[BoundaryRow] = field(default_factory=list)
    handed: list[HandedRow] = field(default_factory=list)
    actions: dict[str, ActionDef] = field(default_factory=lambda: dict(DECLARED))
    resources: dict[str, ResourceType] = field(default_factory=lambda: {"spend": SPEND})

    def unit(self, code: str, parent: str | None = None, entity: int = 1) -> None:
        self.parents[code], self.entities[code] = parent, entity

    def post(
        self, code: str, unit: str, above: str | None = None, *, seats: int = 1, head: bool = False,
        grade: str | None = None,
    ) -> None:
        self.posts[code] = {"unit": unit, "above": above, "seats": seats, "head": head, "grade": grade}

    def hold(
        self, who: str, post: str, kind: str = "substantive", fte: int = 100, start: date = date(2020, 1, 1),
        end: date = FOR_GOOD,
    ) -> None:
        self.holds.append(HoldRow(self.person(who), self.post_id(post), kind, fte, start, end))

    def person(self, who: str) -> int:
        return self.people.setdefault(who, len(self.people) + 1)

    def unit_id(self, code: str | None) -> int | None:
        return None if code is None else list(self.parents).index(code) + 1

    def post_id(self, code: str) -> int:
        return list(self.posts).index(code) + 101

    def duty(self, of: str, code: str, post: str | None = None, raci: str = "R", matter: str | None = None) -> None:
        position = self.post_id(post) if post else None
        self.duties.append(DutyRow(self.unit_id(of), code, position, both(code), raci, matter))

    def kpi(self, of: str, code: str, post: str, duty: str | None) -> None:
        self.kpis.append(KpiRow(self.unit_id(of), code, self.post_id(post), duty))

    def entry(
        self, of: str | None, code: str, post: str | None, action: str = APPROVE.key, scope: str = "subtree",
        at: str | None = None, up_to: int | None = None, currency: str | None = None, **more: Any,
    ) -> None:
        currency = currency or ("CNY" if up_to is not None or "cap_minor" in more else None)
        self.entries.append(EntryRow(
            self.unit_id(of), code, self.post_id(post) if post else None, more.pop("effect", "grant"), action, scope,
            self.unit_id(at), up_to, currency, **more,
        ))  # fmt: skip

    def hand(self, post: str, giver: str, taker: str, *codes: str, kind: str = "substantive") -> None:
        self.handed.append(HandedRow(
            self.post_id(post), kind, giver, self.person(taker), taker, date(2026, 3, 31), frozenset(codes)
        ))  # fmt: skip

    def boundary(self, of: str, code: str, matter: str, lead: str, *support: str) -> None:
        lead_id = self.unit_id(lead)
        assert lead_id is not None
        self.boundaries.append(
            BoundaryRow(self.unit_id(of), code, matter, lead_id, frozenset(self.unit_id(one) for one in support))
        )

    def world(self, shown: frozenset[int] | None = None) -> World:
        return World(
            DAY, self._units(),
            {
                self.post_id(code): PostRow(
                    self.post_id(code), code, both(code), self.unit_id(row["unit"]) or 0,
                    self.post_id(row["above"]) if row["above"] in self.posts else (999 if row["above"] else None),
                    row["seats"], row["head"], row["grade"],
                )
                for code, row in self.posts.items()
            },
            self.holds,
            [EmployedRow(number, who, None) for who, number in self.people.items()],
            self.duties, self.kpis, self.entries, self.boundaries, self.handed, self.actions, self.resources, shown,
        )

    def _units(self) -> dict[int, UnitRow]:
        numbers: dict[str, tuple[int, int]] = {}

        def walk(code: str, left: int) -> int:
            right = left + 1
            for child in [one for one, parent in self.parents.items() if parent == code]:
                right = walk(child, right)
            numbers[code] = (left, right)
            return right

        at = 0
        for code in [one for one, parent in self.parents.items() if parent is None]:
            at = walk(code, at)
        return {
            (self.unit_id(code) or 0): UnitRow(
                self.unit_id(code) or 0, code, both(code), self.unit_id(parent), self.entities[code], *numbers[code]
            )
            for code, parent in self.parents.items()
        }


def small() -> Firm:
    """CO with MKT (ACQ below) and SALES; CEO, MD, ACQ-H and SD, each held by one person and head of a unit."""
    firm = Firm()
    for unit, parent in [("CO", None), ("MKT", "CO"), ("ACQ", "MKT"), ("SALES", "CO")]:
        firm.unit(unit, parent)
    for who, post, unit, above in [("zhao", "CEO", "CO", None), ("li", "MD", "MKT", "CEO"),
                                   ("wang", "ACQ-H", "ACQ", "MD"), ("hu", "SD", "SALES", "CEO")]:
        firm.post(post, unit, above, head=True)
        firm.hold(who, post)
    return firm


def said(found: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """Code, severity and subject of findings, in order."""
    return [(one.code, one.severity, one.subject) for one in sorted(found, key=lambda one: one.order)]


def words(found: Any) -> list[str]:
    """The sentences of findings, in order."""
    ordered: list[Finding] = sorted(found, key=lambda one: one.order)
    return [str(one.message) for one in ordered]
