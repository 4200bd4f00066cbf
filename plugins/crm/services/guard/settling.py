"""What is done about a campaign that became too dear: it goes on for a while, or it ends."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.guard import GUARD_SETTLE
from plugins.crm.actions.spending import CAMPAIGN_EDIT
from plugins.crm.models import Campaign, GuardAlarm, SpendGuard
from plugins.crm.text import ALARM_KEPT, ALARM_OPEN, ALARM_STOPPED, _
from remit.base import Actor, DomainError, clock
from remit.services import require

#: For so many days nobody is told again of a campaign that was let go on.
QUIET_DAYS = 7


def go_on(session: Session, actor: Actor, campaign: Campaign, alarm: GuardAlarm, said: str, today: date) -> None:
    """Let a campaign go on for ``QUIET_DAYS`` days. Raises ``DomainError`` for no reason, and for an alarm that is
    answered already.
    """
    require(session, actor, GUARD_SETTLE, campaign)
    if not said.strip():
        raise DomainError("crm.guard_reason", _("Say why it goes on; both heads read it."), "said")
    _settle(session, actor, alarm, ALARM_KEPT, said)
    alarm.quiet_until = today + timedelta(days=QUIET_DAYS)
    session.flush()


def stop(session: Session, actor: Actor, campaign: Campaign, alarm: GuardAlarm, said: str, today: date) -> None:
    """End a campaign with today: nothing more is asked for it from tomorrow on. Answers its other alarms, too.

    Raises ``DomainError`` for an alarm that is answered already and for a campaign that is over, ``Denied`` where the
    actor may not plan the campaign.
    """
    require(session, actor, GUARD_SETTLE, campaign)
    require(session, actor, CAMPAIGN_EDIT, campaign)
    if campaign.ends_on <= today:
        raise DomainError("crm.guard_over", _("This campaign is over already; let the alarm rest with a reason."))
    _settle(session, actor, alarm, ALARM_STOPPED, said)
    campaign.ends_on = max(today, campaign.starts_on) + timedelta(days=1)
    others = select(GuardAlarm).where(
        GuardAlarm.guard_id == alarm.guard_id, GuardAlarm.state == ALARM_OPEN, GuardAlarm.id != alarm.id
    )
    for other in session.scalars(others).all():
        _settle(session, actor, other, ALARM_STOPPED, said)
    session.flush()


def _settle(session: Session, actor: Actor, alarm: GuardAlarm, state: str, said: str) -> None:
    session.refresh(alarm, with_for_update=True)  # two at once answer one after the other
    if alarm.state != ALARM_OPEN:
        raise DomainError("crm.guard_settled", _("Somebody has answered this alarm meanwhile; look at it again."))
    alarm.state, alarm.said = state, said.strip()
    alarm.settled_by_person_id, alarm.settled_at = actor.person_id, clock.now()


def alarm_of(session: Session, campaign: Campaign, alarm_id: int) -> GuardAlarm | None:
    """An alarm of a campaign one may see."""
    statement = select(GuardAlarm).join(SpendGuard, SpendGuard.id == GuardAlarm.guard_id).where(
        GuardAlarm.id == alarm_id, SpendGuard.campaign_id == campaign.id
    )
    return session.scalars(statement).one_or_none()
