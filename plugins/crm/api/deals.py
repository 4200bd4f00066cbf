"""Deals and customers for programs: the lists, winning and losing, discounts, renewals, customers who leave."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CUSTOMER_READ, CUSTOMER_WORK, DEAL_READ, DEAL_WORK, DISCOUNT_REQUEST
from plugins.crm.models import Customer, Deal
from plugins.crm.services.deals import customers as keeping
from plugins.crm.services.deals import discounts, opening
from plugins.crm.text import CUSTOMER_STATES, DEAL_KINDS, DEAL_STATES
from remit import schema as fields
from remit.base import Actor
from remit.services import load
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate

deals_blueprint = ApiBlueprint("crm_deals_api", __name__, url_prefix="/crm/deals", description="Deals")
customers_blueprint = ApiBlueprint("crm_customers_api", __name__, url_prefix="/crm/customers", description="Customers")

_STATES = {state: words for state, (words, _kind) in DEAL_STATES.items()}
_CUSTOMER_STATES = {state: words for state, (words, _kind) in CUSTOMER_STATES.items()}


class DealRowSchema(fields.Schema):
    """A deal; an order once it is ``won``. Amounts are minor units of ``currency``: ``list_amount`` by the price list,
    ``amount`` what the customer pays.
    """

    id = fields.Integer()
    title = fields.String()
    kind = fields.String(validate=fields.OneOf(DEAL_KINDS))
    state = fields.String(validate=fields.OneOf(_STATES))
    lead_id = fields.Integer(allow_none=True)
    customer_id = fields.Integer(allow_none=True)
    owner_person_id = fields.Integer(allow_none=True)
    unit_id = fields.Integer()
    captured_unit_id = fields.Integer()
    list_amount = fields.Integer()
    amount = fields.Integer()
    currency = fields.String()
    months = fields.Integer(allow_none=True)
    expected_on = fields.Day()
    won_on = fields.Day(allow_none=True)
    closed_reason = fields.String()
    created_at = fields.Moment()
    revision = fields.Integer()


class CustomerRowSchema(fields.Schema):
    """A customer; what he has bought runs during ``[term_start, term_end)``."""

    id = fields.Integer()
    company = fields.String()
    state = fields.String(validate=fields.OneOf(_CUSTOMER_STATES))
    lead_id = fields.Integer(allow_none=True)
    owner_person_id = fields.Integer(allow_none=True)
    unit_id = fields.Integer()
    captured_unit_id = fields.Integer()
    since_on = fields.Day()
    term_start = fields.Day(allow_none=True)
    term_end = fields.Day(allow_none=True)
    churned_on = fields.Day(allow_none=True)
    churned_reason = fields.String()
    revision = fields.Integer()


class DealBody(fields.Schema):
    """A deal as it is opened. ``list_amount`` is minor units of CNY; ``months`` None is what does not end."""

    title = fields.String(required=True, max_length=160, validate=fields.Length(min=1))
    kind = fields.String(required=True, validate=fields.OneOf(DEAL_KINDS))
    list_amount = fields.Integer(required=True, strict=True, validate=fields.Range(min=1, max=10**15))
    expected_on = fields.Day(required=True)
    months = fields.Integer(load_default=12, allow_none=True, strict=True, validate=fields.Range(min=1, max=120))


class WonBody(fields.Schema):
    """When a deal was won; ``term_start`` is from when it runs, where that is another day."""

    won_on = fields.Day(required=True)
    term_start = fields.Day(load_default=None, allow_none=True)
    revision = fields.Integer(required=True, strict=True)


class ReasonBody(fields.Schema):
    """Why a deal was lost or a customer left: a code of the company's list."""

    reason = fields.String(required=True, max_length=40)
    revision = fields.Integer(required=True, strict=True)


class DiscountBody(fields.Schema):
    """How much is to be given away, in minor units of the deal's currency, and why."""

    amount = fields.Integer(required=True, strict=True, validate=fields.Range(min=1, max=10**15))
    reason = fields.String(required=True, max_length=500, validate=fields.Length(min=1))


class AskedSchema(fields.Schema):
    """The question that a discount became: the number of its run, to be followed under ``/workflow/runs``."""

    run_id = fields.Integer()


class DealQuery(PageQuery):
    """``state`` by its code, ``lead`` and ``customer`` by their numbers."""

    state = fields.String(load_default=None, validate=fields.OneOf(_STATES))
    lead = fields.Id(load_default=None)
    customer = fields.Id(load_default=None)


class CustomerQuery(PageQuery):
    """``state`` by its code; ``until`` leaves those whose term ends by that day: whose renewal is due."""

    state = fields.String(load_default=None, validate=fields.OneOf(_CUSTOMER_STATES))
    until = fields.Day(load_default=None)


@deals_blueprint.get("/")
@access(DEAL_READ)
@deals_blueprint.arguments(DealQuery, location="query")
@deals_blueprint.response(200, page_of(DealRowSchema))
def deals(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The deals one may see, by their numbers."""
    statement = opening.shown(session, actor, **{name: query.pop(name) for name in ("state", "lead", "customer")})
    found = paginate(session, statement, [Deal.id], **query)
    return KeysetPage([told_deal(one) for one in found.items], found.next)


@deals_blueprint.get("/<id:deal_id>")
@access(DEAL_READ)
@deals_blueprint.response(200, DealRowSchema)
def deal(session: Session, actor: Actor, deal_id: int) -> dict[str, Any]:
    """One deal."""
    return told_deal(load(session, actor, DEAL_READ, Deal, deal_id))


@deals_blueprint.post("/<id:deal_id>/won")
@access(DEAL_WORK)
@deals_blueprint.arguments(WonBody)
@deals_blueprint.response(200, DealRowSchema)
def won(session: Session, actor: Actor, body: dict[str, Any], deal_id: int) -> dict[str, Any]:
    """A deal is won and becomes an order: its lead is a customer from now on, or the term of its customer goes on."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    opening.win(session, actor, found, body)
    return told_deal(found)


@deals_blueprint.post("/<id:deal_id>/lost")
@access(DEAL_WORK)
@deals_blueprint.arguments(ReasonBody)
@deals_blueprint.response(200, DealRowSchema)
def lost(session: Session, actor: Actor, body: dict[str, Any], deal_id: int) -> dict[str, Any]:
    """A deal comes to nothing; its lead stays in hand."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    return told_deal(opening.lose(session, actor, found, body["reason"], body["revision"]))


@deals_blueprint.post("/<id:deal_id>/discounts")
@access(DISCOUNT_REQUEST)
@deals_blueprint.arguments(DiscountBody)
@deals_blueprint.response(201, AskedSchema)
def ask_discount(session: Session, actor: Actor, body: dict[str, Any], deal_id: int) -> dict[str, Any]:
    """Ask for a discount; whomever the lists name is asked."""
    found = load(session, actor, DEAL_WORK, Deal, deal_id)
    return {"run_id": discounts.request(session, actor, found, body["amount"], body["reason"]).id}


@customers_blueprint.get("/")
@access(CUSTOMER_READ)
@customers_blueprint.arguments(CustomerQuery, location="query")
@customers_blueprint.response(200, page_of(CustomerRowSchema))
def customers(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The customers one may see, by their numbers."""
    statement = keeping.shown(session, actor, **{name: query.pop(name) for name in ("state", "until")})
    found = paginate(session, statement, [Customer.id], **query)
    return KeysetPage([_customer(one) for one in found.items], found.next)


@customers_blueprint.get("/<id:customer_id>")
@access(CUSTOMER_READ)
@customers_blueprint.response(200, CustomerRowSchema)
def customer(session: Session, actor: Actor, customer_id: int) -> dict[str, Any]:
    """One customer."""
    return _customer(load(session, actor, CUSTOMER_READ, Customer, customer_id))


@customers_blueprint.post("/<id:customer_id>/deals")
@access(DEAL_WORK)
@customers_blueprint.arguments(DealBody)
@customers_blueprint.response(201, DealRowSchema)
def renew(session: Session, actor: Actor, body: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Open a renewal or an extension with a customer."""
    found = load(session, actor, CUSTOMER_READ, Customer, customer_id)
    return told_deal(opening.open_deal(session, actor, found, body))


@customers_blueprint.post("/<id:customer_id>/left")
@access(CUSTOMER_WORK)
@customers_blueprint.arguments(ReasonBody)
@customers_blueprint.response(200, CustomerRowSchema)
def left(session: Session, actor: Actor, body: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """A customer leaves today."""
    found = load(session, actor, CUSTOMER_WORK, Customer, customer_id)
    return _customer(keeping.churn(session, actor, found, body["reason"], body["revision"]))


def told_deal(found: Deal) -> dict[str, Any]:
    """A deal as programs read it."""
    return {name: getattr(found, name) for name in DealRowSchema().fields}


def _customer(found: Customer) -> dict[str, Any]:
    return {name: getattr(found, name) for name in CustomerRowSchema().fields}
