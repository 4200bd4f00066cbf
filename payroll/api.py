"""Payroll for programs: runs, their steps, their slips, one's own slips. Amounts are in minor units, and masked (null)
until they are asked for with a purpose, as on the pages.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run, Slip
from payroll.services import calculation, exposed, look
from payroll.services import run as services
from payroll.services.slip import open_slip
from payroll.text import _
from remit.base import Actor, NotFound
from remit.schema import Boolean, Integer, List, Moment, Month, Nested, Schema, String, Translated
from remit.services import load, system, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate

blueprint = ApiBlueprint("payroll_api", __name__, url_prefix="/payroll", description="Payroll runs and payslips")


class CalculationSchema(Schema):
    """The last calculation that was asked for: queued, running, done, failed or cancelled."""

    state = String()
    failure = String(allow_none=True)


class StepSchema(Schema):
    """A step that was taken: the state it led to, who took it, when, under which entry of which version of the list.

    A step that was undone by a later calculation has the moment of that in ``withdrawn_at``.
    """

    state = String()
    at = Moment()
    name = String()
    entry = String(allow_none=True)
    list_version = Integer(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class RunSchema(Schema):
    """A run with its totals in minor units, null where they would tell of few people, and the steps taken with it, the
    first one first.
    """

    id = Integer()
    month = Month()
    kind = String()
    state = String()
    currency = String()
    slip_count = Integer()
    gross = Integer(allow_none=True)
    net = Integer(allow_none=True)
    tax = Integer(allow_none=True)
    employer_cost = Integer(allow_none=True)
    error_count = Integer()
    warning_count = Integer()
    steps = List(Nested(StepSchema))


class OneRunSchema(RunSchema):
    """A run, how its calculation stands, and the task in which its approval is asked for, while it waits."""

    calculation = Nested(CalculationSchema, allow_none=True)
    task_id = Integer(allow_none=True)


class SlipSchema(Schema):
    """A slip; amounts in minor units, null while ``masked``."""

    id = Integer()
    run_id = Integer()
    employment_id = Integer()
    tax_month = Month()
    kind = String()
    masked = Boolean()
    gross = Integer(allow_none=True)
    deductions = Integer(allow_none=True)
    tax = Integer(allow_none=True)
    net = Integer(allow_none=True)
    employer_cost = Integer(allow_none=True)


class LineSchema(Schema):
    """A line of a slip and what it was worked out from. ``value`` is in the units of its ``type``."""

    code = String()
    title = Translated()
    kind = String()
    type = String()
    value = Integer(allow_none=True)
    formula = String()
    calculation = String(allow_none=True)
    source = String()
    agrees = Boolean(allow_none=True)


class OneSlipSchema(SlipSchema):
    """A slip with its lines."""

    lines = List(Nested(LineSchema))


class MonthSchema(Schema):
    """The work month to be calculated, and the pay group where there are several."""

    month = Month(required=True)
    group = String(load_default=None, allow_none=True, max_length=40)


class PurposeSchema(Schema):
    """What amounts are needed for; it goes on record."""

    purpose = String(load_default="", max_length=500)


class OpenSchema(Schema):
    """Until when the amounts of a run are open to this account's tokens."""

    open_until = Moment()


SLIPS = page_of(SlipSchema)


@blueprint.get("/runs")
@access(actions.RUN_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(RunSchema))
def runs(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Runs one may see."""
    found = paginate(session, visible(session, actor, actions.RUN_READ, select(Run)), [Run.id], **query)
    return KeysetPage(exposed.runs(session, actor, found.items), found.next)


@blueprint.post("/runs")
@access(actions.CALCULATE)
@blueprint.arguments(MonthSchema)
@blueprint.response(202, OneRunSchema)
def start(session: Session, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Have a month calculated, making its run when there is none."""
    run = services.open_run(session, actor, data["month"], group=data["group"])
    return exposed.run(session, actor, run, calculation.ask(session, actor, run))


@blueprint.get("/runs/<id:run_id>")
@access(actions.RUN_READ)
@blueprint.response(200, OneRunSchema)
def run(session: Session, actor: Actor, run_id: int) -> dict[str, Any]:
    """One run."""
    return exposed.run(session, actor, load(session, actor, actions.RUN_READ, Run, run_id))


@blueprint.post("/runs/<id:run_id>/calculate")
@access(actions.CALCULATE)
@blueprint.response(202, OneRunSchema)
def calculate(session: Session, actor: Actor, run_id: int) -> dict[str, Any]:
    """Have a run calculated again."""
    found = load(session, actor, actions.CALCULATE, Run, run_id)
    return exposed.run(session, actor, found, calculation.ask(session, actor, found))


@blueprint.post("/runs/<id:run_id>/amounts")
@access(actions.SLIP_REVEAL)
@blueprint.arguments(PurposeSchema)
@blueprint.response(200, OpenSchema)
def open_run(session: Session, actor: Actor, data: dict[str, Any], run_id: int) -> dict[str, Any]:
    """Open the amounts of a run to this account's tokens for a while, on the record."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    return {"open_until": look.open_run(session, actor, found, data["purpose"])}


@blueprint.get("/runs/<id:run_id>/slips")
@access(actions.SLIP_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SLIPS)
def run_slips(session: Session, actor: Actor, query: dict[str, Any], run_id: int) -> KeysetPage:
    """Slips of a run; with their amounts after ``POST .../amounts``."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    statement = visible(session, actor, actions.SLIP_READ, select(Slip).where(Slip.run_id == found.id), few=True)
    page = paginate(session, statement, [Slip.id], **query)
    shown = look.open_of(session, actor, found, [slip.id for slip in page.items])
    return KeysetPage(exposed.slips(page.items, shown), page.next)


@blueprint.post("/runs/<id:run_id>/<word>")
@access(actions.RUN_READ)
@blueprint.response(200, OneRunSchema)
def step(session: Session, actor: Actor, run_id: int, word: str) -> dict[str, Any]:
    """Take a run one step further: review, approve, pay, publish, lock. To approve is to answer its task with a yes."""
    found = load(session, actor, actions.RUN_READ, Run, run_id)
    if word not in services.STEPS:
        raise NotFound("payroll.step", _("A payroll has no such step."))
    return exposed.run(session, actor, services.STEPS[word][1](session, actor, found))


@blueprint.get("/slips")
@access(actions.SLIP_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SLIPS)
def own(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """One's own published slips, masked."""
    with system(session, "whose run is published"):
        page = paginate(session, exposed.own(session, actor), [Slip.id], **query)
    return KeysetPage(exposed.slips(page.items, frozenset()), page.next)


@blueprint.get("/slips/<id:slip_id>")
@access(actions.SLIP_READ)
@blueprint.response(200, OneSlipSchema)
def slip(session: Session, actor: Actor, slip_id: int) -> dict[str, Any]:
    """One slip and how its lines are worked out; masked unless its run is open."""
    found, of = open_slip(session, actor, slip_id)
    return exposed.slip(session, of, found, shown=look.is_open(session, actor, of, found))


@blueprint.post("/slips/<id:slip_id>/amounts")
@access(actions.SLIP_REVEAL)
@blueprint.arguments(PurposeSchema)
@blueprint.response(200, OneSlipSchema)
def open_one(session: Session, actor: Actor, data: dict[str, Any], slip_id: int) -> dict[str, Any]:
    """One slip with its amounts; whose and what for is on the record."""
    found, of = open_slip(session, actor, slip_id)
    look.reveal(session, actor, found, data["purpose"])
    return exposed.slip(session, of, found, shown=True)
