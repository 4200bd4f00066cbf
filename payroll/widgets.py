"""Cards of the home pages: one's own payslip, masked, and how far the month's payroll is."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from payroll import actions
from payroll.services.review import runs_list
from payroll.services.slip import latest_own
from payroll.text import _
from remit.base import Actor
from remit.specs import Fragment, Widget


def my_slip(session: Session, actor: Actor) -> Fragment | None:
    """The latest published payslip; stays away for who has none."""
    found = latest_own(session, actor)
    if found is None:
        return None
    slip_id, month, day = found
    return Fragment("payroll/my_slip.html", {"slip_id": slip_id, "month": str(month), "day": day})


def month_steps(session: Session, actor: Actor) -> Fragment | None:
    """The latest run and what comes next, for whoever works on it."""
    found = runs_list(session, actor)
    if not found:
        return None
    run, month, _day, _title = found[0]
    state = "pending" if run.state == "draft" else run.state
    sub = _("{count} payslips, {notes} notes", count=run.slip_count, notes=run.error_count + run.warning_count)
    url = url_for("payroll.run", run_id=run.id)
    return Fragment("payroll/month_steps.html", {"month": str(month), "state": state, "sub": sub, "url": url})


WIDGETS = (
    Widget("payroll.my_slip", _("My payslip"), my_slip, area="side", order=30, action=actions.SLIP_READ),
    Widget("payroll.month", _("Payroll of the month"), month_steps, area="main", order=20, action=actions.RUN_READ),
)
