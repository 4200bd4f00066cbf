"""The card of the month: how far attendance and payroll are, whose turn it is, and the way to one's own next step.

The portal knows none of the steps; the modules that are on contribute them at the place ``home.month``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.access.calls import allowed, held_by
from core.base import clock
from core.base.actor import Actor
from core.base.period import Month
from core.base.text import catalogue, listed
from core.contracts.month import MonthStep, MonthSteps
from core.kernel.specs import Fragment, Widget
from core.web.slots import fill

_ = catalogue("portal")

#: The months that may still be open: the running one and so many before it.
BEFORE = 2


def card(session: Session, actor: Actor) -> Fragment | None:
    """The open month, for whoever takes one of its steps; nobody else pays a statement for it."""
    found: list[MonthSteps] = fill(session, actor, "home.month")
    if not any(allowed(session, actor, action) for one in found for action in one.actions):
        return None
    this = Month.of(clock.today(actor.zone))
    months = [this.shift(-back) for back in range(BEFORE, -1, -1)]
    by_month: dict[Month, list[MonthStep]] = {month: [] for month in months}
    for one in found:
        for step in one.read(session, actor, months):
            by_month[step.month].append(step)
    month = open_month(by_month)
    steps = sorted(by_month[month], key=lambda step: step.order)
    if not steps:
        return None
    now = next((step for step in steps if not step.done), None)
    posts = held_by(session, actor, now.action) if now is not None and not now.may else ()
    return Fragment("portal/month.html", {
        "month": month, "path": [_shown(step, now) for step in steps], "now": now, "posts": listed(posts),
    })  # fmt: skip


def open_month(by_month: Mapping[Month, Sequence[MonthStep]]) -> Month:
    """The latest month that was begun and is not finished, else the one after the latest that is finished, else this.

    The months come oldest first.
    """
    months = list(by_month)
    for month in reversed(months):
        done = [step.done for step in by_month[month]]
        if any(done):
            at = months.index(month) + all(done)
            return months[min(at, len(months) - 1)]
    return months[-1]


def _shown(step: MonthStep, now: MonthStep | None) -> dict[str, Any]:
    return {"label": step.title, "sub": step.note, "state": "done" if step.done else "now" if step is now else ""}


WIDGETS = (Widget("portal.month", _("The month's progress"), card, area="main", order=5),)
