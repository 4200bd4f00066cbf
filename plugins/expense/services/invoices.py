"""Invoices of claims: taking a file in, checking what it says, and holding its number while the claim stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from plugins.expense import invoices
from plugins.expense.invoices import Record
from plugins.expense.invoices.record import refuse
from plugins.expense.models import Claim, Invoice, Line
from plugins.expense.services import allowances
from plugins.expense.services.own import changeable
from plugins.expense.services.places import entity_of
from plugins.expense.text import _
from remit import files
from remit.base import Actor, DomainError, NotFound, clock
from remit.models import LegalEntity
from remit.services import system

KIND = "expense.invoice"
_BRACKETS = str.maketrans("（）〔〕[]", "()()()")


def take(session: Session, actor: Actor, claim: Claim, data: bytes, name: str) -> Invoice:
    """Keep the file of an invoice with a claim: looked into, scanned, sealed, read and checked.

    Raises ``Denied``, and ``DomainError`` with the field ``file``: what ``files.put`` refuses, what is no invoice, what
    ``check`` finds.
    """
    changeable(session, actor, claim)
    kept = files.put(
        session, actor, data, name=name, kind=KIND, keep_days=None, accept=invoices.ACCEPTED, limit=invoices.LIMIT,
        subject_id=claim.requester_person_id,
    )
    record = invoices.read(data, kept.content_type)
    known = session.scalar(select(Invoice.id).where(Invoice.claim_id == claim.id, Invoice.key == record.key))
    if known is not None:
        raise refuse("expense.invoice_twice", _("This claim has invoice {number} already.", number=record.number))
    check(session, claim, record)
    found = Invoice(
        claim_id=claim.id, file_id=kept.id, key=record.key, held=None, number=record.number, code=record.code,
        type=record.type, issued_on=record.issued_on, seller_name=record.seller_name,
        seller_tax_number=record.seller_tax_number, buyer_name=record.buyer_name,
        buyer_tax_number=record.buyer_tax_number, net=record.net, tax=record.tax, total=record.total,
        items=[{"name": one.name, "amount": one.amount, "tax": one.tax} for one in record.items],
        created_at=clock.now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def check(session: Session, claim: Claim, record: Record | Invoice) -> None:
    """What must hold of an invoice that is claimed: it is made out to the company, not from the future, not too old,
    its sum is right, its seller can exist, and no claim that stands has it. Raises ``DomainError``.
    """
    entity = entity_of(session, claim.legal_entity_id)
    _made_out_to(entity, record)
    today = clock.today()
    if record.issued_on > today:
        raise refuse("expense.future", _("The invoice is dated {day}, which is still to come.", day=record.issued_on))
    most = allowances.oldest(session, claim.legal_entity_id, today)
    if most is not None and (today - record.issued_on).days > most:
        raise refuse("expense.old", _(
            "The invoice is of {day}; the rules let invoices of at most {most} days be claimed.",
            day=record.issued_on, most=most))  # fmt: skip
    if record.net + record.tax != record.total:
        raise refuse("expense.sum", _("Amount and tax of the invoice do not add up to its total."))
    if not can_be(record.seller_tax_number):
        raise refuse("expense.seller", _(
            "The seller's tax number {number} fails its check digit; download the invoice again.",
            number=record.seller_tax_number))  # fmt: skip
    _refuse_used(session, claim, record.key, record.number)


def can_be(number: str) -> bool:
    """Whether a tax number can exist. Of the 18 characters of a unified social credit code the last one follows from
    the others (GB 32100-2015), as in an identity number (GB 11643-1999), which small sellers have; older numbers have
    no check.
    """
    return len(number) != 18 or bool(uscc.is_valid(number)) or bool(ric.is_valid(number))


def same_title(one: str, other: str) -> bool:
    """Whether two titles of a company are the same but for blanks and the width of brackets."""
    return _plain(one) == _plain(other)


def _plain(title: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", title)).translate(_BRACKETS)


def _made_out_to(entity: LegalEntity, record: Record | Invoice) -> None:
    title = entity.name.get("zh_CN") or str(entity.name)
    if not same_title(record.buyer_name, title):
        raise refuse("expense.buyer", _(
            "The invoice is made out to {buyer}, not to {company}; ask the seller for another one.",
            buyer=record.buyer_name, company=title))  # fmt: skip
    if entity.credit_code and record.buyer_tax_number != entity.credit_code:
        raise refuse("expense.buyer_number", _(
            "The buyer's tax number on the invoice is {number}; that of {company} is {right}.",
            number=record.buyer_tax_number or "–", company=title, right=entity.credit_code))  # fmt: skip


def _refuse_used(session: Session, claim: Claim, key: str, number: str) -> None:
    taken = session.scalar(select(Invoice.claim_id).where(Invoice.held == key, Invoice.claim_id != claim.id))
    if taken is not None:
        raise _used(number)


def _used(number: str) -> DomainError:
    # Whose claim it is stays unsaid: whoever asks may not be allowed to see it.
    return refuse("expense.invoice_used", _("Invoice {number} is claimed already.", number=number))


def of_claim(session: Session, claim: Claim) -> Sequence[Invoice]:
    """The invoices of a claim."""
    return session.scalars(select(Invoice).where(Invoice.claim_id == claim.id).order_by(Invoice.id)).all()


def hold(session: Session, claim: Claim, found: Iterable[Invoice]) -> None:
    """Hold the numbers of invoices for a claim that is handed in. Raises ``DomainError`` where another claim has one:
    of two at once the database lets one have it.
    """
    for one in sorted(found, key=lambda invoice: invoice.key):  # in one order, so that nobody waits in a circle
        check(session, claim, one)
        try:
            with session.begin_nested():
                one.held = one.key
                session.flush()
        except IntegrityError:
            raise _used(one.number) from None


def free(session: Session, claim: Claim) -> None:
    """Let the numbers of a claim go that stands no longer."""
    for one in of_claim(session, claim):
        one.held = None
    session.flush()


def drop(session: Session, actor: Actor, claim: Claim, invoice_id: int) -> None:
    """Take an invoice out of a draft, with its file. Raises ``NotFound``, ``DomainError`` while a line uses it."""
    changeable(session, actor, claim)
    invoice = session.scalars(
        select(Invoice).where(Invoice.claim_id == claim.id, Invoice.id == invoice_id)
    ).one_or_none()
    if invoice is None:
        raise NotFound("expense.invoice", _("Choose an invoice of this claim."))
    if session.scalar(select(Line.id).where(Line.invoice_id == invoice.id).limit(1)) is not None:
        raise DomainError("expense.used_invoice", _("Take the lines of this invoice out first."))
    with system(session, "the file of an invoice that is taken out of a draft"):
        kept = session.get(files.File, invoice.file_id)
        session.delete(invoice)
        session.flush()
        if kept is not None:
            files.delete(session, kept)
