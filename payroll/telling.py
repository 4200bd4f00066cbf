"""What payroll tells people: that a payslip is ready. What stands in it is read on its page, by who may."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.events import RunPublished, SalaryChangeTold
from payroll.models import Slip
from payroll.text import _
from remit.notify import Message, Notification, Recipients
from remit.services import system


def _who_was_paid(session: Session, event: RunPublished) -> Recipients:
    with system(session, "telling people that their payslip is ready"):
        slips = select(Slip.person_id).where(Slip.run_id == event.run_id, Slip.void.is_(False)).distinct()
        return Recipients(persons=session.scalars(slips).all())


def _payslip_ready(session: Session, event: RunPublished) -> Message:
    del session
    return Message(
        _("Your payslip for {month} is ready", month=event.month.title),
        (_("For your eyes alone: what stands in it, and why, is shown after you sign in."),),
        "/payroll/payslips", _("Open my payslips"),
    )


def _whose_pay(session: Session, event: SalaryChangeTold) -> Recipients:
    del session
    return Recipients(persons=[event.person_id])


def _pay_changed(session: Session, event: SalaryChangeTold) -> Message:
    del session
    return Message(
        _("Your pay changes from {day}", day=event.valid_from),
        (_("For your eyes alone: what it comes to is shown after you sign in."),),
        f"/payroll/pay/{event.employment_id}", _("Look at my pay"),
    )


NOTIFICATIONS = (
    Notification(
        "payroll.payslip_published", _("My payslip is ready"), _("Payroll"), digestible=False, on=RunPublished.name,
        to=_who_was_paid, tell=_payslip_ready,
    ),
    Notification(
        "payroll.pay_changed", _("My pay changes"), _("Payroll"), digestible=False, on=SalaryChangeTold.name,
        to=_whose_pay, tell=_pay_changed,
    ),
)
