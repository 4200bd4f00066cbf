"""Opening deals, winning and losing them: the way from a lead to a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import DEAL_READ, DEAL_WORK
from plugins.crm.models import Choice, Customer, Deal, Discount, Lead
from plugins.crm.services.following.contacting import TOPIC, check_revision, months_after
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.text import ACTIVE, LOST, OPEN, OPEN_STATES, SUBMITTED, WON, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.services import require, system, visible

PAGE = 30


def draft_of(source: Lead | Customer) -> Deal:
    """A deal with somebody before it is written: of the places and the owner of the lead or customer."""
    return Deal(
        lead_id=source.id if isinstance(source, Lead) else source.lead_id,
        customer_id=source.id if isinstance(source, Customer) else None,
        owner_person_id=source.owner_person_id, captured_unit_id=source.captured_unit_id, unit_id=source.unit_id,
        legal_entity_id=source.legal_entity_id, kind="new" if isinstance(source, Lead) else "renewal", state=OPEN,
        currency="CNY", revision=1,
    )  # fmt: skip


def open_deal(session: Session, actor: Actor, source: Lead | Customer, values: Mapping[str, Any]) -> Deal:
    """Write a deal down: ``title``, ``kind``, ``list_amount`` in minor units, ``expected_on``, ``months`` or None.

    Raises ``DomainError`` for a lead that is closed, a renewal without a customer, a customer who left; ``Denied``.
    """
    made = draft_of(source)
    require(session, actor, DEAL_WORK, made)
    if isinstance(source, Lead) and source.state not in OPEN_STATES:
        raise DomainError("crm.lead_closed", _("This lead is closed; nothing more is written down on it."))
    if isinstance(source, Lead) != (values["kind"] == "new"):
        raise DomainError("crm.kind", _("A lead becomes a new customer; renewals and extensions are for customers."),
                          "kind")  # fmt: skip
    made.title, made.kind, made.months = values["title"].strip(), values["kind"], values.get("months")
    made.list_amount = made.amount = values["list_amount"]
    made.expected_on, made.created_at = values["expected_on"], clock.now()
    session.add(made)
    session.flush()
    publish(session, TOPIC)
    return made


def win(session: Session, actor: Actor, deal: Deal, values: Mapping[str, Any]) -> Customer:
    """A deal is won on ``won_on``: its lead becomes a customer, or the term of its customer goes on.

    ``term_start`` is from when it runs; a renewal goes on where the term ended, anything else begins on ``won_on``.
    Raises ``DomainError`` for a day to come, for one before the first contact with the lead, and while a discount
    waits for its decision.
    """
    require(session, actor, DEAL_WORK, deal)
    check_revision(session, deal, values["revision"])
    _only_open(deal)
    won_on: date = values["won_on"]
    if won_on > clock.today(actor.zone):
        raise DomainError("crm.won_on", _("A deal is won once it is signed, not on a day to come."), "won_on")
    _no_question(session, deal)
    with system(session, "the lead and the customer of a deal that is won"):
        lead = session.get(Lead, deal.lead_id) if deal.lead_id is not None else None
        customer = session.get(Customer, deal.customer_id) if deal.customer_id is not None else None
    if deal.kind == "new" and lead is not None:
        _contacted_before(lead, won_on, actor.zone)
    if customer is None:
        customer = _customer(session, deal, lead, won_on)
    deal.state, deal.won_on, deal.customer_id = WON, won_on, customer.id
    _run(customer, deal, values.get("term_start"), won_on)
    if lead is not None and lead.state in OPEN_STATES:
        _win_lead(session, actor, lead, deal, won_on)
    session.flush()
    publish(session, TOPIC)
    return customer


def lose(session: Session, actor: Actor, deal: Deal, reason: str, revision: int) -> Deal:
    """A deal comes to nothing, for a reason of the company's list; its lead stays in hand."""
    require(session, actor, DEAL_WORK, deal)
    if session.scalar(select(Choice.id).where(Choice.kind == "lost", Choice.code == reason)) is None:
        raise DomainError("crm.reason", _("Say why the deal is lost: choose a reason."), "reason")
    check_revision(session, deal, revision)
    _only_open(deal)
    _no_question(session, deal)
    deal.state, deal.closed_reason = LOST, reason
    session.flush()
    publish(session, TOPIC)
    return deal


def _only_open(deal: Deal) -> None:
    if deal.state != OPEN:
        raise DomainError("crm.deal_closed", _("This deal is closed already."))


def _no_question(session: Session, deal: Deal) -> None:
    with system(session, "whether a discount of a deal waits"):
        waits = session.scalar(select(Discount.id).where(Discount.deal_id == deal.id, Discount.state == SUBMITTED))
    if waits is not None:
        raise DomainError("crm.discount_waits", _("A discount of this deal waits for its decision; first see to that."))


def _contacted_before(lead: Lead, won_on: date, zone: str) -> None:
    if lead.touched_at is None:
        raise DomainError("crm.not_contacted", _(
            "Nobody has contacted this lead yet. Write the first contact down, then the deal can be won."))  # fmt: skip
    first = lead.touched_at.astimezone(ZoneInfo(zone)).date()
    if won_on < first:
        raise DomainError("crm.won_on", _(
            "The first contact was on {day}; a deal cannot be won before it.", day=first.isoformat(),
        ), "won_on")  # fmt: skip


def _customer(session: Session, deal: Deal, lead: Lead | None, won_on: date) -> Customer:
    if lead is None:
        raise DomainError("crm.nobody", _("This deal is with nobody."))
    with system(session, "whether a company is a customer already"):
        known = session.scalars(select(Customer).where(
            Customer.company_key == lead.company_key, Customer.legal_entity_id == lead.legal_entity_id,
        ).order_by(Customer.id).limit(1)).one_or_none()  # fmt: skip
    if known is not None:
        return known
    made = Customer(
        company=lead.company, company_key=lead.company_key, lead_id=lead.id, owner_person_id=deal.owner_person_id,
        captured_unit_id=lead.captured_unit_id, unit_id=deal.unit_id, legal_entity_id=lead.legal_entity_id,
        state=ACTIVE, since_on=won_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _run(customer: Customer, deal: Deal, start: date | None, won_on: date) -> None:
    """Let the term of a customer run as a won deal says; one that left is back."""
    customer.state, customer.churned_on, customer.churned_reason = ACTIVE, None, ""
    customer.revision = (customer.revision or 1) + 1
    if deal.months is None:
        return
    goes_on = customer.term_end if deal.kind == "renewal" else None
    begin = start or goes_on or won_on
    end = months_after(begin, deal.months)
    if goes_on is None or begin > goes_on or customer.term_start is None:
        customer.term_start = begin
    customer.term_end = max(end, customer.term_end or end)


def _win_lead(session: Session, actor: Actor, lead: Lead, deal: Deal, won_on: date) -> None:
    noon = datetime.combine(won_on, datetime.min.time(), ZoneInfo(actor.zone)).replace(hour=12).astimezone(UTC)
    at = moment() if won_on == clock.today(actor.zone) else max(noon, lead.touched_at or noon)
    lead.state, lead.won_at, lead.closed_at, lead.next_on, lead.due_at = WON, lead.won_at or at, at, None, None
    lead.revision += 1
    happened(session, lead, "won", actor.person_id, at=at, deal=deal.id)


def of_lead(session: Session, actor: Actor, lead: Lead) -> Sequence[Deal]:
    """The deals with a lead that the reader may see."""
    statement = select(Deal).where(Deal.lead_id == lead.id).order_by(Deal.id).limit(PAGE)
    return session.scalars(visible(session, actor, DEAL_READ, statement)).all()


def deals(session: Session, actor: Actor, state: str, before: int | None = None) -> Sequence[Deal]:
    """A page of the deals one may see in a state, the newest first, and one more where there are older ones."""
    statement = select(Deal).where(Deal.state == state).order_by(Deal.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(Deal.id < before)
    return session.scalars(visible(session, actor, DEAL_READ, statement, few=True)).all()


def shown(
    session: Session, actor: Actor, *, state: str | None = None, lead: int | None = None, customer: int | None = None
) -> Select[Any]:
    """The deals somebody may see, for paging: in a state, with a lead, with a customer."""
    statement = select(Deal)
    for column, value in ((Deal.state, state), (Deal.lead_id, lead), (Deal.customer_id, customer)):
        if value is not None:
            statement = statement.where(column == value)
    return visible(session, actor, DEAL_READ, statement, few=True)
