"""What attendance adds to pages of others: its step of the month."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from attendance.actions import CLOSE
from attendance.models import CLOSED, Group, MonthState
from remit.base import Actor, Month, clock
from remit.contracts import MonthStep, MonthSteps
from remit.services import allowed
from remit.specs import Slot
from remit.text import Text, catalogue

_ = catalogue("attendance")


def month_steps(session: Session, actor: Actor) -> MonthSteps:
    """Closing is the first step of a month."""
    del session, actor
    return MonthSteps((CLOSE,), _read)


def _read(session: Session, actor: Actor, months: Sequence[Month]) -> list[MonthStep]:
    """How far the months are closed; none without attendance groups."""
    from flask import url_for  # only pages ask

    rows = session.execute(
        select(Group.id, MonthState.month, MonthState.state, MonthState.closed_at).outerjoin(
            MonthState,
            and_(MonthState.group_id == Group.id, MonthState.month.in_([month.number for month in months])),
        )
    ).all()
    groups = {row.id for row in rows}
    may = allowed(session, actor, CLOSE)
    steps = []
    for month in months if groups else ():
        closed = [row.closed_at for row in rows if row.month == month.number and row.state == CLOSED]
        done, waits = len(closed) == len(groups), clock.today(actor.zone) < month.period.end
        steps.append(
            MonthStep(
                month, 10, _("Close attendance"), done, CLOSE, may, url_for("attendance.month_sheet", month=month),
                _note(len(closed), len(groups), waits), waits,
            )
        )  # fmt: skip
    return steps


def _note(closed: int, groups: int, waits: bool) -> Text | str:
    if waits:
        return _("when the month is over")
    if groups <= 1 or closed >= groups:
        return ""
    return _("{closed} of {count} group", "{closed} of {count} groups", closed=closed, count=groups)


SLOTS = (Slot("home.month", "attendance.month", month_steps),)
