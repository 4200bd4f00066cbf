"""Units, positions and people for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.access.declare import access
from core.base import clock
from core.base.actor import Actor
from core.db.dated import as_of
from core.org.models import Employment, Person, Position, PositionVersion, Unit, UnitVersion
from core.org.resources import READ
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint

api = ApiBlueprint("org_api", __name__, url_prefix="/org", description="Units, positions and people")


class DayQuery(PageQuery):
    """A page of a list as of a day."""

    day = fields.Day(load_default=None)


class UnitSchema(fields.Schema):
    """A unit on a day."""

    id = fields.Integer(attribute="unit_id")
    title = fields.Translated(dump_only=True)
    kind = fields.String()
    parent_id = fields.Integer(allow_none=True)
    legal_entity_id = fields.Integer()
    valid_from = fields.Day()
    valid_to = fields.Day()


class PositionSchema(fields.Schema):
    """A position on a day."""

    id = fields.Integer(attribute="position_id")
    title = fields.Translated(dump_only=True)
    unit_id = fields.Integer()
    reports_to_id = fields.Integer(allow_none=True)
    grade = fields.String(allow_none=True)
    headcount = fields.Integer()
    is_head = fields.Boolean()
    valid_from = fields.Day()
    valid_to = fields.Day()


class PersonSchema(fields.Schema):
    """A person without masked fields."""

    id = fields.Integer()
    name = fields.String()
    email = fields.String(allow_none=True)


def _day(query: dict[str, Any], actor: Actor) -> date:
    day: date | None = query.get("day")
    return day or clock.today(actor.zone)


@api.get("/units")
@access("org.chart:read")
@api.arguments(DayQuery, location="query")
@api.response(200, page_of(UnitSchema))
def units(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The units of a day."""
    statement: Any = select(UnitVersion).join(Unit, Unit.id == UnitVersion.unit_id)
    statement = statement.where(as_of(UnitVersion, _day(query, actor)))
    return paginate(session, statement, [UnitVersion.unit_id], after=query["after"], limit=query["limit"])


@api.get("/positions")
@access("org.chart:read")
@api.arguments(DayQuery, location="query")
@api.response(200, page_of(PositionSchema))
def positions(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The positions of a day."""
    statement: Any = select(PositionVersion).join(Position, Position.id == PositionVersion.position_id)
    statement = statement.where(as_of(PositionVersion, _day(query, actor)))
    return paginate(session, statement, [PositionVersion.position_id], after=query["after"], limit=query["limit"])


@api.get("/people")
@access("person.record:read")
@api.arguments(DayQuery, location="query")
@api.response(200, page_of(PersonSchema))
def people(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The people employed on a day, as far as the holder of the token may see them."""
    day = _day(query, actor)
    statement: Any = (
        select(Person).join(Employment, Employment.person_id == Person.id)
        .where(Employment.hired_on <= day, Employment.left_on > day)
    )
    return paginate(session, visible(session, actor, READ, statement, few=True), [Person.id, Employment.id],
                    after=query["after"], limit=query["limit"])
