"""Asking to spend money: drafting a request, handing it in, taking it back, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import KIND, SPEND_APPROVE, SPEND_READ, SPEND_REQUEST
from plugins.crm.models import Campaign, SpendRequest
from plugins.crm.services import asking, budgets
from plugins.crm.services.places import own_places
from plugins.crm.text import APPROVED, CATEGORIES, DRAFT, SUBMITTED, _
from remit.base import Actor, DomainError, clock, format_money
from remit.letters import number_for
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

#: The number of a request: a series per company and year.
NUMBER = "crm.spend"
PAGE = 50
_OPEN = (DRAFT, SUBMITTED)


def draft(session: Session, actor: Actor, request: SpendRequest | None, values: dict[str, Any]) -> SpendRequest:
    """Write a request down, or change one: ``unit_id``, ``category``, ``payee``, ``purpose``, ``amount``,
    ``currency`` (stays, or is CNY, where it is not told), ``needed_on``, ``campaign_id``.

    One that was handed in or approved may be changed as well; whoever decides reads it anew, and an approval of what
    it said before is void. Raises ``DomainError`` with the field for a unit that is not one's own; ``Denied`` where the
    list does not let the actor ask.
    """
    if request is not None:
        asking.only_own(actor, request)
        if request.state not in (*_OPEN, APPROVED):
            raise DomainError("crm.closed", _("This request is closed; write a new one."))
    places = {place.unit_id: place for place in own_places(session, actor)}
    place = places.get(values["unit_id"])
    if place is None or actor.person_id is None:
        raise DomainError("crm.unit", _("Choose a unit in which you hold a post."), "unit_id")
    new = request is None
    if request is None:
        request = SpendRequest(
            requester_person_id=actor.person_id, state=DRAFT, currency="CNY", created_at=clock.now(), in_budget=False
        )
    request.unit_id, request.legal_entity_id = place.unit_id, place.legal_entity_id
    request.currency = values.get("currency") or request.currency
    request.category, request.amount, request.needed_on = values["category"], values["amount"], values["needed_on"]
    request.payee, request.purpose = " ".join(values["payee"].split()), values["purpose"].strip()
    request.campaign_id = values.get("campaign_id")
    with session.no_autoflush:
        covered = budgets.covering(session, request)
    request.budget_id = covered.budget.id if covered is not None else None
    request.in_budget = covered is not None and request.amount <= covered.left
    require(session, actor, SPEND_REQUEST, request)
    if new:
        today = clock.today(actor.zone)
        request.number = number_for(session, actor, NUMBER, request.legal_entity_id, today)
        session.add(request)
    session.flush()
    return request


def submit(session: Session, actor: Actor, request: SpendRequest) -> Run:
    """Hand a request in: it becomes a question to whomever the lists name."""
    asking.hand_in(session, actor, request, SPEND_REQUEST)
    return ask(session, actor, KIND, request)


def discard(session: Session, actor: Actor, request: SpendRequest) -> None:
    """Take back a draft that was never handed in."""
    asking.drop(session, actor, request, SPEND_REQUEST)


def requests(session: Session, actor: Actor, *, own: bool, before: int | None = None) -> Sequence[SpendRequest]:
    """The requests somebody may see, the latest first, a page of them; ``own`` only his own, ``before`` an id."""
    statement = select(SpendRequest).order_by(SpendRequest.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(SpendRequest.requester_person_id == (actor.person_id or 0))
    if before is not None:
        statement = statement.where(SpendRequest.id < before)
    return session.scalars(visible(session, actor, SPEND_READ, statement)).all()


# -- the question ------------------------------------------------------------------------------------------------------


def subject(session: Session, request: SpendRequest) -> Text:
    """A request in one line."""
    del session
    return _("{category}: {amount} to {payee}", category=CATEGORIES[request.category], payee=request.payee,
             amount=_money(request.amount, request.currency))  # fmt: skip


def lines(session: Session, request: SpendRequest) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know, with what is left of the budget."""
    covered = budgets.covering(session, request)
    campaign = None
    if request.campaign_id is not None:
        with system(session, "the campaign of a request"):
            campaign = session.scalar(select(Campaign.title).where(Campaign.id == request.campaign_id))
    return [
        (_("Number"), request.number), (_("Amount"), _money(request.amount, request.currency)),
        (_("Category"), CATEGORIES[request.category]), (_("Payee"), request.payee), (_("Purpose"), request.purpose),
        (_("Needed on"), str(request.needed_on)), *([(_("Campaign"), campaign)] if campaign else []),
        (_("Budget"), _standing(request, covered)),
    ]  # fmt: skip


def _standing(request: SpendRequest, covered: budgets.Standing | None) -> Text:
    if covered is None:
        return _("None covers it")
    words = {"budget": covered.budget.title, "left": _money(covered.left, request.currency)}
    if request.amount > covered.left:
        return _("{budget}: {left} left, not enough", **words)
    return _("{budget}: {left} left before this", **words)


def _money(minor: int, currency: str) -> str:
    return format_money(minor, currency=currency, symbol=True)


def _link(request: SpendRequest) -> str:
    return f"/crm/spending/{request.id}"


def _answered(session: Session, actor: Actor, request: SpendRequest, answer: Answer) -> None:
    """Move a request on. What was to come from a budget must still be there when it is approved."""
    del actor
    if answer == "approved" and request.in_budget:
        covered = budgets.covering(session, request, hold=True)
        if covered is None or request.amount > covered.left:
            left = _money(covered.left if covered is not None else 0, request.currency)
            raise DomainError("crm.budget", _(
                "Meanwhile the budget has only {left} left; whoever asked has to change the request.", left=left,
            ))  # fmt: skip
    request.state = asking.STATE_OF[answer]


TASK_KINDS = (
    TaskKind(KIND, _("Spending request"), SPEND_APPROVE, subject, lines, _link, _answered),
)

