"""How the lists look at delegations, each where the post is whose authority it hands on, and at mitigations, each
where the person is whom it lets pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from core.authority.actions import MITIGATE, SEE
from core.authority.models import Delegation, SeparationMitigation
from core.base import clock
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import Facts, ResourceType, by_column
from core.org.models import Assignment, PositionVersion
from core.org.resources import facts_of_person, newest_entity, through_assignment

_MARK = [(SEE, "core_assignment")]


def delegation_facts(session: Session, delegation: Delegation) -> Facts:
    """Both people, and the unit and post of the assignment it comes from."""
    row = session.execute(guard.mark(
        select(PositionVersion.unit_id, PositionVersion.position_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(Assignment.id == delegation.from_assignment_id, as_of(PositionVersion, clock.today())),
        _MARK,
    )).first()  # fmt: skip
    people = (delegation.from_person_id, delegation.to_person_id)
    return Facts(people, (row.unit_id,), (row.position_id,)) if row is not None else Facts(people)


def mitigation_facts(session: Session, mitigation: SeparationMitigation) -> Facts:
    """Where the person is whom it lets pass, and for whose benefit it is."""
    return replace(facts_of_person(session, mitigation.person_id), beneficiary_person_id=mitigation.person_id)


def _either(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
    del at
    return or_(entity.from_person_id.in_(ids), entity.to_person_id.in_(ids))


RESOURCE_TYPES = (
    ResourceType(
        "delegation", Delegation, delegation_facts,
        anchors={
            "person": _either,
            "unit": through_assignment("id", "unit_id", column="from_assignment_id"),
            "position": through_assignment("id", "position_id", column="from_assignment_id"),
            "legal_entity": newest_entity("person_id", column="from_person_id"),
        },
        read=SEE,
    ),
    ResourceType(
        "separation_mitigation", SeparationMitigation, mitigation_facts,
        anchors={
            "person": by_column("person_id"),
            "unit": through_assignment("person_id", "unit_id", column="person_id"),
            "position": through_assignment("person_id", "position_id", column="person_id"),
            "legal_entity": newest_entity("person_id", column="person_id"),
        },
        read=MITIGATE,
    ),
)
