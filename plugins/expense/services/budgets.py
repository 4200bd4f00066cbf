"""Budgets: setting them, what is left of them, which one covers a claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.expense.actions import BUDGET_EDIT, BUDGET_READ
from plugins.expense.models import Budget, Claim
from plugins.expense.services.places import entity_of, place_of
from plugins.expense.text import APPROVED, PAID, _
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
    """Set a budget, or change one: ``title``, ``unit_id``, ``category``, ``starts_on``, ``last_day``, ``amount``.

    Raises ``DomainError`` with the field, and ``Denied`` where the actor's list does not give it for the unit.
    """
    place = place_of(session, values["unit_id"])
    if values["last_day"] < values["starts_on"]:
        raise DomainError("expense.days", _("The last day lies before the first."), "last_day")
    if budget is not None:
        require(session, actor, BUDGET_EDIT, budget)
    made = budget or Budget(currency=entity_of(session, place.legal_entity_id).currency)
    made.title, made.category, made.amount = values["title"].strip(), values["category"], values["amount"]
    made.unit_id, made.legal_entity_id = place.unit_id, place.legal_entity_id
    made.starts_on, made.ends_on = values["starts_on"], values["last_day"] + timedelta(days=1)
    require(session, actor, BUDGET_EDIT, made)
    session.add(made)
    session.flush()
    return made


def standings(session: Session, actor: Actor) -> list[Standing]:
    """The budgets somebody may see with what is used up, the latest first."""
    statement = select(Budget).order_by(Budget.starts_on.desc(), Budget.unit_id, Budget.id)
    found = session.scalars(visible(session, actor, BUDGET_READ, statement)).all()
    used = _used(session, [one.id for one in found])
    return [Standing(one, used.get(one.id, 0)) for one in found]


def covering(session: Session, claim: Claim, *, hold: bool = False) -> Standing | None:
    """The budget a claim is paid from: of its unit, category, currency, and of the day it was written.

    What the claim itself was approved for does not count. ``hold``: nobody else reads what is left until the commit.
    """
    day = claim.created_at.date()
    with system(session, "which budget covers a claim"):
        statement = select(Budget).where(
            Budget.unit_id == claim.unit_id, Budget.category == claim.category, Budget.currency == claim.currency,
            Budget.starts_on <= day, Budget.ends_on > day,
        ).order_by(Budget.id).limit(1)  # fmt: skip
        found = session.scalars(statement.with_for_update() if hold else statement).one_or_none()
    if found is None:
        return None
    return Standing(found, _used(session, [found.id], besides=claim.id).get(found.id, 0))


def _used(session: Session, ids: Collection[int], *, besides: int | None = None) -> dict[int, int]:
    if not ids:
        return {}
    statement = select(Claim.budget_id, func.sum(Claim.amount)).where(
        Claim.budget_id.in_(ids), Claim.state.in_([APPROVED, PAID])
    ).group_by(Claim.budget_id)  # fmt: skip
    if besides is not None:
        statement = statement.where(Claim.id != besides)
    with system(session, "what was approved of a budget"):
        return {key: int(total) for key, total in session.execute(statement) if key is not None}
