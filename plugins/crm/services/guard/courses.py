"""What campaigns spent and what came of it, as the guard reads it: many campaigns in two statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, SpendGuard
from plugins.crm.rules.guard import Course, Limits, Taken
from plugins.crm.services.costs import spent_by_day
from plugins.crm.text import GONE_STATES
from remit.services import of, system


def limits_of(guard: SpendGuard) -> Limits:
    """The limits a guard keeps."""
    return Limits(guard.per_lead, guard.per_customer, guard.least_leads, guard.wait_days)


def courses(session: Session, guards: Sequence[SpendGuard]) -> dict[int, Course]:
    """The course of the campaign of each guard, by the id of the guard.

    Days are those of the clock of the installation. Leads that were merged are counted where they went.
    """
    if not guards:
        return {}
    zone = ZoneInfo(of(session).config.zone)
    by_campaign = {guard.campaign_id: guard for guard in guards}
    taken: dict[int, list[Taken]] = {one: [] for one in by_campaign}
    with system(session, "the spend guard counts what campaigns bring"):
        rows = session.execute(
            select(Lead.campaign_id, Lead.captured_at, Lead.marketing_at, Lead.sales_at, Lead.won_at)
            .where(Lead.campaign_id.in_(sorted(by_campaign)), Lead.state.not_in(GONE_STATES))
        ).all()  # fmt: skip
    for campaign, came, marketing, sales, won in rows:
        if campaign is None:
            continue
        qualified = marketing if by_campaign[campaign].level == "marketing" else sales
        taken[campaign].append(Taken(_day(came, zone), _later(qualified, zone), _later(won, zone)))
    spent = spent_by_day(session, sorted(by_campaign), {one.campaign_id: one.currency for one in guards})
    return {
        guard.id: Course(spent.get(campaign, ()), taken[campaign], limits_of(guard))
        for campaign, guard in by_campaign.items()
    }


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _later(at: datetime | None, zone: ZoneInfo) -> date | None:
    return _day(at, zone) if at is not None else None
