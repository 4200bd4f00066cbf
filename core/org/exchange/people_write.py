"""Writing an import of people, table by table, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.text import catalogue
from core.exchange.changes import Changes
from core.exchange.importing import Plan
from core.jobs.context import Report
from core.kernel import state
from core.kernel.house import check
from core.kernel.specs import Change
from core.org.exchange.histories import Histories
from core.org.exchange.missing import NEW_ENTITY
from core.org.exchange.people_data import FACTS, PeopleData
from core.org.models import Employment, LegalEntity, Person, Position, PositionVersion, Unit, UnitVersion
from core.org.names import initials_of, sort_key_of
from core.org.resources import IMPORT
from core.org.services import staffing
from core.org.services.structure import renumber

_ = catalogue("org")

Ids = Mapping[int, int]


def apply_people(session: Session, actor: Actor, plan: Plan, changes: Changes, report: Report) -> None:
    """Structure that was missing, persons, employments, terms, posts; the staffing plan and other modules may object to
    who gets which.
    """
    data: PeopleData = plan.data
    before = staffing.held_before(session)
    units, positions, entities = _write_structure(session, changes, data)
    report(10, 100, _("Writing people"))
    persons = _write_persons(changes, data)
    report(50, 100, _("Writing employments"))
    employments = _write_employments(changes, data, persons)
    report(70, 100, _("Writing posts"))
    agents = {"withholding_agent_id": units, "legal_entity_id": entities}
    _number(data.terms, employments, None, agents)
    data.terms.write(changes)
    _number(data.primary, employments, None, {"person_id": persons, "position_id": positions})
    data.primary.write(changes)
    _number(data.beside, employments, positions, {"person_id": persons})
    data.beside.write(changes)
    state.bump_epoch(session)
    staffing.insist_of_all(session, before)
    check(session, actor, Change(IMPORT, None, {"appointed": _appointed(data)}))


def _appointed(data: PeopleData) -> set[tuple[int, int]]:
    """Whom the file gives a post, as person and position."""
    primary = [*data.primary.update, *(piece for _key, piece in data.primary.insert)]
    return {(piece.values["person_id"], piece.values["position_id"]) for piece in primary} | {
        (piece.values["person_id"], key[1]) for key, piece in data.beside.insert
    }


def _write_structure(session: Session, changes: Changes, data: PeopleData) -> tuple[Ids, Ids, Ids]:
    entities: dict[int, int] = {}
    if data.entity is not None:
        made = changes.insert(LegalEntity, {name: [value] for name, value in data.entity.items()})
        entities[NEW_ENTITY] = int(made[0])
    units: dict[int, int] = {}
    if data.units:
        made = changes.insert(Unit, {"code": [one["code"] for one in data.units.values()]})
        units = dict(zip(data.units, made.tolist(), strict=True))
        versions = [one["version"] for one in data.units.values()]
        changes.insert(UnitVersion, {
            "unit_id": made, "valid_from": [data.since] * len(versions), "title": [v.title for v in versions],
            "parent_id": [units.get(v.parent_id, v.parent_id) for v in versions],
            "legal_entity_id": [entities.get(v.legal_entity_id, v.legal_entity_id) for v in versions],
            "kind": [v.kind for v in versions], "is_withholding_agent": [v.is_withholding_agent for v in versions],
        })
    positions: dict[int, int] = {}
    if data.positions:
        made = changes.insert(Position, {"code": [one["code"] for one in data.positions.values()]})
        positions = dict(zip(data.positions, made.tolist(), strict=True))
        posts = [one["version"] for one in data.positions.values()]
        changes.insert(PositionVersion, {
            "position_id": made, "valid_from": [data.since] * len(posts), "title": [v.title for v in posts],
            "unit_id": [units.get(v.unit_id, v.unit_id) for v in posts], "headcount": [v.headcount for v in posts],
        })
    if data.units:
        renumber(session)
    return units, positions, entities


def _write_persons(changes: Changes, data: PeopleData) -> Ids:
    for changed in _alike(data.person_changes):
        if "name" in changed:
            changed["sort_key"] = [sort_key_of(name) for name in changed["name"]]
            changed["initials"] = [initials_of(name) for name in changed["name"]]
        changes.update(Person, changed)
    if not data.persons:
        return {}
    rows = list(data.persons.values())
    named = [name for name in (*FACTS, "identity_index") if name in rows[0]]
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in named}
    columns["sort_key"] = [sort_key_of(name) for name in columns["name"]]
    columns["initials"] = [initials_of(name) for name in columns["name"]]
    return dict(zip(data.persons, changes.insert(Person, columns).tolist(), strict=True))


def _write_employments(changes: Changes, data: PeopleData, persons: Ids) -> Ids:
    for changed in _alike(data.employment_changes):
        changes.update(Employment, changed)
    if not data.employments:
        return {}
    rows = list(data.employments.values())
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["person_id"] = [persons.get(one, one) for one in columns["person_id"]]
    return dict(zip(data.employments, changes.insert(Employment, columns).tolist(), strict=True))


def _alike(rows: Mapping[int, dict[str, Any]]) -> list[dict[str, list[Any]]]:
    """Changes of rows as columns, grouped by which columns they name."""
    groups: dict[frozenset[str], dict[str, list[Any]]] = {}
    for one, values in rows.items():
        columns = groups.setdefault(frozenset(values), {"id": [], **{name: [] for name in values}})
        columns["id"].append(one)
        for name, value in values.items():
            columns[name].append(value)
    return list(groups.values())


def _number(histories: Histories, own: Ids, second: Ids | None, columns: Mapping[str, Ids]) -> None:
    """Put the real ids where new things stood as negative numbers."""
    if own or second:
        histories.insert = [
            ((own.get(key[0], key[0]), *((second or {}).get(one, one) for one in key[1:])), piece)
            for key, piece in histories.insert
        ]
    for name, ids in columns.items():
        if not ids:
            continue
        for piece in (*histories.update, *(piece for _key, piece in histories.insert)):
            value = piece.values.get(name)
            if value is not None and value < 0:
                piece.values[name] = ids[value]
