"""Changes of agreed pay for programs: requests, the way one would take, handing in, telling. Amounts in minor units."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.actions import CHANGE, CHANGE_READ, CHANGE_REQUEST, CHANGE_TELL
from payroll.models import DRAFT, SalaryChange
from payroll.services import setup
from payroll.services.changes import agreed, drafting, pay
from payroll.text import _
from remit import schema as fields
from remit.base import Actor, DomainError
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate
from remit.workflow import answer_of, preview

blueprint = ApiBlueprint("payroll_changes_api", __name__, url_prefix="/payroll/changes",
                         description="Changes of agreed pay")  # fmt: skip

_FIELDS = ("id", "number", "employment_id", "valid_from", "currency", "total_before", "total", "rise", "reason",
           "state", "requester_person_id", "told_at")  # fmt: skip


class AgreedAmountSchema(fields.Schema):
    """A component by its code, with what is agreed ``before`` (nothing where it is not) and ``after``."""

    component = fields.String()
    before = fields.Integer(allow_none=True)
    after = fields.Integer()


class SalaryChangeSchema(fields.Schema):
    """A change of pay. ``rise`` in millionths of the pay before; ``state``: draft, submitted, approved, refused or
    withdrawn; ``told_at``: when the person was told, who does not see it before.
    """

    id = fields.Integer()
    number = fields.String()
    employment_id = fields.Integer()
    valid_from = fields.Day()
    currency = fields.String()
    total_before = fields.Integer()
    total = fields.Integer()
    rise = fields.Integer(allow_none=True)
    reason = fields.String()
    state = fields.String()
    requester_person_id = fields.Integer(allow_none=True)
    told_at = fields.Moment(allow_none=True)
    amounts = fields.List(fields.Nested(AgreedAmountSchema))


class WholeSalaryChangeSchema(SalaryChangeSchema):
    """A change with its task; as a draft with the way it would take. ``gap``: nobody may decide it."""

    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class NewAgreedAmountSchema(fields.Schema):
    """What is agreed of a component a month from then on."""

    component = fields.String(required=True, max_length=40)
    amount = fields.Integer(required=True, strict=True, validate=fields.Range(min=0, max=10**13))


class SalaryChangeBody(fields.Schema):
    """Whose pay changes, by the employee number, from when, why, and to what; what is not told stays."""

    employee = fields.String(required=True, max_length=40)
    valid_from = fields.Day(required=True)
    reason = fields.String(required=True, max_length=200)
    amounts = fields.List(fields.Nested(NewAgreedAmountSchema), required=True)


@blueprint.get("/")
@access(CHANGE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(SalaryChangeSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The changes one may see."""
    statement = visible(session, actor, CHANGE_READ, select(SalaryChange), few=True)
    found = paginate(session, statement, [SalaryChange.id], **query)
    codes = _codes(session)
    return KeysetPage([_row(one, codes) for one in found.items], found.next)


@blueprint.post("/")
@access(CHANGE_REQUEST)
@blueprint.arguments(SalaryChangeBody)
@blueprint.response(201, WholeSalaryChangeSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a change down; the answer says who would decide it."""
    employment = pay.employment_for(session, actor, body["employee"])
    return _whole(session, drafting.draft(session, actor, employment, None, _told(session, body)))


@blueprint.get("/<id:change_id>")
@access(CHANGE_READ)
@blueprint.response(200, WholeSalaryChangeSchema)
def one(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """One change."""
    return _whole(session, load(session, actor, CHANGE_READ, SalaryChange, change_id))


@blueprint.put("/<id:change_id>")
@access(CHANGE_REQUEST)
@blueprint.arguments(SalaryChangeBody)
@blueprint.response(200, WholeSalaryChangeSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], change_id: int) -> dict[str, Any]:
    """Change one's own draft; whose pay it is about stays."""
    found = load(session, actor, CHANGE_REQUEST, SalaryChange, change_id)
    employment = agreed.employment_of(session, found.employment_id)
    if employment.number != body["employee"].strip():
        raise DomainError("payroll.change_employee", _("A request stays about the same employee."), "employee")
    return _whole(session, drafting.draft(session, actor, employment, found, _told(session, body)))


@blueprint.post("/<id:change_id>/submit")
@access(CHANGE_REQUEST)
@blueprint.response(200, WholeSalaryChangeSchema)
def submit(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """Hand one's own draft in."""
    found = load(session, actor, CHANGE_REQUEST, SalaryChange, change_id)
    drafting.submit(session, actor, found)
    return _whole(session, found)


@blueprint.post("/<id:change_id>/tell")
@access(CHANGE_TELL)
@blueprint.response(200, WholeSalaryChangeSchema)
def tell(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """Tell the person of an approved change."""
    found = load(session, actor, CHANGE_TELL, SalaryChange, change_id)
    drafting.tell(session, actor, found)
    return _whole(session, found)


def _told(session: Session, body: dict[str, Any]) -> dict[str, Any]:
    known, amounts = {code: number for number, code in _codes(session).items()}, {}
    for one in body["amounts"]:
        if one["component"] not in known:
            raise DomainError("payroll.change_component", _("There is no component {name} that can be agreed.",
                                                            name=one["component"]), "amounts")  # fmt: skip
        amounts[known[one["component"]]] = one["amount"]
    return {"valid_from": body["valid_from"], "reason": body["reason"], "amounts": amounts}


def _codes(session: Session) -> dict[int, str]:
    return {number: code for code, number in setup.component_ids(session).items()}


def _row(found: SalaryChange, codes: dict[int, str]) -> dict[str, Any]:
    amounts = [{**one, "component": codes.get(one["component"], "")} for one in found.amounts]
    return {**{name: getattr(found, name) for name in _FIELDS}, "amounts": amounts}


def _whole(session: Session, found: SalaryChange) -> dict[str, Any]:
    task = answer_of(session, CHANGE, found)
    way = preview(session, CHANGE, found) if found.state == DRAFT else None
    return {
        **_row(found, _codes(session)), "task_id": task.id if task is not None else None,
        "steps": fields.told_way(way.steps) if way is not None else [], "gap": way is not None and way.gap,
    }  # fmt: skip
