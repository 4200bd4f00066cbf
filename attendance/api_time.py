"""Overtime, punch corrections and punches on the web for programs. Times are instants, lengths whole minutes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import (
    CORRECTION,
    CORRECTION_READ,
    CORRECTION_REQUEST,
    OVERTIME,
    OVERTIME_READ,
    OVERTIME_REQUEST,
    PUNCH,
)
from attendance.models import Correction, OvertimeRequest
from attendance.models.leave import DRAFT
from attendance.rules.places import Spot
from attendance.schemas import TIME, TOKEN
from attendance.services import correcting, punching
from attendance.services.overtime import requests
from attendance.text import COMPENSATIONS, WAYS
from remit import schema as fields
from remit.base import Actor, clock
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate
from remit.workflow import answer_of, preview

blueprint = ApiBlueprint("attendance_ot", __name__, url_prefix="/attendance",
                         description="Overtime, punch corrections and punches")  # fmt: skip


class OvertimeRowSchema(fields.Schema):
    """A request for overtime. ``work_day`` is the day of attendance it belongs to; ``recognised`` is what counts of it
    once that day is over. ``day_kind``: workday, restday or holiday. ``compensation``: pay or in_lieu.

    ``state``: draft, submitted, approved, refused, withdrawn or cancelled.
    """

    id = fields.Integer()
    employment_id = fields.Integer()
    day = fields.Day()
    starts_at = fields.Moment()
    ends_at = fields.Moment()
    work_day = fields.Day()
    minutes = fields.Integer()
    workday_minutes = fields.Integer()
    restday_minutes = fields.Integer()
    holiday_minutes = fields.Integer()
    day_kind = fields.String()
    compensation = fields.String()
    recognised = fields.Integer(allow_none=True)
    reason = fields.String()
    state = fields.String()


class WholeOvertimeSchema(OvertimeRowSchema):
    """A request with its task; as a draft with the way it would take. ``gap``: nobody may decide it."""

    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class OvertimeBody(fields.Schema):
    """What somebody asks for, for himself; an end that is not after the start is on the next day."""

    day = fields.Day(required=True)
    starts = fields.String(required=True, validate=TIME)
    ends = fields.String(required=True, validate=TIME)
    compensation = fields.Choice(COMPENSATIONS, required=True)
    reason = fields.String(load_default="", max_length=500)


class CorrectionRowSchema(fields.Schema):
    """A request for a punch at ``at`` that belongs to ``day``; ``way``: in or out; ``punch_id`` once it is approved."""

    id = fields.Integer()
    employment_id = fields.Integer()
    day = fields.Day()
    at = fields.Moment()
    way = fields.String()
    instead_id = fields.Integer(allow_none=True)
    punch_id = fields.Integer(allow_none=True)
    reason = fields.String()
    state = fields.String()


class WholeCorrectionSchema(CorrectionRowSchema):
    """A request with its task; as a draft with the way it would take. ``gap``: nobody may decide it."""

    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class CorrectionBody(fields.Schema):
    """What somebody asks for, for himself; after a night shift the time is that of the next morning."""

    day = fields.Day(required=True)
    time = fields.String(required=True, validate=TIME)
    way = fields.Choice(WAYS, required=True)
    instead_id = fields.Id(load_default=None, allow_none=True)
    reason = fields.String(required=True, max_length=500)


class PunchBody(fields.Schema):
    """A punch now. ``token`` makes it one of its own: sent again it is the same punch.

    Where it is made is told in millionths of a degree, ``accuracy`` in metres.
    """

    token = fields.String(required=True, validate=TOKEN)
    latitude = fields.Integer(load_default=None, allow_none=True, minimum=-90_000_000, maximum=90_000_000)
    longitude = fields.Integer(load_default=None, allow_none=True, minimum=-180_000_000, maximum=180_000_000)
    accuracy = fields.Integer(load_default=None, allow_none=True, minimum=0, maximum=1_000_000)


class PunchRowSchema(fields.Schema):
    """A punch. ``whereabouts``: inside, outside, anywhere, refused, missing, or empty where nobody asked."""

    id = fields.Integer()
    at = fields.Moment()
    whereabouts = fields.String()
    distance = fields.Integer(allow_none=True)


class PunchedSchema(PunchRowSchema):
    """What a press did: ``new`` is false where it is a punch that was made already."""

    new = fields.Boolean()


class PunchesSchema(fields.Schema):
    """One's own punches of today."""

    punches = fields.List(fields.Nested(PunchRowSchema))


@blueprint.get("/overtime")
@access(OVERTIME_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(OvertimeRowSchema))
def overtime(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The requests for overtime one may see."""
    return paginate(
        session, visible(session, actor, OVERTIME_READ, select(OvertimeRequest), few=True), [OvertimeRequest.id],
        **query,
    )  # fmt: skip


@blueprint.post("/overtime")
@access(OVERTIME_REQUEST)
@blueprint.arguments(OvertimeBody)
@blueprint.response(201, WholeOvertimeSchema)
def create_overtime(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a request down; the answer says what it comes to and who would decide it."""
    return _whole(session, OVERTIME, WholeOvertimeSchema, requests.draft(session, actor, None, body))


@blueprint.get("/overtime/<id:overtime_id>")
@access(OVERTIME_READ)
@blueprint.response(200, WholeOvertimeSchema)
def one_overtime(session: Session, actor: Actor, overtime_id: int) -> dict[str, Any]:
    """One request."""
    found = load(session, actor, OVERTIME_READ, OvertimeRequest, overtime_id)
    return _whole(session, OVERTIME, WholeOvertimeSchema, found)


@blueprint.put("/overtime/<id:overtime_id>")
@access(OVERTIME_REQUEST)
@blueprint.arguments(OvertimeBody)
@blueprint.response(200, WholeOvertimeSchema)
def change_overtime(session: Session, actor: Actor, body: dict[str, Any], overtime_id: int) -> dict[str, Any]:
    """Change one's own draft."""
    found = load(session, actor, OVERTIME_REQUEST, OvertimeRequest, overtime_id)
    return _whole(session, OVERTIME, WholeOvertimeSchema, requests.draft(session, actor, found, body))


@blueprint.post("/overtime/<id:overtime_id>/submit")
@access(OVERTIME_REQUEST)
@blueprint.response(200, WholeOvertimeSchema)
def submit_overtime(session: Session, actor: Actor, overtime_id: int) -> dict[str, Any]:
    """Hand one's own request in."""
    found = load(session, actor, OVERTIME_REQUEST, OvertimeRequest, overtime_id)
    requests.submit(session, actor, found)
    return _whole(session, OVERTIME, WholeOvertimeSchema, found)


@blueprint.post("/overtime/<id:overtime_id>/cancel")
@access(OVERTIME_READ)
@blueprint.response(200, WholeOvertimeSchema)
def cancel_overtime(session: Session, actor: Actor, overtime_id: int) -> dict[str, Any]:
    """Cancel approved overtime: before it begins one's own, later for whoever may record leave."""
    found = load(session, actor, OVERTIME_READ, OvertimeRequest, overtime_id)
    requests.cancel(session, actor, found)
    return _whole(session, OVERTIME, WholeOvertimeSchema, found)


@blueprint.get("/corrections")
@access(CORRECTION_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(CorrectionRowSchema))
def corrections(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The punch corrections one may see."""
    return paginate(
        session, visible(session, actor, CORRECTION_READ, select(Correction), few=True), [Correction.id], **query
    )


@blueprint.post("/corrections")
@access(CORRECTION_REQUEST)
@blueprint.arguments(CorrectionBody)
@blueprint.response(201, WholeCorrectionSchema)
def create_correction(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a request down; the answer says who would decide it."""
    return _whole(session, CORRECTION, WholeCorrectionSchema, correcting.draft(session, actor, None, body))


@blueprint.get("/corrections/<id:correction_id>")
@access(CORRECTION_READ)
@blueprint.response(200, WholeCorrectionSchema)
def one_correction(session: Session, actor: Actor, correction_id: int) -> dict[str, Any]:
    """One request."""
    found = load(session, actor, CORRECTION_READ, Correction, correction_id)
    return _whole(session, CORRECTION, WholeCorrectionSchema, found)


@blueprint.put("/corrections/<id:correction_id>")
@access(CORRECTION_REQUEST)
@blueprint.arguments(CorrectionBody)
@blueprint.response(200, WholeCorrectionSchema)
def change_correction(session: Session, actor: Actor, body: dict[str, Any], correction_id: int) -> dict[str, Any]:
    """Change one's own draft."""
    found = load(session, actor, CORRECTION_REQUEST, Correction, correction_id)
    return _whole(session, CORRECTION, WholeCorrectionSchema, correcting.draft(session, actor, found, body))


@blueprint.post("/corrections/<id:correction_id>/submit")
@access(CORRECTION_REQUEST)
@blueprint.response(200, WholeCorrectionSchema)
def submit_correction(session: Session, actor: Actor, correction_id: int) -> dict[str, Any]:
    """Hand one's own request in."""
    found = load(session, actor, CORRECTION_REQUEST, Correction, correction_id)
    correcting.submit(session, actor, found)
    return _whole(session, CORRECTION, WholeCorrectionSchema, found)


@blueprint.get("/punches")
@access(PUNCH)
@blueprint.response(200, PunchesSchema)
def punches(session: Session, actor: Actor) -> dict[str, Any]:
    """One's own punches of today."""
    return {"punches": punching.own_punches(session, actor, clock.today(actor.zone))}


@blueprint.post("/punches")
@access(PUNCH)
@blueprint.arguments(PunchBody)
@blueprint.response(200, PunchedSchema)
def punch(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Punch now, by the clock of the server; a second one within a minute is the first."""
    latitude, longitude = body["latitude"], body["longitude"]
    spot = Spot(latitude, longitude) if latitude is not None and longitude is not None else None
    done = punching.punch_now(session, actor, body["token"], punching.Told(spot, body["accuracy"] if spot else None))
    place = done.place
    return {
        "id": done.punch.id, "at": done.punch.at, "new": done.new,
        "whereabouts": place.whereabouts if place is not None else "",
        "distance": place.distance if place is not None else None,
    }  # fmt: skip


def _whole(session: Session, kind: str, schema: type[fields.Schema], found: Any) -> dict[str, Any]:
    """A request with everything its schema tells."""
    task = answer_of(session, kind, found)
    way = preview(session, kind, found) if found.state == DRAFT else None
    added = {"task_id", "steps", "gap"}
    return {
        **{name: getattr(found, name) for name in schema().fields if name not in added},
        "task_id": task.id if task is not None else None,
        "steps": fields.told_way(way.steps) if way is not None else [], "gap": way is not None and way.gap,
    }  # fmt: skip
