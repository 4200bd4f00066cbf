"""How the authority list looks at documents: they are where their person, position, unit or company is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from core.base import clock
from core.base.text import catalogue
from core.db.dated import as_of
from core.db.reaching import by_way_of
from core.documents.actions import OPEN, READ
from core.documents.models import Document
from core.kernel.specs import Anchor, Facts, FieldGroup, ResourceType, by_column
from core.org.models import PositionVersion
from core.org.resources import facts_of_person, newest_entity, through_assignment

_ = catalogue("documents")


def document_facts(session: Session, document: Document) -> Facts:
    """A document is where what it is kept on is today."""
    if document.person_id is not None:
        return facts_of_person(session, document.person_id)
    if document.position_id is not None:
        units = session.scalars(
            select(PositionVersion.unit_id).where(
                PositionVersion.position_id == document.position_id, as_of(PositionVersion, clock.today())
            )
        ).all()
        return Facts(unit_ids=tuple(units), position_ids=(document.position_id,))
    if document.unit_id is not None:
        return Facts(unit_ids=(document.unit_id,))
    return Facts(legal_entity_id=document.legal_entity_id)


def _either(*anchors: Anchor) -> Anchor:
    def predicate(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
        return or_(*(anchor(entity, ids, at) for anchor in anchors))

    return predicate


def _unit_of_position(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
    post = aliased(PositionVersion)
    others = select(post.position_id).where(as_of(post, at), post.unit_id.in_(ids))
    return by_way_of(entity.position_id, post.position_id, others, ids)


RESOURCE_TYPES = (
    ResourceType(
        name="document",
        model=Document,
        facts=document_facts,
        anchors={
            "person": by_column("person_id"),
            "unit": _either(
                through_assignment("person_id", "unit_id", column="person_id"), by_column("unit_id"), _unit_of_position
            ),
            "position": _either(
                through_assignment("person_id", "position_id", column="person_id"), by_column("position_id")
            ),
            "legal_entity": _either(
                newest_entity("person_id", column="person_id"), by_column("legal_entity_id")
            ),
        },
        groups=(FieldGroup("number", _("Number of a document"), ("number",), OPEN),),
        read=READ,
    ),
)
