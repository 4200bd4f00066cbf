"""Payments: what is due, the payments there are, and one of them with its file."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.expense.actions import PAYMENT_CONFIRM, PAYMENT_MAKE, PAYMENT_READ
from plugins.expense.models import Payment
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.pages.claims import before_of
from plugins.expense.schemas import PaymentSchema
from plugins.expense.services import payments as services
from plugins.expense.services.places import entities, names_of
from plugins.expense.text import METHODS, OPEN, PAYMENTS, _
from remit.base import Actor, Month
from remit.services import allowed, load
from remit.web import Form, Page, access, disposition, flash, page, redirect_to


@blueprint.get("/payments")
@access(PAYMENT_READ)
def payments(session: Session, actor: Actor) -> Page:
    """The payments one may see, and what is due for whoever puts them together."""
    before = before_of()
    rows = services.payments(session, actor, before=before)
    waiting = []
    for entity in entities(session):
        asked = Payment(legal_entity_id=entity.id, total=0, currency=entity.currency)
        if allowed(session, actor, PAYMENT_MAKE, asked):
            found = services.due(session, actor, entity)
            waiting.append({"company": str(entity.name), "currency": entity.currency, "total": found.total,
                            "claims": len(found.claims), "advances": len(found.advances)})  # fmt: skip
    return page(
        "expense/payments.html", title=_("Payments"), rows=rows, states=PAYMENTS, methods=METHODS, waiting=waiting,
        older=rows[-1].id if len(rows) == services.PAGE else None, first=before is None,
        may_make=any(one["total"] for one in waiting),
    )  # fmt: skip


@blueprint.route("/payments/new", methods=["GET", "POST"])
@access(PAYMENT_MAKE)
def new_payment(session: Session, actor: Actor) -> Page | Response:
    """Put everything that is due into one payment."""
    offered = [
        one for one in entities(session)
        if allowed(session, actor, PAYMENT_MAKE, Payment(legal_entity_id=one.id, total=0, currency=one.currency))
    ]
    form = Form(PaymentSchema, values={"method": "bank", "legal_entity_id": offered[0].id if offered else None},
                options={"legal_entity_id": [(one.id, str(one.name)) for one in offered]})

    def save(values: dict[str, Any]) -> Response:
        made = services.make(session, actor, values)
        return redirect_to("expense.payment", payment_id=made.id)

    back = url_for("expense.payments")
    return form.answer(session, lambda: page(
        "expense/form.html", title=_("Put a payment together"), form=form, back=back, missing="",
        sub=_("It takes everything that is approved and not in another payment."), crumb=[(_("Payments"), back)],
    ), save)  # fmt: skip


@blueprint.get("/payments/<id:payment_id>")
@access(PAYMENT_READ)
def payment(session: Session, actor: Actor, payment_id: int) -> Page:
    """One payment: whom it pays what, its file, and that it was made."""
    found = load(session, actor, PAYMENT_READ, Payment, payment_id)
    rows = services.items_of(session, found)
    may_make = allowed(session, actor, PAYMENT_MAKE, found)
    return page(
        "expense/payment.html", title=found.number, found=found, rows=rows, state=PAYMENTS[found.state],
        method=METHODS[found.method], names=names_of(session, {one.person_id for one in rows}),
        month=Month.from_number(found.month).title if found.month is not None else "",
        crumb=[(_("Payments"), url_for("expense.payments"))],
        may_file=may_make and found.method == "bank" and found.state != "cancelled",
        may_cancel=may_make and found.state == OPEN,
        may_confirm=found.method == "bank" and found.state == OPEN and allowed(session, actor, PAYMENT_CONFIRM, found),
    )  # fmt: skip


@blueprint.post("/payments/<id:payment_id>/file")
@access(PAYMENT_MAKE)
def payment_file(session: Session, actor: Actor, payment_id: int) -> Response:
    """The bank file; it may be written as often as it is needed and says the same each time."""
    made = services.bank_file(session, actor, load(session, actor, PAYMENT_MAKE, Payment, payment_id))
    return Response(made.data, mimetype=made.media, headers={"Content-Disposition": disposition(made.name)})


@blueprint.post("/payments/<id:payment_id>/confirm")
@access(PAYMENT_CONFIRM)
def confirm_payment(session: Session, actor: Actor, payment_id: int) -> Response:
    """Say that the bank has paid."""
    first = services.confirm(session, actor, load(session, actor, PAYMENT_CONFIRM, Payment, payment_id))
    flash(_("It is paid; everybody concerned is told.") if first else _("It was paid already; nothing was changed."))
    return redirect_to("expense.payment", payment_id=payment_id)


@blueprint.post("/payments/<id:payment_id>/cancel")
@access(PAYMENT_MAKE)
def cancel_payment(session: Session, actor: Actor, payment_id: int) -> Response:
    """Take a payment apart that was not made."""
    services.cancel(session, actor, load(session, actor, PAYMENT_MAKE, Payment, payment_id))
    flash(_("The payment is cancelled; what it held is due again."))
    return redirect_to("expense.payments")
