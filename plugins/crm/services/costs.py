"""What campaigns cost: the one place that says which spending counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, SpendRequest
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
    with system(session, "what campaigns cost"):
        rows = session.execute(_spent(campaign_ids, since, until, currency))
        return {key: int(total) for key, total in rows if key is not None}


def shared_out(
    session: Session, campaign_ids: Sequence[int], since: date, until: date, taken_in: Sequence[Any],
    currency: str = "CNY",
) -> dict[int, tuple[int, int]]:
    """As ``spend_of``, with the number of leads each campaign's spending is shared out among: those that ``taken_in``
    holds for, whoever may see them. One statement.
    """
    if not campaign_ids:
        return {}
    spent = _spent(campaign_ids, since, until, currency).subquery()
    leads = (
        select(Lead.campaign_id, func.count().label("leads"))
        .where(Lead.campaign_id.in_(campaign_ids), *taken_in).group_by(Lead.campaign_id).subquery()
    )
    statement = select(spent.c.campaign_id, spent.c.spent, func.coalesce(leads.c.leads, 0)).outerjoin(
        leads, leads.c.campaign_id == spent.c.campaign_id
    )
    with system(session, "what campaigns cost, and among how many leads that is shared out"):
        return {key: (int(total), int(many)) for key, total, many in session.execute(statement)}


def _spent(campaign_ids: Sequence[int], since: date | None, until: date | None, currency: str) -> Any:
    statement = select(SpendRequest.campaign_id, func.sum(SpendRequest.amount).label("spent")).where(
        SpendRequest.campaign_id.in_(campaign_ids), SpendRequest.state == APPROVED, SpendRequest.currency == currency,
    ).group_by(SpendRequest.campaign_id)  # fmt: skip
    if since is not None:
        statement = statement.where(SpendRequest.needed_on >= since)
    return statement.where(SpendRequest.needed_on < until) if until is not None else statement


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
