"""Leave for programs: one's requests and the way they take, and what is left. Amounts are hundredths of a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import BALANCES, LEAVE, LEAVE_READ, LEAVE_REQUEST
from attendance.models import LeaveRequest
from attendance.models.leave import DRAFT
from attendance.rules.absent_days import AFTERNOON, MORNING
from attendance.schemas import BEGINS, ENDS
from attendance.services.leave import look, requests
from attendance.services.leave.types import all_types
from remit import schema as fields
from remit.base import Actor, clock
from remit.models import Employment
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate
from remit.workflow import answer_of, preview

blueprint = ApiBlueprint("attendance_api", __name__, url_prefix="/attendance", description="Leave")

_FIELDS = ("id", "employment_id", "first_day", "first_half", "last_day", "last_half", "amount", "paid", "reason",
           "evidence", "state")  # fmt: skip


class LeaveSchema(fields.Schema):
    """A request for leave of ``amount`` hundredths of a day. Halves are 1 for the morning and 2 for the afternoon.

    ``state``: draft, submitted, approved, refused, withdrawn or cancelled.
    """

    id = fields.Integer()
    employment_id = fields.Integer()
    type = fields.String()
    first_day = fields.Day()
    first_half = fields.Integer()
    last_day = fields.Day()
    last_half = fields.Integer()
    amount = fields.Integer()
    paid = fields.Boolean()
    reason = fields.String()
    evidence = fields.String()
    state = fields.String()


class WholeLeaveSchema(LeaveSchema):
    """A request with its task; as a draft with the way it would take. ``gap``: nobody may decide it."""

    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class LeaveBody(fields.Schema):
    """What somebody asks for, for himself."""

    type = fields.String(required=True, max_length=20)
    first_day = fields.Day(required=True)
    first_half = fields.Integer(load_default=MORNING, validate=fields.OneOf(BEGINS))
    last_day = fields.Day(required=True)
    last_half = fields.Integer(load_default=AFTERNOON, validate=fields.OneOf(ENDS))
    reason = fields.String(load_default="", max_length=500)
    evidence = fields.String(load_default="", max_length=200)


class LotSchema(fields.Schema):
    """Days of a year and the last day on which they may be taken."""

    year = fields.Integer()
    granted = fields.Integer()
    left = fields.Integer()
    last = fields.Day()


class BalanceSchema(fields.Schema):
    """What is left of a type today, of how much; ``waiting`` is asked for and not answered."""

    type = fields.String()
    left = fields.Integer()
    granted = fields.Integer()
    waiting = fields.Integer()
    lots = fields.List(fields.Nested(LotSchema))


class BalancesSchema(fields.Schema):
    """The balances of an employment."""

    balances = fields.List(fields.Nested(BalanceSchema))


@blueprint.get("/leave")
@access(LEAVE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(LeaveSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The requests one may see."""
    found = paginate(
        session, visible(session, actor, LEAVE_READ, select(LeaveRequest), few=True), [LeaveRequest.id], **query
    )
    codes = _codes(session)
    return KeysetPage([_row(one, codes) for one in found.items], found.next)


@blueprint.post("/leave")
@access(LEAVE_REQUEST)
@blueprint.arguments(LeaveBody)
@blueprint.response(201, WholeLeaveSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a request down; the answer says what it comes to and who would decide it."""
    return _whole(session, requests.draft(session, actor, None, body))


@blueprint.get("/leave/<id:leave_id>")
@access(LEAVE_READ)
@blueprint.response(200, WholeLeaveSchema)
def one(session: Session, actor: Actor, leave_id: int) -> dict[str, Any]:
    """One request."""
    return _whole(session, load(session, actor, LEAVE_READ, LeaveRequest, leave_id))


@blueprint.put("/leave/<id:leave_id>")
@access(LEAVE_REQUEST)
@blueprint.arguments(LeaveBody)
@blueprint.response(200, WholeLeaveSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], leave_id: int) -> dict[str, Any]:
    """Change one's own draft."""
    return _whole(session, requests.draft(session, actor, _own(session, actor, leave_id), body))


@blueprint.post("/leave/<id:leave_id>/submit")
@access(LEAVE_REQUEST)
@blueprint.response(200, WholeLeaveSchema)
def submit(session: Session, actor: Actor, leave_id: int) -> dict[str, Any]:
    """Hand one's own request in."""
    found = _own(session, actor, leave_id)
    requests.submit(session, actor, found)
    return _whole(session, found)


@blueprint.post("/leave/<id:leave_id>/cancel")
@access(LEAVE_READ)
@blueprint.response(200, WholeLeaveSchema)
def cancel(session: Session, actor: Actor, leave_id: int) -> dict[str, Any]:
    """Cancel approved leave: before it begins one's own, later for whoever may record leave."""
    found = load(session, actor, LEAVE_READ, LeaveRequest, leave_id)
    requests.cancel(session, actor, found)
    return _whole(session, found)


@blueprint.get("/balances/<id:employment_id>")
@access(BALANCES)
@blueprint.response(200, BalancesSchema)
def balances(session: Session, actor: Actor, employment_id: int) -> dict[str, Any]:
    """What an employment has left today."""
    employment = load(session, actor, BALANCES, Employment, employment_id)
    found = look.balances_of(session, [employment.id], clock.today(actor.zone))[employment.id]
    return {"balances": [
        {"type": each.leave_type.code, "left": each.left, "granted": each.granted, "waiting": each.waiting,
         "lots": each.lots} for each in found
    ]}  # fmt: skip


def _own(session: Session, actor: Actor, leave_id: int) -> LeaveRequest:
    return load(session, actor, LEAVE_REQUEST, LeaveRequest, leave_id)


def _codes(session: Session) -> dict[int, str]:
    return {each.id: each.code for each in all_types(session)}


def _row(found: LeaveRequest, codes: dict[int, str]) -> dict[str, Any]:
    return {**{name: getattr(found, name) for name in _FIELDS}, "type": codes.get(found.type_id, "")}


def _whole(session: Session, found: LeaveRequest) -> dict[str, Any]:
    task = answer_of(session, LEAVE, found)
    way = preview(session, LEAVE, found) if found.state == DRAFT else None
    return {
        **_row(found, _codes(session)), "task_id": task.id if task is not None else None,
        "steps": fields.told_way(way.steps) if way is not None else [], "gap": way is not None and way.gap,
    }  # fmt: skip
