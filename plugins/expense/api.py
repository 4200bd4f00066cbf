"""Expenses for programs: claims with their lines and invoices, and the payments. Amounts are in minor units."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense import invoices as reading
from plugins.expense.actions import ADVANCE_READ, CLAIM, CLAIM_READ, CLAIM_REQUEST, PAYMENT_READ
from plugins.expense.models import Advance, Claim, Invoice, Line, Payment
from plugins.expense.schemas import known_currency
from plugins.expense.services import claims as services
from plugins.expense.services import invoices, ledger, lines
from plugins.expense.text import CATEGORIES, DRAFT, KINDS, WITHOUT, _
from remit import schema as fields
from remit.base import Actor, DomainError
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate
from remit.workflow import answer_of, preview

blueprint = ApiBlueprint("expense_api", __name__, url_prefix="/expense", description="Expenses")

_MOST = 10**13


class ExpenseClaimSchema(fields.Schema):
    """A claim of ``amount`` minor units. ``state``: draft, submitted, approved, refused, withdrawn or paid."""

    id = fields.Integer()
    number = fields.String()
    requester_person_id = fields.Integer()
    unit_id = fields.Integer()
    category = fields.String()
    purpose = fields.String()
    project = fields.String()
    amount = fields.Integer()
    settled = fields.Integer()
    payable = fields.Integer()
    currency = fields.String()
    over_rule = fields.Boolean()
    in_budget = fields.Boolean()
    state = fields.String()


class ExpenseLineSchema(fields.Schema):
    """A line: ``allowed`` is what a rule gives, null where none speaks of it."""

    id = fields.Integer()
    kind = fields.String()
    spent_on = fields.Day()
    amount = fields.Integer()
    currency = fields.String()
    claimed = fields.Integer()
    invoice_id = fields.Integer(allow_none=True)
    without = fields.String()
    city = fields.String()
    quantity = fields.Integer()
    allowed = fields.Integer(allow_none=True)
    explanation = fields.String()
    note = fields.String()


class ExpenseInvoiceSchema(fields.Schema):
    """An invoice as it was read."""

    id = fields.Integer()
    number = fields.String()
    code = fields.String()
    type = fields.String()
    issued_on = fields.Day()
    seller_name = fields.String()
    seller_tax_number = fields.String()
    buyer_name = fields.String()
    buyer_tax_number = fields.String()
    net = fields.Integer()
    tax = fields.Integer()
    total = fields.Integer()


class WholeExpenseClaimSchema(ExpenseClaimSchema):
    """A claim with its lines, its invoices and its task; as a draft with the way it would take. ``gap``: nobody may
    decide it.
    """

    lines = fields.List(fields.Nested(ExpenseLineSchema))
    invoices = fields.List(fields.Nested(ExpenseInvoiceSchema))
    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class ExpenseClaimBody(fields.Schema):
    """The head of a claim; the unit is one in which whoever asks holds a post."""

    category = fields.String(required=True, validate=fields.OneOf(CATEGORIES))
    unit_id = fields.Id(required=True)
    purpose = fields.String(required=True, max_length=300)
    project = fields.String(load_default="", max_length=80)


class ExpenseLineBody(fields.Schema):
    """A line; ``claimed`` only where ``currency`` is not that of the claim."""

    kind = fields.String(required=True, validate=fields.OneOf(KINDS))
    spent_on = fields.Day(required=True)
    amount = fields.Integer(required=True, strict=True, validate=fields.Range(min=1, max=_MOST))
    currency = fields.String(load_default=None, allow_none=True, max_length=3, validate=known_currency)
    claimed = fields.Integer(load_default=None, allow_none=True, strict=True, validate=fields.Range(min=1, max=_MOST))
    invoice_id = fields.Id(load_default=None, allow_none=True)
    without = fields.String(load_default=None, allow_none=True, validate=fields.OneOf(WITHOUT))
    city = fields.String(load_default="", max_length=40)
    quantity = fields.Integer(load_default=1, strict=True, validate=fields.Range(min=1, max=366))
    explanation = fields.String(load_default="", max_length=300)
    note = fields.String(load_default="", max_length=200)


class ExpenseAdvanceSchema(fields.Schema):
    """An advance; ``open`` is what no claim has settled yet."""

    id = fields.Integer()
    number = fields.String()
    requester_person_id = fields.Integer()
    unit_id = fields.Integer()
    category = fields.String()
    purpose = fields.String()
    amount = fields.Integer()
    currency = fields.String()
    state = fields.String()
    open = fields.Integer()


class ExpensePaymentSchema(fields.Schema):
    """A payment. ``state``: open, included, paid or cancelled; ``method``: bank or payroll."""

    id = fields.Integer()
    number = fields.String()
    legal_entity_id = fields.Integer()
    method = fields.String()
    currency = fields.String()
    total = fields.Integer()
    state = fields.String()
    created_at = fields.Moment()
    paid_at = fields.Moment(allow_none=True)


@blueprint.get("/claims")
@access(CLAIM_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ExpenseClaimSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The claims one may see."""
    found = paginate(session, visible(session, actor, CLAIM_READ, select(Claim), few=True), [Claim.id], **query)
    return KeysetPage([_said(ExpenseClaimSchema, one) for one in found.items], found.next)


@blueprint.post("/claims")
@access(CLAIM_REQUEST)
@blueprint.arguments(ExpenseClaimBody)
@blueprint.response(201, WholeExpenseClaimSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Begin a claim."""
    return _whole(session, services.draft(session, actor, None, body))


@blueprint.get("/claims/<id:claim_id>")
@access(CLAIM_READ)
@blueprint.response(200, WholeExpenseClaimSchema)
def one(session: Session, actor: Actor, claim_id: int) -> dict[str, Any]:
    """One claim."""
    return _whole(session, load(session, actor, CLAIM_READ, Claim, claim_id))


@blueprint.post("/claims/<id:claim_id>/invoices")
@access(CLAIM_REQUEST)
@blueprint.response(201, ExpenseInvoiceSchema)
def add_invoice(session: Session, actor: Actor, claim_id: int) -> dict[str, Any]:
    """Take an invoice into one's own draft: the part ``file`` of a form, an XML, OFD or PDF."""
    found = load(session, actor, CLAIM_REQUEST, Claim, claim_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise DomainError("file.missing", _("Choose the file of an invoice."), "file")
    data = sent.stream.read(reading.LIMIT + 1)
    return _said(ExpenseInvoiceSchema, invoices.take(session, actor, found, data, sent.filename))


@blueprint.post("/claims/<id:claim_id>/lines")
@access(CLAIM_REQUEST)
@blueprint.arguments(ExpenseLineBody)
@blueprint.response(201, WholeExpenseClaimSchema)
def add_line(session: Session, actor: Actor, body: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """Add a line to one's own draft; the answer says who would decide the claim."""
    found = load(session, actor, CLAIM_REQUEST, Claim, claim_id)
    lines.save(session, actor, found, None, body)
    return _whole(session, found)


@blueprint.post("/claims/<id:claim_id>/submit")
@access(CLAIM_REQUEST)
@blueprint.response(200, WholeExpenseClaimSchema)
def submit(session: Session, actor: Actor, claim_id: int) -> dict[str, Any]:
    """Hand one's own claim in."""
    found = load(session, actor, CLAIM_REQUEST, Claim, claim_id)
    services.submit(session, actor, found)
    return _whole(session, found)


@blueprint.get("/advances")
@access(ADVANCE_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ExpenseAdvanceSchema))
def advances(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The advances one may see."""
    found = paginate(session, visible(session, actor, ADVANCE_READ, select(Advance), few=True), [Advance.id], **query)
    left = ledger.balances(session, [row.id for row in found.items])
    rows = [_said(ExpenseAdvanceSchema, row) | {"open": left.get(row.id, 0)} for row in found.items]
    return KeysetPage(rows, found.next)


@blueprint.get("/payments")
@access(PAYMENT_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ExpensePaymentSchema))
def payments(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The payments one may see."""
    found = paginate(session, visible(session, actor, PAYMENT_READ, select(Payment), few=True), [Payment.id], **query)
    return KeysetPage([_said(ExpensePaymentSchema, row) for row in found.items], found.next)


def _said(schema: type[fields.Schema], row: Claim | Line | Invoice | Advance | Payment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema().fields if hasattr(row, name)}


def _whole(session: Session, found: Claim) -> dict[str, Any]:
    task = answer_of(session, CLAIM, found)
    way = preview(session, CLAIM, found) if found.state == DRAFT else None
    return {
        **_said(ExpenseClaimSchema, found),
        "lines": [_said(ExpenseLineSchema, line) for line in lines.of_claim(session, found)],
        "invoices": [_said(ExpenseInvoiceSchema, invoice) for invoice in invoices.of_claim(session, found)],
        "task_id": task.id if task is not None else None,
        "steps": fields.told_way(way.steps) if way is not None else [], "gap": way is not None and way.gap,
    }  # fmt: skip
