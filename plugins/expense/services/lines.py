"""The lines of a claim: writing them, what a rule gives for them, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.expense.models import Claim, Invoice, Line
from plugins.expense.services import allowances
from plugins.expense.services.own import changeable
from plugins.expense.services.places import grade_of
from plugins.expense.text import BY_RULE, KINDS, KINDS_OF, _
from remit.base import Actor, DomainError, clock, format_money

#: Kinds that may be paid as an allowance, without an invoice.
ALLOWANCES = ("meals", "local")
MOST = 200


def of_claim(session: Session, claim: Claim) -> Sequence[Line]:
    """The lines of a claim by their day."""
    return session.scalars(select(Line).where(Line.claim_id == claim.id).order_by(Line.spent_on, Line.id)).all()


def one(session: Session, claim: Claim, line_id: int) -> Line | None:
    """A line of a claim; None where it has no such line."""
    return session.scalars(select(Line).where(Line.claim_id == claim.id, Line.id == line_id)).one_or_none()


def is_over(line: Line) -> bool:
    """Whether a line claims more than the rule gives."""
    return line.allowed is not None and line.claimed > line.allowed


def save(session: Session, actor: Actor, claim: Claim, line: Line | None, values: dict[str, Any]) -> Line:
    """Write a line of a draft: ``kind``, ``spent_on``, ``amount`` in minor units of ``currency``, ``claimed`` in those
    of the claim where the currency is another one, ``invoice_id`` or ``without``, ``city``, ``quantity``,
    ``explanation``, ``note``.

    Raises ``DomainError`` with the field, ``Denied``.
    """
    changeable(session, actor, claim)
    made = line or Line(claim_id=claim.id)
    with session.no_autoflush:
        _what(claim, made, values)
        _proof(session, claim, made, values)
        _rule(session, claim, made)
        if is_over(made) and not made.explanation:
            raise _above(made, claim.currency)
        if line is None:
            known = session.scalar(select(func.count()).select_from(Line).where(Line.claim_id == claim.id)) or 0
            if known >= MOST:
                raise DomainError("expense.many_lines", _("A claim has at most {most} lines.", most=MOST))
            session.add(made)
    session.flush()
    sum_up(session, claim)
    return made


def remove(session: Session, actor: Actor, claim: Claim, line: Line) -> None:
    """Take a line out of a draft."""
    changeable(session, actor, claim)
    session.delete(line)
    session.flush()
    sum_up(session, claim)


def sum_up(session: Session, claim: Claim) -> None:
    """Let the claim say what its lines come to, and whether one is above its rule."""
    found = of_claim(session, claim)
    claim.amount, claim.over_rule = sum(one.claimed for one in found), any(is_over(one) for one in found)
    session.flush()


def judge(session: Session, claim: Claim, found: Sequence[Line]) -> None:
    """Look at every line again by the rules of today's table; raises ``DomainError`` for one above its rule that does
    not say why."""
    for line in found:
        _rule(session, claim, line)
        if is_over(line) and not line.explanation:
            raise _above(line, claim.currency)
    sum_up(session, claim)


def fit(session: Session, claim: Claim) -> None:
    """Raise ``DomainError`` where a line does not belong to the category of its claim."""
    for line in of_claim(session, claim):
        _refuse_strange(claim, line.kind, "category")


def _refuse_strange(claim: Claim, kind: str, field: str) -> None:
    if kind not in KINDS_OF[claim.category]:
        raise DomainError("expense.kind_of_line", _(
            "{kind} does not belong into a claim of this category; write another claim for it.",
            kind=KINDS[kind]), field)  # fmt: skip


def _what(claim: Claim, made: Line, values: dict[str, Any]) -> None:
    _refuse_strange(claim, values["kind"], "kind")
    if values["spent_on"] > clock.today():
        raise DomainError("expense.spent_later", _("This day is still to come."), "spent_on")
    made.kind, made.spent_on = values["kind"], values["spent_on"]
    made.amount, made.currency = values["amount"], values.get("currency") or claim.currency
    made.city, made.quantity = " ".join((values.get("city") or "").split()), values.get("quantity") or 1
    made.explanation, made.note = (values.get("explanation") or "").strip(), (values.get("note") or "").strip()
    if made.currency == claim.currency:
        made.claimed = made.amount
    elif values.get("claimed"):
        made.claimed = values["claimed"]
    else:
        raise DomainError("expense.claimed", _(
            "Say what it cost you in {currency}, as on the statement of your bank.", currency=claim.currency,
        ), "claimed")  # fmt: skip
    if claim.category == "travel" and made.kind in BY_RULE and not made.city:
        raise DomainError("expense.city", _("Say in which city."), "city")


def _proof(session: Session, claim: Claim, made: Line, values: dict[str, Any]) -> None:
    number, without = values.get("invoice_id"), values.get("without") or ""
    made.invoice_id, made.without = None, without
    if number is None:
        if not without:
            raise DomainError("expense.proof", _("Choose an invoice, or say why there is none."), "without")
        if without == "allowance" and made.kind not in ALLOWANCES:
            raise DomainError("expense.no_allowance", _("This is no allowance; it needs an invoice."), "without")
        return
    invoice = session.scalars(select(Invoice).where(Invoice.claim_id == claim.id, Invoice.id == number)).one_or_none()
    if invoice is None:
        raise DomainError("expense.invoice", _("Choose an invoice of this claim."), "invoice_id")
    if made.currency != claim.currency:
        raise DomainError("expense.invoice_currency", _("An invoice is in {currency}.", currency=claim.currency),
                          "currency")  # fmt: skip
    others = sum(
        line.amount for line in session.scalars(select(Line).where(Line.invoice_id == number)) if line is not made
    )
    if others + made.amount > invoice.total:
        raise DomainError("expense.more_than_invoice", _(
            "The lines of invoice {number} come to more than its {total}.", number=invoice.number,
            total=format_money(invoice.total, currency=claim.currency, symbol=True)), "amount")  # fmt: skip
    made.invoice_id, made.without = invoice.id, ""


def _rule(session: Session, claim: Claim, made: Line) -> None:
    found = None
    if claim.category == "travel":
        grade = grade_of(session, claim.requester_person_id, made.spent_on)
        found = allowances.allowance(session, claim.legal_entity_id, made.kind, made.city, grade, made.spent_on)
    made.allowed = found.amount * made.quantity if found is not None else None
    made.rule_source = found.source if found is not None else ""


def _above(line: Line, currency: str) -> DomainError:
    return DomainError("expense.above", _(
        "{source} gives {allowed} for this; say why it was more.", source=line.rule_source,
        allowed=format_money(line.allowed or 0, currency=currency, symbol=True)), "explanation")  # fmt: skip
