"""The card of the home page: one's own payslip, masked. How far the month is says its slot (``payroll.slots``)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from payroll import actions
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
    return Fragment("payroll/my_slip.html", {"slip_id": slip_id, "month": month.title, "day": day})


WIDGETS = (
    Widget("payroll.my_slip", _("My payslip"), my_slip, area="side", order=30, action=actions.SLIP_READ),
)
