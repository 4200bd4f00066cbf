"""Payslips: one's own list, one slip, its PDF. Amounts stay masked until they are asked for, which is on the record."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import PayPeriod, Run, Slip
from payroll.pages.blueprint import blueprint
from payroll.reports import payslip as report
from payroll.services import explain, look
from payroll.services import slip as slips
from payroll.services.present import MASK, explained, parts
from payroll.text import _
from remit.base import Actor, Month, amount_in_words, format_money
from remit.models import LegalEntity, PositionVersion, UnitVersion, dated
from remit.services import allowed, system
from remit.web import Page, access, disposition, page

#: The background of a slip: sums of the year and of the tax.
_BACKGROUND = ("information", "accumulator")


@blueprint.get("/payslips")
@access(actions.SLIP_READ)
def mine(session: Session, actor: Actor) -> Page:
    """One's own payslips, the latest first."""
    return page(
        "payroll/payslips.html", title=_("My payslips"), slips=slips.own_slips(session, actor),
        may_see_pay=actor.person_id is not None and allowed(session, actor, actions.CHANGE_READ),
    )


@blueprint.get("/payslips/<id:slip_id>")
@access(actions.SLIP_READ)
def payslip(session: Session, actor: Actor, slip_id: int) -> Page:
    """One slip, masked unless its run is open to the reader."""
    slip, run = slips.open_slip(session, actor, slip_id)
    return _page(session, actor, slip, run, masked=not look.is_open(session, actor, run, slip))


@blueprint.post("/payslips/<id:slip_id>")
@access(actions.SLIP_REVEAL)
def reveal(session: Session, actor: Actor, slip_id: int) -> Page:
    """One slip with its amounts; whose and what for is on the record."""
    slip, run = slips.open_slip(session, actor, slip_id)
    look.reveal(session, actor, slip, request.form.get("purpose", ""))
    return _page(session, actor, slip, run, masked=False)


@blueprint.post("/payslips/<id:slip_id>/pdf")
@access(actions.SLIP_REVEAL)
def pdf(session: Session, actor: Actor, slip_id: int) -> Response:
    """One slip as a PDF, on the record like any reveal."""
    slip, run = slips.open_slip(session, actor, slip_id)
    look.reveal(session, actor, slip, request.form.get("purpose", ""))
    told = _told(session, slip, run)
    data = report.render(told, parts(explain.explain(session, run, slip)), slip)
    response = Response(data, mimetype="application/pdf")
    name = f"{told['number']}_{told['work']}.pdf"
    response.headers["Content-Disposition"] = disposition(name)
    return response


def _page(session: Session, actor: Actor, slip: Slip, run: Run, *, masked: bool) -> Page:
    told = _told(session, slip, run)
    lines = (explain.outline if masked else explain.explain)(session, run, slip)
    if not masked:
        lines = explain.with_pages(session, actor, slip, told["paid_for"], lines)
    by_part = parts(lines)
    own = actor.person_id is not None and actor.person_id == slip.person_id

    def amount(minor: int, *, symbol: bool = False) -> str:
        return MASK if masked else format_money(minor, currency=run.currency, symbol=symbol)

    return page(
        "payroll/payslip.html", title=_("Payslip {month}", month=told["month"]),
        crumb=[(_("My payslips"), url_for("payroll.mine"))] if own else [(_("Payroll {month}", month=told["month"]),
                                                                         url_for("payroll.run", run_id=run.id))],
        told=told, slip_id=slip.id, masked=masked, state=run.state, own=own,
        may_reveal=allowed(session, actor, actions.SLIP_REVEAL, slip),
        earnings=explained(by_part["earning"], masked=masked),
        deductions=explained(by_part["deduction"], masked=masked),
        employer=explained(by_part["employer"], masked=masked), gross=amount(slip.gross),
        deducted=amount(slip.deductions), net=amount(slip.net, symbol=True),
        words="" if masked else _words(slip.net), employer_cost=amount(slip.employer_cost),
        working=None if masked else explained(
            [line for line in lines if line.kind in _BACKGROUND and line.value], zeros=False
        ),
    )  # fmt: skip


def _words(net: int) -> str:
    return amount_in_words(net) if net >= 0 else ""


def _told(session: Session, slip: Slip, run: Run) -> dict[str, Any]:
    """What stands at the head of a slip."""
    with system(session, "the head of a payslip that may be read"):
        period = session.get_one(PayPeriod, slip.pay_period_id)
        month = Month.from_number(period.work_month)
        unit = session.scalars(
            select(UnitVersion.title).where(
                UnitVersion.unit_id == slip.unit_id, dated.as_of(UnitVersion, month.period.last)
            )
        ).first()
        post = session.scalars(
            select(PositionVersion.title).where(
                PositionVersion.position_id == slip.position_id, dated.as_of(PositionVersion, month.period.last)
            )
        ).first()
        entity = session.get_one(LegalEntity, run.legal_entity_id)
    name, number = slips.name_of(session, slip)
    return {
        "name": name, "number": number, "unit": str(unit or ""), "position": str(post or ""), "work": str(month),
        "period": f"{month.start} – {month.period.last}", "month": month.title, "pay_date": period.pay_date,
        "tax_month": Month.from_number(slip.tax_month).title,
        "entity": str(entity.name), "currency": run.currency, "paid_for": month.period,
    }
