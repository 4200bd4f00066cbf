"""What campaigns cost: the one place that says which spending counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
