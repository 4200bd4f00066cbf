"""What documents are kept on besides people: companies, units and positions, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.base import clock
from core.db.dated import as_of
from core.db.types import Translation
from core.documents.kinds import kinds
from core.documents.services import keeping
from core.org.models import LegalEntity, Position, PositionVersion, Unit, UnitVersion

if TYPE_CHECKING:
    from core.base.actor import Actor

#: In the order in which they are offered.
ENTITIES = ("legal_entity", "unit", "position")
_MODELS: dict[str, Any] = {"legal_entity": LegalEntity, "unit": Unit, "position": Position}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something by its name, and the code that tells two of one name apart."""

    entity: str
    id: int
    name: str
    code: str


def _named(entity: str) -> Select[int, Translation, str]:
    """Id, name and code of everything of a sort that there is today."""
    today = clock.today()
    if entity == "legal_entity":
        return select(LegalEntity.id, LegalEntity.name, LegalEntity.code).order_by(LegalEntity.code)
    if entity == "unit":
        return (
            select(Unit.id, UnitVersion.title, Unit.code).join(UnitVersion, UnitVersion.unit_id == Unit.id)
            .where(as_of(UnitVersion, today)).order_by(Unit.code)
        )
    return (
        select(Position.id, PositionVersion.title, Position.code)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(as_of(PositionVersion, today)).order_by(Position.code)
    )


def names(session: Session, entity: str, ids: Collection[int]) -> dict[int, str]:
    """The names of companies, units or positions that stand today."""
    if not ids:
        return {}
    found = session.execute(_named(entity).where(_MODELS[entity].id.in_(sorted(ids))))
    return {row[0]: str(row[1]) for row in found}


def choices(session: Session, actor: Actor) -> dict[str, list[Thing]]:
    """What the actor may keep a document on, by sort; sorts that no kind of document is for are left out."""
    wanted = {kind.entity for kind in kinds(session).values()}
    found: dict[str, list[Thing]] = {}
    for entity in (one for one in ENTITIES if one in wanted):
        model = _MODELS[entity]
        loaded = {one.id: one for one in session.scalars(select(model))}
        things = [
            Thing(entity, key, str(name), code) for key, name, code in session.execute(_named(entity))
            if keeping.may_keep(session, actor, entity, loaded[key])
        ]
        if things:
            found[entity] = things
    return found
