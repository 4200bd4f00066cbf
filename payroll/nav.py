"""The lines of the menu. Beside attendance they share its group; without it nothing tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payroll import actions
from payroll.text import _
from remit.services import modules_on
from remit.specs import NavItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.base import Actor
    from remit.text import Text


def _with_time(session: Session, actor: Actor) -> bool:
    """Attendance is on: its lines and ours stand in one group."""
    del actor
    return "attendance" in modules_on(session)


def _alone(session: Session, actor: Actor) -> bool:
    return not _with_time(session, actor)


def _lines(group: Text, *, alone: bool) -> tuple[NavItem, ...]:
    when = _alone if alone else _with_time
    return (
        NavItem(
            group, _("My payslips"), "payroll.mine", "receipt-2", order=350, action=actions.SLIP_READ, when=when,
            phone=3, short=_("Payslips"),
        ),
        NavItem(group, _("Payroll"), "payroll.runs", "cash", order=360, action=actions.RUN_READ, when=when),
        NavItem(
            group, _("Changes of pay"), "payroll.changes", "trending-up", order=365, action=actions.CHANGE_REQUEST,
            when=when,
        ),
    )


NAV = (*_lines(_("Attendance and pay"), alone=False), *_lines(_("Wages"), alone=True))
