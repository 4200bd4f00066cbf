"""Discounts: asked for on a deal, decided by whomever the lists name, and what the answer does to the deal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import DISCOUNT_APPROVE, DISCOUNT_READ, DISCOUNT_REQUEST, KIND
from plugins.crm.models import Deal, Discount
from plugins.crm.services.asking import STATE_OF
from plugins.crm.services.following.contacting import TOPIC
from plugins.crm.text import APPROVED, OPEN, SUBMITTED, _
from remit.base import Actor, DomainError, clock, div_round, format_money
from remit.live import publish
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

#: Rates are in millionths.
WHOLE = 1_000_000


def request(session: Session, actor: Actor, deal: Deal, amount: int, reason: str) -> Run:
    """Ask to give away ``amount`` minor units of a deal; it becomes a question to whomever the lists name.

    What was given away of the deal before counts together with it, so that nothing is split below a limit: the
    question is about the sum. Raises ``DomainError`` for a deal that is closed, a question that waits, more than the
    deal is worth; ``Denied`` where the list does not let the actor ask.
    """
    session.refresh(deal, with_for_update=True)
    if actor.person_id is None or deal.state != OPEN:
        raise DomainError("crm.deal_closed", _("This deal is closed already."))
    whole = given(deal) + amount
    if whole >= deal.list_amount:
        raise DomainError("crm.discount", _("A discount leaves something to be paid: less than {amount}.",
                          amount=_money(deal.list_amount, deal.currency)), "amount")  # fmt: skip
    with system(session, "whether a discount of a deal waits"):
        waits = session.scalar(select(Discount.id).where(Discount.deal_id == deal.id, Discount.state == SUBMITTED))
    if waits is not None:
        raise DomainError("crm.discount_waits", _("A discount of this deal waits for its decision; first see to that."))
    made = Discount(
        deal_id=deal.id, requester_person_id=actor.person_id, unit_id=deal.unit_id,
        legal_entity_id=deal.legal_entity_id, amount=whole, rate=div_round(whole * WHOLE, deal.list_amount),
        currency=deal.currency, reason=reason.strip(), state=SUBMITTED, created_at=clock.now(),
    )  # fmt: skip
    require(session, actor, DISCOUNT_REQUEST, made)
    session.add(made)
    session.flush()
    return ask(session, actor, KIND, made)


def given(deal: Deal) -> int:
    """What was given away of a deal so far, in its minor units."""
    return deal.list_amount - deal.amount


def of_deal(session: Session, actor: Actor, deal: Deal) -> Sequence[Discount]:
    """The discounts of a deal that the reader may see, the latest first."""
    statement = select(Discount).where(Discount.deal_id == deal.id).order_by(Discount.id.desc()).limit(20)
    return session.scalars(visible(session, actor, DISCOUNT_READ, statement)).all()


# -- the question ------------------------------------------------------------------------------------------------------


def _deal(session: Session, discount: Discount) -> Deal:
    with system(session, "the deal of a discount"):
        return session.get_one(Deal, discount.deal_id)


def subject(session: Session, discount: Discount) -> Text:
    """A discount in one line."""
    return _("Discount of {amount} on {title}", amount=_money(discount.amount, discount.currency),
             title=_deal(session, discount).title)  # fmt: skip


def lines(session: Session, discount: Discount) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know."""
    deal = _deal(session, discount)
    return [
        (_("Deal"), deal.title), (_("Amount by the list"), _money(deal.list_amount, deal.currency)),
        (_("Given away in all"), _money(discount.amount, discount.currency)), (_("Rate"), percent(discount.rate)),
        (_("The customer would pay"), _money(deal.list_amount - discount.amount, deal.currency)),
        (_("Reason"), discount.reason),
    ]  # fmt: skip


def percent(rate: int) -> str:
    """Millionths as a percentage with at most two decimals, rounded half up."""
    whole, part = divmod(div_round(rate, 100), 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def _money(minor: int, currency: str) -> str:
    return format_money(minor, currency=currency, symbol=True)


def _link(discount: Discount) -> str:
    return f"/crm/deals/{discount.deal_id}"


def _answered(session: Session, actor: Actor, discount: Discount, answer: Answer) -> None:
    """Let the customer pay less once it is approved, and as before where the approval is void."""
    del actor
    deal = _deal(session, discount)
    session.refresh(deal, with_for_update=True)
    if answer == "approved":
        if deal.state != OPEN or discount.amount >= deal.list_amount:
            raise DomainError("crm.deal_closed", _("This deal is closed already."))
        deal.amount, deal.revision = deal.list_amount - discount.amount, deal.revision + 1
    elif answer == "void" and discount.state == APPROVED:
        deal.amount, deal.revision = deal.list_amount - _earlier(session, discount), deal.revision + 1
    discount.state = STATE_OF[answer]
    publish(session, TOPIC)


def _earlier(session: Session, discount: Discount) -> int:
    with system(session, "what was given away of a deal before"):
        found = session.scalar(select(func.max(Discount.amount)).where(
            Discount.deal_id == discount.deal_id, Discount.state == APPROVED, Discount.id != discount.id))  # fmt: skip
    return int(found or 0)


TASK_KINDS = (TaskKind(KIND, _("Discount"), DISCOUNT_APPROVE, subject, lines, _link, _answered),)
