"""The lines and invoices of one's own draft: sending an invoice, which fills a line in; the form of a line."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.expense import invoices
from plugins.expense.actions import CLAIM_REQUEST
from plugins.expense.models import Claim, Invoice, Line
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.pages.claims import own_claim, show_claim
from plugins.expense.schemas import line_schema
from plugins.expense.services import invoices as taking
from plugins.expense.services import lines
from plugins.expense.services.own import changeable
from plugins.expense.text import KINDS, KINDS_OF, _
from remit.base import CURRENCIES, Actor, DomainError, NotFound, clock, format_money
from remit.web import Form, Page, access, flash, page, redirect_to

#: A word of an item's name -> the kind a line of its invoice probably is, by the classes of goods of the tax office.
GUESSES = (
    ("住宿", "hotel"), ("旅客运输", "transport"), ("客运服务", "transport"), ("代订", "transport"), ("出租车", "local"),
    ("通行费", "local"), ("餐饮", "guests"), ("会议展览", "booth"), ("展览", "booth"), ("培训", "fee"),
    ("服务", "fee"),
)  # fmt: skip


@blueprint.post("/claims/<id:claim_id>/invoices")
@access(CLAIM_REQUEST)
def add_invoice(session: Session, actor: Actor, claim_id: int) -> Page | Response:
    """Take the file of an invoice into my draft and go on to its line, filled in."""
    found = own_claim(session, actor, claim_id)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise DomainError("file.missing", _("Choose the file of an invoice."), "file")
        data = sent.stream.read(invoices.LIMIT + 1)
        with session.begin_nested():
            taken = taking.take(session, actor, found, data, sent.filename)
    except DomainError as refused:
        session.refresh(found)
        return show_claim(session, actor, found, error=refused.message)
    return redirect_to("expense.new_line", claim_id=claim_id, invoice=taken.id)


@blueprint.post("/claims/<id:claim_id>/invoices/<id:invoice_id>/remove")
@access(CLAIM_REQUEST)
def remove_invoice(session: Session, actor: Actor, claim_id: int, invoice_id: int) -> Response:
    """Take an invoice out of my draft that no line uses."""
    found = own_claim(session, actor, claim_id)
    taking.drop(session, actor, found, invoice_id)
    return redirect_to("expense.claim", claim_id=claim_id)


@blueprint.route("/claims/<id:claim_id>/lines/new", methods=["GET", "POST"])
@access(CLAIM_REQUEST)
def new_line(session: Session, actor: Actor, claim_id: int) -> Page | Response:
    """Add a line to my draft; with an invoice in the address it is filled in from that."""
    return _form(session, actor, own_claim(session, actor, claim_id), None)


@blueprint.route("/claims/<id:claim_id>/lines/<id:line_id>", methods=["GET", "POST"])
@access(CLAIM_REQUEST)
def edit_line(session: Session, actor: Actor, claim_id: int, line_id: int) -> Page | Response:
    """Change a line of my draft."""
    found = own_claim(session, actor, claim_id)
    return _form(session, actor, found, _line(session, found, line_id))


@blueprint.post("/claims/<id:claim_id>/lines/<id:line_id>/remove")
@access(CLAIM_REQUEST)
def remove_line(session: Session, actor: Actor, claim_id: int, line_id: int) -> Response:
    """Take a line out of my draft."""
    found = own_claim(session, actor, claim_id)
    lines.remove(session, actor, found, _line(session, found, line_id))
    flash(_("The line is taken out."))
    return redirect_to("expense.claim", claim_id=claim_id)


def _line(session: Session, claim: Claim, line_id: int) -> Line:
    found = lines.one(session, claim, line_id)
    if found is None:
        raise NotFound("expense.line", _("There is no such line in this claim."))
    return found


def _form(session: Session, actor: Actor, claim: Claim, line: Line | None) -> Page | Response:
    changeable(session, actor, claim)
    taken = taking.of_claim(session, claim)
    chosen = next((one for one in taken if one.id == request.args.get("invoice", type=int)), None)
    told = request.form.get("currency", line.currency if line is not None else claim.currency)
    form = Form(
        line_schema(told if told in CURRENCIES else claim.currency, claim.currency),
        values=line or _filled_in(claim, chosen),
        options={
            "kind": [(kind, KINDS[kind]) for kind in KINDS_OF[claim.category]],
            "invoice_id": [(one.id, _invoice(one, claim)) for one in taken],
        },
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        lines.save(session, actor, claim, line, values)
        return redirect_to("expense.claim", claim_id=claim.id)

    back = url_for("expense.claim", claim_id=claim.id)
    return form.answer(session, lambda: page(
        "expense/form.html", title=_("Change the line") if line else _("Add a line"), form=form, back=back,
        crumb=[(claim.number, back)], sub=_invoice(chosen, claim) if chosen is not None else "", missing="",
    ), save)  # fmt: skip


def _invoice(one: Invoice, claim: Claim) -> str:
    """An invoice as a form offers it: seller, number and total."""
    return f"{one.seller_name} {one.number} {format_money(one.total, currency=claim.currency, symbol=True)}"


def _filled_in(claim: Claim, invoice: Invoice | None) -> dict[str, Any]:
    """What a new line begins with; of an invoice its day, its total, and the kind its items sound like."""
    begun: dict[str, Any] = {"spent_on": clock.today(), "currency": claim.currency, "quantity": 1}
    if invoice is None:
        return begun
    items = " ".join(str(one["name"]) for one in invoice.items)
    kind = next((kind for word, kind in GUESSES if word in items and kind in KINDS_OF[claim.category]), None)
    return begun | {
        "spent_on": invoice.issued_on, "amount": invoice.total, "invoice_id": invoice.id, "kind": kind or "",
        "note": str(invoice.items[0]["name"])[:200] if invoice.items else "",
    }  # fmt: skip
