"""Budgets: setting them, what is left of them, which one covers a request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import BUDGET_EDIT, BUDGET_READ
from plugins.crm.models import Budget, SpendRequest
from plugins.crm.services.campaigns import after
from plugins.crm.services.places import place_of
from plugins.crm.text import APPROVED
from remit.base import Actor
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
    """Set a budget, or change one: ``title``, ``unit_id``, ``category``, ``starts_on``, ``last_day``, ``amount``.

    Raises ``DomainError`` with the field, and ``Denied`` where the actor's list does not give it for the unit.
    """
    place = place_of(session, values["unit_id"])
    end = after(values["starts_on"], values["last_day"])
    if budget is not None:
        require(session, actor, BUDGET_EDIT, budget)
    made = budget or Budget(currency="CNY")
    made.title, made.category, made.amount = values["title"].strip(), values["category"], values["amount"]
    made.unit_id, made.legal_entity_id, made.starts_on, made.ends_on = (
        place.unit_id, place.legal_entity_id, values["starts_on"], end,
    )
    require(session, actor, BUDGET_EDIT, made)
    session.add(made)
    session.flush()
    return made


def standings(session: Session, actor: Actor, *, on: date | None = None) -> list[Standing]:
    """The budgets somebody may see with what is used up, the latest first; only those of a day, if it is told."""
    statement = select(Budget).order_by(Budget.starts_on.desc(), Budget.unit_id, Budget.id)
    if on is not None:
        statement = statement.where(Budget.starts_on <= on, Budget.ends_on > on)
    found = session.scalars(visible(session, actor, BUDGET_READ, statement)).all()
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
