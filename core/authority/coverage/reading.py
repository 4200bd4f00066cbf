"""Reading the rows of a day, a statement a table, whole tables at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from core.authority import rules
from core.authority.coverage.world import (
    BoundaryRow,
    DutyRow,
    EmployedRow,
    EntryRow,
    HandedRow,
    HoldRow,
    KpiRow,
    MitigationRow,
    PostRow,
    UnitRow,
    World,
)
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    DelegatedEntry,
    Delegation,
    Duty,
    KpiTarget,
    PublishedList,
    SeparationMitigation,
)
from core.authority.reading import in_force
from core.db import guard
from core.db.dated import as_of, during
from core.kernel import state
from core.kernel.house import of as house_of
from core.org import tree
from core.org.models import (
    Assignment,
    Employment,
    Position,
    PositionVersion,
    Unit,
    UnitVersion,
)
from core.org.services import staffing

READ = "authority.coverage:read"
_MARK = [(READ, "core_assignment"), (READ, "core_employment")]

#: How far ahead vacancies are looked for: a quarter, within which a position can be filled again.
AHEAD = timedelta(days=90)

#: What is dormant until its holder opens it in an emergency covers nothing.
EVERY_DAY = AuthorityEntry.break_hours.is_(None)


def read(session: Session, day: date) -> World:
    """The world of a day, in twelve statements whatever its size, and three more where lists keep duties apart."""
    registry, on = house_of(session).registry, state.read(session)
    units, holds = _units(session, day), _holds(session, day)
    posts = _posts(session, day, units)
    kept = rules.read(session, day).of
    return World(
        day=day, units=units, posts=posts, holds=holds,
        employed=_employed(session, day, posts, holds),
        duties=_of_lists(session, day, Duty, _duty), kpis=_of_lists(session, day, KpiTarget, _kpi),
        entries=_of_lists(session, day, AuthorityEntry, _entry, EVERY_DAY), boundaries=_boundaries(session, day),
        handed=_handed(session, day),
        actions={action.key: action for action in registry.of("actions", on)},
        resources={resource.name: resource for resource in registry.of("resource_types", on)},
        rules=kept, mitigations=_mitigations(session, day, kept) if kept else (),
        quotas=staffing.quotas_on(session, day),
        since=_since(session, holds) if any(rule.kind == "tenure" for rule in kept) else {},
    )


def of_person(session: Session, day: date, person_id: int) -> World:
    """Of the world of a day what one person holds, by his positions and by delegation, and the rules about it."""
    units, holds = _units(session, day), _holds(session, day, Assignment.person_id == person_id)
    handed = _handed(session, day, Delegation.to_person_id == person_id)
    held = {hold.position_id for hold in holds} | {one.position_id for one in handed}
    entries = AuthorityEntry.position_id.in_(held) | AuthorityEntry.position_id.is_(None)
    kept = rules.read(session, day).of
    return World(
        day=day, units=units, posts=_posts(session, day, units, Position.id.in_(held)), holds=holds,
        entries=_of_lists(session, day, AuthorityEntry, _entry, EVERY_DAY, entries), handed=handed, rules=kept,
        mitigations=_mitigations(session, day, kept, SeparationMitigation.person_id == person_id),
    )


def of_matters(session: Session, day: date) -> World:
    """The part of it that tells who answers for which matter, in five statements."""
    units = _units(session, day)
    return World(
        day=day, units=units, posts=_posts(session, day, units), duties=_of_lists(session, day, Duty, _duty),
        boundaries=_boundaries(session, day),
    )


def _units(session: Session, day: date) -> dict[int, UnitRow]:
    nodes = tree.load(session, day)
    rows = session.execute(
        select(UnitVersion.unit_id, Unit.code, UnitVersion.title, UnitVersion.parent_id)
        .join(Unit, Unit.id == UnitVersion.unit_id).where(as_of(UnitVersion, day))
    )
    return {
        row.unit_id: UnitRow(
            row.unit_id, row.code, row.title, row.parent_id, nodes[row.unit_id].legal_entity_id,
            nodes[row.unit_id].lft, nodes[row.unit_id].rgt,
        )
        for row in rows
    }


def _posts(session: Session, day: date, units: Mapping[int, UnitRow], *where: Any) -> dict[int, PostRow]:
    """The positions of units that are there; a position left behind by its unit is as good as gone."""
    rows = session.execute(
        select(
            PositionVersion.position_id, Position.code, PositionVersion.title, PositionVersion.unit_id,
            PositionVersion.reports_to_id, PositionVersion.headcount, PositionVersion.is_head, PositionVersion.grade,
        )
        .join(Position, Position.id == PositionVersion.position_id).where(as_of(PositionVersion, day), *where)
        .order_by(Position.code)
    )
    return {row.position_id: PostRow(*row) for row in rows if row.unit_id in units}


def _holds(session: Session, day: date, *where: Any) -> list[HoldRow]:
    rows = session.execute(
        guard.mark(
            select(
                Assignment.person_id, Assignment.position_id, Assignment.kind, Assignment.fte, Assignment.valid_from,
                Assignment.valid_to,
            )
            .where(during(Assignment, day, day + AHEAD + timedelta(days=1)), *where).order_by(Assignment.id),
            _MARK,
        )
    )
    return [HoldRow(*row) for row in rows]


def _employed(session: Session, day: date, posts: dict[int, PostRow], holds: Iterable[HoldRow]) -> list[EmployedRow]:
    """Everybody employed, with the unit of a position he held: today's, else a later one's."""
    rows = session.execute(
        guard.mark(
            select(Employment.person_id, Employment.number)
            .where(Employment.hired_on <= day, Employment.left_on > day).order_by(Employment.number),
            _MARK,
        )
    )
    homes: dict[int, int] = {}
    for hold in sorted(holds, key=lambda hold: hold.start, reverse=True):
        if hold.position_id in posts:
            homes[hold.person_id] = posts[hold.position_id].unit_id
    return [EmployedRow(row.person_id, row.number, homes.get(row.person_id)) for row in rows]


def _of_lists(session: Session, day: date, model: Any, made: Any, *where: Any) -> list[Any]:
    rows = session.execute(
        select(model, PublishedList.unit_id).join(PublishedList, PublishedList.id == model.list_id)
        .where(in_force(day), *where).order_by(model.id)
    )
    return [made(row, unit_id) for row, unit_id in rows]


def _duty(row: Duty, unit_id: int | None) -> DutyRow:
    return DutyRow(unit_id, row.code, row.position_id, row.text, row.raci, row.matter)


def _kpi(row: KpiTarget, unit_id: int | None) -> KpiRow:
    return KpiRow(unit_id, row.code, row.position_id, row.duty_code)


def _entry(row: AuthorityEntry, unit_id: int | None) -> EntryRow:
    split = (row.split_by, row.split_days) if row.split_by and row.split_days is not None else None
    return EntryRow(
        unit_id, row.code, row.position_id, row.effect, row.action, row.scope, row.scope_unit_id, row.limit_minor,
        row.currency, row.cap_minor, row.cap_period, split, row.conditions, row.power, row.duty_code, row.delegable,
        row.by_acting, row.account_id is not None, row.needs_second,
    )


def _mitigations(session: Session, day: date, kept: Iterable[rules.Rule], *where: Any) -> list[MitigationRow]:
    """Those of the rules that end after the day, each with the number of the person's last employment."""
    citations = {(rule.unit_id, rule.code): rule.citation for rule in kept}
    last = select(func.max(Employment.hired_on)).where(Employment.person_id == SeparationMitigation.person_id)
    rows = session.execute(guard.mark(
        select(SeparationMitigation, Employment.number)
        .outerjoin(Employment, and_(
            Employment.person_id == SeparationMitigation.person_id,
            Employment.hired_on == last.correlate(SeparationMitigation).scalar_subquery(),
        ))
        .where(SeparationMitigation.valid_to > day, *where).order_by(SeparationMitigation.id),
        [*_MARK, (READ, "core_separation_mitigation")],
    ))  # fmt: skip
    return [
        MitigationRow(citations[row.unit_id, row.rule_code], row.person_id, number or "–", row.valid_from, row.valid_to)
        for row, number in rows if (row.unit_id, row.rule_code) in citations
    ]


def _since(session: Session, holds: Iterable[HoldRow]) -> dict[tuple[int, int], date]:
    """Since when positions are held without a break, where a person was assigned to one anew while he held it."""
    found = {(hold.person_id, hold.position_id): hold.start for hold in holds}
    rows = session.execute(guard.mark(
        select(Assignment.person_id, Assignment.position_id, Assignment.valid_from, Assignment.valid_to)
        .order_by(Assignment.valid_from.desc()),
        _MARK,
    ))  # fmt: skip
    for person_id, position_id, start, end in rows:
        since = found.get((person_id, position_id))
        if since is not None and start < since <= end:
            found[person_id, position_id] = start
    return found


def _handed(session: Session, day: date, *where: Any) -> list[HandedRow]:
    """The delegations in force whose giver still holds what they come from."""
    giver, taker = aliased(Employment), aliased(Employment)
    rows = session.execute(
        guard.mark(
            select(
                Delegation.id, Assignment.position_id, Assignment.kind, giver.number.label("giver"),
                Delegation.to_person_id, taker.number.label("taker"), Delegation.valid_to, Delegation.unit_id,
                DelegatedEntry.code,
            )
            .join(DelegatedEntry, DelegatedEntry.delegation_id == Delegation.id)
            .join(Assignment, Assignment.id == Delegation.from_assignment_id)
            .join(giver, giver.id == Assignment.employment_id)
            .outerjoin(taker, and_(
                taker.person_id == Delegation.to_person_id, taker.hired_on <= day, taker.left_on > day,
            ))
            .where(as_of(Delegation, day), Delegation.revoked_at.is_(None), as_of(Assignment, day), *where)
            .order_by(Delegation.id),
            [*_MARK, (READ, "core_delegation")],
        )
    )  # fmt: skip
    codes: dict[int, set[str]] = {}
    found: dict[int, Any] = {}
    for row in rows:
        codes.setdefault(row.id, set()).add(row.code)
        found[row.id] = row
    return [
        HandedRow(row.position_id, row.kind, row.giver, row.to_person_id, row.taker or "–",
                  row.valid_to - timedelta(days=1), frozenset(codes[number]), row.unit_id)
        for number, row in found.items()
    ]


def _boundaries(session: Session, day: date) -> list[BoundaryRow]:
    rows = session.execute(
        select(Boundary, PublishedList.unit_id, BoundarySupport.unit_id)
        .join(PublishedList, PublishedList.id == Boundary.list_id)
        .outerjoin(BoundarySupport, BoundarySupport.boundary_id == Boundary.id)
        .where(in_force(day)).order_by(Boundary.id)
    )
    found: dict[int, tuple[Boundary, int | None, set[int | None]]] = {}
    for row, list_unit_id, support in rows:
        found.setdefault(row.id, (row, list_unit_id, set()))[2].add(support)
    return [
        BoundaryRow(list_unit_id, row.code, row.matter, row.lead_unit_id, frozenset(support - {None}))
        for row, list_unit_id, support in found.values()
    ]
