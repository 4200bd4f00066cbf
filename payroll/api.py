"""Payroll for programs: runs, their slips, one's own slips."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run, Slip
from payroll.services import slip as slips
from remit.base import Actor
from remit.schema import Integer, Schema, String
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate

blueprint = ApiBlueprint("payroll_api", __name__, url_prefix="/payroll", description="Payroll runs and payslips")


class RunSchema(Schema):
    """A run with its totals in minor units."""

    id = Integer()
    kind = String()
    state = String()
    currency = String()
    slip_count = Integer()
    gross = Integer()
    net = Integer()
    tax = Integer()
    employer_cost = Integer()


class SlipSchema(Schema):
    """A slip with its totals in minor units."""

    id = Integer()
    run_id = Integer()
    employment_id = Integer()
    tax_month = Integer()
    kind = String()
    gross = Integer()
    deductions = Integer()
    tax = Integer()
    net = Integer()


SLIPS = page_of(SlipSchema)


@blueprint.get("/runs")
@access(actions.RUN_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(RunSchema))
def runs(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Runs one may see."""
    return paginate(session, visible(session, actor, actions.RUN_READ, select(Run)), [Run.id], **query)


@blueprint.get("/runs/<id:run_id>/slips")
@access(actions.SLIP_REVEAL)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SLIPS)
def run_slips(session: Session, actor: Actor, query: dict[str, Any], run_id: int) -> KeysetPage:
    """Slips of a run whose amounts one may open."""
    run = load(session, actor, actions.RUN_READ, Run, run_id)
    statement = visible(session, actor, actions.SLIP_REVEAL, select(Slip).where(Slip.run_id == run.id))
    return paginate(session, statement, [Slip.id], **query)


@blueprint.get("/slips")
@access(actions.SLIP_REVEAL)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SLIPS)
def own(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """One's own published slips."""
    statement = visible(
        session, actor, actions.SLIP_REVEAL,
        select(Slip).where(
            Slip.person_id == (actor.person_id or 0),
            Slip.id.in_([slip.id for slip, _run, _month in slips.own_slips(session, actor)]),
        ),
    )  # fmt: skip
    return paginate(session, statement, [Slip.id], **query)
