"""Setting what a campaign may cost, and looking at what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.guard import GUARD_READ, GUARD_SET
from plugins.crm.models import Campaign, GuardAlarm, SpendGuard
from plugins.crm.rules.guard import Alarm, Limits, Standing, alarms
from plugins.crm.services.guard.courses import courses, limits_of
from plugins.crm.text import ALARM_OPEN, _
from remit.base import Actor, DomainError
from remit.services import require, visible


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign with its guard, how it stands today, and the alarms nobody has answered yet."""

    campaign: Campaign
    guard: SpendGuard | None
    standing: Standing | None
    open: Sequence[GuardAlarm] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """Every day of a campaign under limits, and when the guard would have spoken first."""

    limits: Limits
    days: Sequence[Standing]
    alarms: Sequence[Alarm]


def save(session: Session, actor: Actor, campaign: Campaign, values: dict[str, Any]) -> SpendGuard:
    """Set the limits of a campaign: ``level``, ``per_lead``, ``per_customer`` (minor units, None: no limit),
    ``least_leads``, ``wait_days``, ``is_active``.

    Raises ``DomainError`` where there is no limit at all, ``Denied`` where the actor's list does not give it.
    """
    require(session, actor, GUARD_SET, campaign)
    if values["per_lead"] is None and values["per_customer"] is None:
        raise DomainError("crm.guard", _("Set at least one limit: for a qualified lead or for a customer."), "per_lead")
    guard = guard_of(session, campaign)
    if guard is None:
        guard = SpendGuard(campaign_id=campaign.id, currency="CNY")
    for name in ("level", "per_lead", "per_customer", "least_leads", "wait_days", "is_active"):
        setattr(guard, name, values[name])
    session.add(guard)
    session.flush()
    return guard


def guard_of(session: Session, campaign: Campaign) -> SpendGuard | None:
    """The guard of a campaign one may see, if it has one."""
    return session.scalars(select(SpendGuard).where(SpendGuard.campaign_id == campaign.id)).one_or_none()


def watched(session: Session, actor: Actor, day: date) -> list[Watched]:
    """The campaigns whose guard one may see, those with open alarms first, then the latest: five statements."""
    statement = select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    campaigns = session.scalars(visible(session, actor, GUARD_READ, statement)).all()
    of_campaign = select(SpendGuard).where(SpendGuard.campaign_id.in_([one.id for one in campaigns]))
    guards = {one.campaign_id: one for one in session.scalars(of_campaign)}
    found = courses(session, list(guards.values()))
    told = _open(session, [one.id for one in guards.values()])
    rows = []
    for one in campaigns:
        guard = guards.get(one.id)
        standing = found[guard.id].on(day) if guard is not None else None
        rows.append(Watched(one, guard, standing, told.get(guard.id, ()) if guard is not None else ()))
    return sorted(rows, key=lambda one: (not one.open, one.guard is None))


def _open(session: Session, guard_ids: Sequence[int]) -> dict[int, list[GuardAlarm]]:
    statement = select(GuardAlarm).where(GuardAlarm.guard_id.in_(guard_ids), GuardAlarm.state == ALARM_OPEN)
    found: dict[int, list[GuardAlarm]] = {}
    for one in session.scalars(statement.order_by(GuardAlarm.id)):
        found.setdefault(one.guard_id, []).append(one)
    return found


def alarms_of(session: Session, guard: SpendGuard) -> Sequence[GuardAlarm]:
    """Every alarm of a guard, the latest first."""
    statement = select(GuardAlarm).where(GuardAlarm.guard_id == guard.id).order_by(GuardAlarm.id.desc())
    return session.scalars(statement).all()


def replay(session: Session, actor: Actor, campaign: Campaign, guard: SpendGuard, last: date) -> Replay:
    """What the guard would have said of a campaign on each of its days until ``last``, had it been there from the
    first. ``guard`` may be one that is only tried and never kept.
    """
    require(session, actor, GUARD_READ, campaign)
    limits = limits_of(guard)
    with session.no_autoflush:
        course = courses(session, [guard])[guard.id]
    days = list(course.days(campaign.starts_on, last))
    return Replay(limits, days, alarms(days, limits))
