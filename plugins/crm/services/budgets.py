"""Budgets: setting them, what is left of them, which one covers a request."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import BUDGET_EDIT, BUDGET_READ, CAMPAIGN_READ
from plugins.crm.models import Budget, Campaign, SpendRequest
from plugins.crm.services.campaigns import after
from plugins.crm.services.places import place_of
from plugins.crm.text import APPROVED, _
from remit.base import Actor, DomainError
from remit.services import require, system, visible


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget with what was approved of it, in minor units of its currency."""

    budget: Budget
    used: int

    @property
    def left(self) -> int:
        """What may still be approved; negative where a budget was lowered below what was."""
        return self.budget.amount - self.used


def save(session: Session, actor: Actor, budget: Budget | None, values: dict[str, Any]) -> Budget:
    """Set a budget, or change one: ``title``, ``unit_id``, ``category``, ``starts_on``, ``last_day``, ``amount``, and
    ``campaign_id`` where only one campaign is paid from it.

    Raises ``DomainError`` with the field, and ``Denied`` where the actor's list does not give it for the unit.
    """
    place = place_of(session, values["unit_id"])
    end = after(values["starts_on"], values["last_day"])
    if budget is not None:
        require(session, actor, BUDGET_EDIT, budget)
    made = budget or Budget(currency="CNY")
    made.campaign_id = _campaign(session, actor, values.get("campaign_id"), place.unit_id)
    made.title, made.category, made.amount = values["title"].strip(), values["category"], values["amount"]
    made.unit_id, made.legal_entity_id, made.starts_on, made.ends_on = (
        place.unit_id, place.legal_entity_id, values["starts_on"], end,
    )
    require(session, actor, BUDGET_EDIT, made)
    session.add(made)
    session.flush()
    return made


def _campaign(session: Session, actor: Actor, campaign_id: int | None, unit_id: int) -> int | None:
    """The campaign of a budget, which is one of the same unit: its requests look for a budget of their unit."""
    if campaign_id is None:
        return None
    statement = select(Campaign.unit_id).where(Campaign.id == campaign_id)
    found = session.scalar(visible(session, actor, CAMPAIGN_READ, statement))
    if found is None or found != unit_id:
        raise DomainError("crm.campaign", _("Choose a campaign of the same unit."), "campaign_id")
    return campaign_id


def left_of(session: Session, actor: Actor, campaign: Campaign) -> Standing | None:
    """The budget of a campaign of which most is left, of those the actor may see; None where nothing is."""
    statement = select(Budget).where(Budget.campaign_id == campaign.id).order_by(Budget.id)
    found = standing_of(session, session.scalars(visible(session, actor, BUDGET_READ, statement)).all())
    most = max(found, key=lambda one: one.left, default=None)
    return most if most is not None and most.left > 0 else None


def standings(session: Session, actor: Actor, *, on: date | None = None) -> list[Standing]:
    """The budgets somebody may see with what is used up, the latest first; only those of a day, if it is told."""
    statement = select(Budget).order_by(Budget.starts_on.desc(), Budget.unit_id, Budget.id)
    if on is not None:
        statement = statement.where(Budget.starts_on <= on, Budget.ends_on > on)
    found = session.scalars(visible(session, actor, BUDGET_READ, statement)).all()
    return standing_of(session, found)


def of(session: Session, actor: Actor, budget_ids: Sequence[int]) -> list[Standing]:
    """Those of some budgets that somebody may see, with what is used up."""
    statement = select(Budget).where(Budget.id.in_(budget_ids)).order_by(Budget.id)
    return standing_of(session, session.scalars(visible(session, actor, BUDGET_READ, statement)).all())


def standing_of(session: Session, found: Sequence[Budget]) -> list[Standing]:
    """What is used up of budgets; whoever calls has asked who may know it."""
    used = _used(session, [one.id for one in found])
    return [Standing(one, used.get(one.id, 0)) for one in found]


def covering(session: Session, request: SpendRequest, *, hold: bool = False) -> Standing | None:
    """The budget a request is paid from: of its unit, category, currency and day, of its campaign before any other.

    What the request itself was approved for does not count. ``hold``: nobody else reads what is left until the commit.
    """
    with system(session, "which budget covers a request"):
        statement = select(Budget).where(
            Budget.unit_id == request.unit_id, Budget.category == request.category,
            Budget.currency == request.currency, Budget.starts_on <= request.needed_on,
            Budget.ends_on > request.needed_on,
            Budget.campaign_id.is_(None) | (Budget.campaign_id == request.campaign_id),
        ).order_by(Budget.campaign_id.is_(None), Budget.id).limit(1)  # fmt: skip
        found = session.scalars(statement.with_for_update() if hold else statement).one_or_none()
    if found is None:
        return None
    return Standing(found, _used(session, [found.id], besides=request.id).get(found.id, 0))


def _used(session: Session, ids: Collection[int], *, besides: int | None = None) -> dict[int, int]:
    if not ids:
        return {}
    statement = select(SpendRequest.budget_id, func.sum(SpendRequest.amount)).where(
        SpendRequest.budget_id.in_(ids), SpendRequest.state == APPROVED
    ).group_by(SpendRequest.budget_id)  # fmt: skip
    if besides is not None:
        statement = statement.where(SpendRequest.id != besides)
    with system(session, "what was approved of a budget"):
        return {key: int(total) for key, total in session.execute(statement) if key is not None}
