"""Customers: who has to be renewed soon, who left and why, whom they recommended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, CUSTOMER_WORK, DEAL_READ
from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Choice, Customer, Deal, Lead, Referral
from plugins.crm.services.following.contacting import TOPIC, check_revision
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.text import ACTIVE, CHURNED, GONE_STATES, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.services import require, system, visible

PAGE = 30
#: So many days before a term ends its renewal is due.
DUE_DAYS = 90


def due_by(actor: Actor) -> Any:
    """The last day whose terms are due for renewal today."""
    return clock.today(actor.zone) + timedelta(days=DUE_DAYS)


def _which(show: str, actor: Actor) -> list[ColumnElement[bool]]:
    if show == "left":
        return [Customer.state == CHURNED]
    due = [Customer.term_end <= due_by(actor)] if show == "due" else []
    return [Customer.state == ACTIVE, *due]


def customers(session: Session, actor: Actor, show: str, before: int | None = None) -> Sequence[Customer]:
    """A page of the customers one may see, and one more where there are others: ``active``, ``due``, ``left``.

    Those that are due are all of the next terms to end, the others the newest first.
    """
    statement = select(Customer).where(*_which(show, actor)).limit(PAGE + 1)
    if show == "due":
        statement = statement.order_by(Customer.term_end, Customer.id)
    else:
        statement = statement.order_by(Customer.id.desc())
        if before is not None:
            statement = statement.where(Customer.id < before)
    return session.scalars(visible(session, actor, CUSTOMER_READ, statement, few=show != "due")).all()


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many there are of each."""
    statement = select(
        *(func.count().filter(*_which(show, actor)) for show in ("active", "due", "left"))
    ).select_from(Customer)  # fmt: skip
    row = session.execute(visible(session, actor, CUSTOMER_READ, statement)).one()
    return dict(zip(("active", "due", "left"), row, strict=True))


def churn(session: Session, actor: Actor, customer: Customer, reason: str, revision: int) -> Customer:
    """A customer leaves us today, for a reason of the company's list. Raises ``DomainError`` for one who left."""
    require(session, actor, CUSTOMER_WORK, customer)
    check_revision(session, customer, revision)
    if customer.state == CHURNED:
        raise DomainError("crm.left", _("This customer has left already."))
    if session.scalar(select(Choice.id).where(Choice.kind == "lost", Choice.code == reason)) is None:
        raise DomainError("crm.reason", _("Say why the customer leaves: choose a reason."), "reason")
    customer.state, customer.churned_on, customer.churned_reason = CHURNED, clock.today(actor.zone), reason
    session.flush()
    publish(session, TOPIC)
    return customer


def refer(session: Session, actor: Actor, customer: Customer, lead_id: int) -> Referral:
    """Keep that a customer recommended us to a lead the reader may see. Raises ``DomainError`` where it is known that
    somebody did, or where the lead is what the customer came from."""
    require(session, actor, CUSTOMER_WORK, customer)
    lead = session.scalars(visible(session, actor, LEAD_READ, select(Lead).where(Lead.id == lead_id))).one_or_none()
    if lead is None:
        raise DomainError("crm.lead", _("Choose one of the leads you see."), "lead_id")
    if lead.company_key == customer.company_key:
        raise DomainError("crm.lead", _("Nobody recommends us to himself."), "lead_id")
    with system(session, "whether a lead was recommended already"):
        known = session.scalar(select(Referral.id).where(Referral.lead_id == lead.id))
    if known is not None:
        raise DomainError("crm.lead", _("It is known already who recommended us to this lead."), "lead_id")
    made = Referral(customer_id=customer.id, lead_id=lead.id, created_at=clock.now())
    session.add(made)
    happened(session, lead, "referred", actor.person_id, at=moment(), customer=customer.id)
    session.flush()
    return made


def recommended(session: Session, actor: Actor, customer: Customer) -> Sequence[Lead]:
    """The leads a customer recommended us to, of those the reader sees."""
    statement = select(Lead).where(
        Lead.id.in_(select(Referral.lead_id).where(Referral.customer_id == customer.id))
    ).order_by(Lead.id.desc()).limit(PAGE)  # fmt: skip
    return session.scalars(visible(session, actor, LEAD_READ, statement)).all()


def to_recommend(session: Session, actor: Actor) -> Sequence[Lead]:
    """The newest leads the reader sees of which nobody said who recommended us."""
    statement = select(Lead).where(
        Lead.state.not_in(GONE_STATES), Lead.id.not_in(select(Referral.lead_id))
    ).order_by(Lead.id.desc()).limit(PAGE)  # fmt: skip
    return session.scalars(visible(session, actor, LEAD_READ, statement, few=True)).all()


def deals_of(session: Session, actor: Actor, customer: Customer) -> Sequence[Deal]:
    """The deals with a customer that the reader may see, the latest first."""
    statement = select(Deal).where(Deal.customer_id == customer.id).order_by(Deal.id.desc()).limit(PAGE)
    return session.scalars(visible(session, actor, DEAL_READ, statement)).all()


def shown(session: Session, actor: Actor, *, state: str | None = None, until: date | None = None) -> Select[Any]:
    """The customers somebody may see, for paging: in a state, with a term that ends by a day."""
    statement = select(Customer)
    if state is not None:
        statement = statement.where(Customer.state == state)
    if until is not None:
        statement = statement.where(Customer.term_end <= until)
    return visible(session, actor, CUSTOMER_READ, statement, few=True)
