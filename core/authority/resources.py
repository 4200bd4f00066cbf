"""How the lists look at delegations, each where the post is whose authority it hands on, at mitigations, each where the
person is whom it lets pass, at relations, each where either of the two is, and at emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from core.authority.actions import EMERGENCIES, MITIGATE, RELATIONS, SEE
from core.authority.models import BreakGlass, Delegation, PersonRelation, SeparationMitigation
from core.base import clock
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import Anchor, Facts, ResourceType, by_column
from core.org.models import Assignment, PositionVersion
from core.org.resources import facts_of_person, newest_entity, through_assignment

_MARK = [(SEE, "core_assignment")]


def _post_of(session: Session, assignment_id: int) -> Any:
    """Unit and position of an assignment today, None where there is no such post."""
    return session.execute(guard.mark(
        select(PositionVersion.unit_id, PositionVersion.position_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(Assignment.id == assignment_id, as_of(PositionVersion, clock.today())),
        _MARK,
    )).first()  # fmt: skip


def delegation_facts(session: Session, delegation: Delegation) -> Facts:
    """Both people, and the unit and post of the assignment it comes from."""
    row = _post_of(session, delegation.from_assignment_id)
    people = (delegation.from_person_id, delegation.to_person_id)
    return Facts(people, (row.unit_id,), (row.position_id,)) if row is not None else Facts(people)


def mitigation_facts(session: Session, mitigation: SeparationMitigation) -> Facts:
    """Where the person is whom it lets pass, and for whose benefit it is."""
    return replace(facts_of_person(session, mitigation.person_id), beneficiary_person_id=mitigation.person_id)


def emergency_facts(session: Session, opened: BreakGlass) -> Facts:
    """Who opened it, and the unit and post of the assignment it was opened under."""
    row = _post_of(session, opened.assignment_id)
    return Facts(
        (opened.person_id,), (row.unit_id,) if row is not None else (), (row.position_id,) if row is not None else (),
        beneficiary_person_id=opened.person_id,
    )


def relation_facts(session: Session, relation: PersonRelation) -> Facts:
    """Both persons with their posts, the company of the first, and that it concerns both."""
    one, other = facts_of_person(session, relation.person_id), facts_of_person(session, relation.other_id)
    return Facts(
        (relation.person_id, relation.other_id), tuple({*one.unit_ids, *other.unit_ids}),
        tuple({*one.position_ids, *other.position_ids}), one.legal_entity_id, creator_person_id=relation.person_id,
        beneficiary_person_id=relation.other_id, gone=one.gone and other.gone,
    )


def _either(*anchors: Anchor) -> Anchor:
    """What is where either of two persons is."""

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
        return or_(*(anchor(entity, ids, at) for anchor in anchors))

    return predicate


RESOURCE_TYPES = (
    ResourceType(
        "delegation", Delegation, delegation_facts,
        anchors={
            "person": _either(by_column("from_person_id"), by_column("to_person_id")),
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
    ResourceType(
        "person_relation", PersonRelation, relation_facts,
        anchors={
            "person": _either(by_column("person_id"), by_column("other_id")),
            "unit": _either(*(
                through_assignment("person_id", "unit_id", column=one) for one in ("person_id", "other_id")
            )),
            "position": _either(*(
                through_assignment("person_id", "position_id", column=one) for one in ("person_id", "other_id")
            )),
            "legal_entity": newest_entity("person_id", column="person_id"),
        },
        read=RELATIONS,
    ),
    ResourceType(
        "break_glass", BreakGlass, emergency_facts,
        anchors={
            "person": by_column("person_id"),
            "unit": through_assignment("id", "unit_id", column="assignment_id"),
            "position": through_assignment("id", "position_id", column="assignment_id"),
            "legal_entity": newest_entity("person_id", column="person_id"),
        },
        read=EMERGENCIES,
    ),
)
