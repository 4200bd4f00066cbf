"""The spend guard of the demo company: limits on what ran, one alarm that was let go on, and one to be answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Campaign, GuardAlarm, SpendGuard
from plugins.crm.services.guard import limits, settling
from plugins.crm.services.guard.watching import watch
from remit.demo import Demo, acting
from remit.services import system

#: Code of the campaign -> fen of a customer at most, and from how many leads on.
LIMITS: dict[str, tuple[int, int]] = {
    "2026-06-AD": (200_000, 100), "2026-10-WX": (45_000, 50), "2026-10-ZH": (45_000, 30), "2026-Q4": (45_000, 50),
}
#: On the first day the guard spoke, and nobody was told again for a week; on the second it speaks once more.
FIRST, SECOND = date(2026, 10, 20), date(2026, 10, 30)


def give_guard(session: Session, demo: Demo) -> None:
    """Set the limits and look on two days of October; a company without these campaigns gets none of it."""
    with system(session, "the campaigns of the demo company"):
        found = {one.code: one for one in session.scalars(select(Campaign).where(Campaign.code.in_(LIMITS)))}
    director = demo.actors.get("linan")
    if director is None or set(found) != set(LIMITS):
        return
    with acting(session, director):
        for code, (most, least) in LIMITS.items():
            values: dict[str, Any] = {
                "level": "sales", "per_lead": None, "per_customer": most, "least_leads": least, "wait_days": 0,
                "is_active": True,
            }
            limits.save(session, director, found[code], values)
    watch(session, FIRST)
    campaign = found["2026-10-WX"]
    alarm = session.scalars(
        select(GuardAlarm).join(SpendGuard, SpendGuard.id == GuardAlarm.guard_id)
        .where(SpendGuard.campaign_id == campaign.id)
    ).first()
    if alarm is not None:
        with acting(session, director):
            settling.go_on(session, director, campaign, alarm, "月底前还有一批素材上线，先观察一周", FIRST)
    watch(session, SECOND)
