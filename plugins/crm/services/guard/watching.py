"""Every day: look whether a campaign has become too dear, tell both heads once, and keep what stood there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Campaign, GuardAlarm, Lead, SpendGuard
from plugins.crm.rules.guard import MEASURES
from plugins.crm.services.following.people import heads_of
from plugins.crm.services.following.telling import GUARDED
from plugins.crm.services.guard.courses import courses, limits_of
from plugins.crm.text import ALARM_OPEN, ALARM_STOPPED, MEASURE_WORDS, _
from remit.base import clock, format_money
from remit.notify import Message, Recipients, notify
from remit.services import system


def watch(session: Session, day: date) -> int:
    """Look at every guarded campaign that runs on a day; how many alarms were raised. A second run raises none."""
    with system(session, "the spend guard looks at campaigns"):
        rows = session.execute(
            select(SpendGuard, Campaign).join(Campaign, Campaign.id == SpendGuard.campaign_id)
            .where(SpendGuard.is_active.is_(True), Campaign.starts_on <= day, Campaign.ends_on > day)
            .order_by(SpendGuard.id).with_for_update(of=SpendGuard)
        ).all()  # fmt: skip
        quiet = _quiet(session, [guard.id for guard, _campaign in rows], day)
        found = courses(session, [guard for guard, _campaign in rows])
        raised: list[tuple[Campaign, GuardAlarm]] = []
        for guard, campaign in rows:
            limits, standing = limits_of(guard), found[guard.id].on(day)
            for measure in MEASURES:
                most = limits.most(measure)
                if most is None or (guard.id, measure) in quiet or not standing.passes(measure, limits):
                    continue
                raised.append((campaign, GuardAlarm(
                    guard_id=guard.id, measure=measure, day=day, spent=standing.spent, leads=standing.leads,
                    count=standing.count(measure), most=most, raised_at=clock.now(), state=ALARM_OPEN,
                )))  # fmt: skip
        session.add_all([alarm for _campaign, alarm in raised])
        session.flush()
        readers = _readers(session, [campaign for campaign, _alarm in raised], day)
    for campaign, alarm in raised:
        _tell(session, campaign, alarm, readers.get(campaign.id, set()))
    return len(raised)


def _quiet(session: Session, guard_ids: Collection[int], day: date) -> set[tuple[int, str]]:
    """What has an open alarm, was stopped, or was let go on until a later day."""
    statement = select(GuardAlarm).where(GuardAlarm.guard_id.in_(guard_ids))
    return {
        (one.guard_id, one.measure) for one in session.scalars(statement)
        if one.state in (ALARM_OPEN, ALARM_STOPPED) or (one.quiet_until is not None and one.quiet_until > day)
    }  # fmt: skip


def _readers(session: Session, campaigns: Collection[Campaign], day: date) -> dict[int, set[int]]:
    """Whoever planned each campaign, the head of its unit, and the heads of the units that follow its leads up."""
    ids = [one.id for one in campaigns]
    pairs = session.execute(
        select(Lead.campaign_id, Lead.unit_id).where(Lead.campaign_id.in_(ids)).distinct()
    ).all() if ids else []  # fmt: skip
    units = {one.id: {one.unit_id} for one in campaigns}
    for campaign, unit in pairs:
        if campaign is not None:
            units[campaign].add(unit)
    heads = heads_of(session, {unit for many in units.values() for unit in many}, day) if units else {}
    found = {one: {heads[unit] for unit in many if unit in heads} for one, many in units.items()}
    for one in campaigns:
        if one.owner_person_id is not None:
            found[one.id].add(one.owner_person_id)
    return found


def _tell(session: Session, campaign: Campaign, alarm: GuardAlarm, readers: Collection[int]) -> None:
    notify(session, GUARDED, said(campaign, alarm), to=Recipients(persons=sorted(readers)),
           about=f"crm.guard:{alarm.id}")  # fmt: skip


def said(campaign: Campaign, alarm: GuardAlarm) -> Message:
    """What an alarm says to whoever is told of it."""
    words = _("{campaign} has become too dear for each {measure}", campaign=campaign.title,
              measure=MEASURE_WORDS[alarm.measure])  # fmt: skip
    spent, most = (format_money(one, symbol=True) for one in (alarm.spent, alarm.most))
    lines = (
        _("{spent} went out for {reached} out of {leads}; the limit for each is {most}.", leads=alarm.leads,
          reached=alarm.count, spent=spent, most=most),
        _("Stop it, or let it go on and say why."),
    )  # fmt: skip
    return Message(words, lines, f"/crm/campaigns/{campaign.id}/guard", _("Look at it"))
