"""What campaigns cost: the one place that says which spending counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.models import SpendRequest
from plugins.crm.text import APPROVED
from remit.services import system


def spend_of(
    session: Session, campaign_ids: Sequence[int], since: date | None = None, until: date | None = None,
    currency: str = "CNY",
) -> dict[int, int]:
    """Minor units of ``currency`` approved for campaigns, by their ids; of those needed in ``[since, until)``.

    Whoever calls has asked who may know it: single requests are not shown, only their sum.
    """
    if not campaign_ids:
        return {}
    statement = select(SpendRequest.campaign_id, func.sum(SpendRequest.amount)).where(
        SpendRequest.campaign_id.in_(campaign_ids), SpendRequest.state == APPROVED, SpendRequest.currency == currency,
    ).group_by(SpendRequest.campaign_id)  # fmt: skip
    if since is not None:
        statement = statement.where(SpendRequest.needed_on >= since)
    if until is not None:
        statement = statement.where(SpendRequest.needed_on < until)
    with system(session, "what campaigns cost"):
        return {key: int(total) for key, total in session.execute(statement) if key is not None}


#: What tells how often campaigns were seen in ``[since, until)``, by their ids; None while nothing counts it.
EXPOSURE: Callable[[Session, Sequence[int], date, date], dict[int, int]] | None = None


def exposure_of(session: Session, campaign_ids: Sequence[int], since: date, until: date) -> dict[int, int]:
    """How often campaigns were seen; nothing of those of which nobody knows."""
    return EXPOSURE(session, campaign_ids, since, until) if EXPOSURE is not None and campaign_ids else {}


def spent_by_day(
    session: Session, campaign_ids: Sequence[int], currencies: Mapping[int, str]
) -> dict[int, list[tuple[date, int]]]:
    """Minor units of its currency that each campaign spent, by the day on which the money was needed."""
    if not campaign_ids:
        return {}
    statement = select(
        SpendRequest.campaign_id, SpendRequest.needed_on, SpendRequest.currency, func.sum(SpendRequest.amount)
    ).where(SpendRequest.campaign_id.in_(campaign_ids), SpendRequest.state == APPROVED).group_by(
        SpendRequest.campaign_id, SpendRequest.needed_on, SpendRequest.currency
    )
    found: dict[int, list[tuple[date, int]]] = {}
    with system(session, "what campaigns spent day by day"):
        for campaign, day, currency, amount in session.execute(statement):
            if campaign is not None and currencies.get(campaign) == currency:
                found.setdefault(campaign, []).append((day, int(amount)))
    return found
