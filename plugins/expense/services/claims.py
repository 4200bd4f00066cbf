"""Claiming expenses: writing a claim down, handing it in, taking it back, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense.actions import CLAIM, CLAIM_READ, CLAIM_REQUEST
from plugins.expense.models import Claim
from plugins.expense.services import budgets, invoices, ledger, lines
from plugins.expense.services.own import changeable, only_own
from plugins.expense.services.places import entity_of, own_place
from plugins.expense.text import APPROVED, DRAFT, PAID, REFUSED, SUBMITTED, WITHDRAWN, _
from remit.base import Actor, DomainError, clock, format_money
from remit.letters import number_for
from remit.services import require, visible
from remit.workflow import Answer, Run, ask

#: The number of a claim: a series per company and year.
NUMBER = "expense.claim"
PAGE = 50
#: What may be changed and handed in anew, under its old number.
AGAIN = (REFUSED, WITHDRAWN)


def draft(session: Session, actor: Actor, claim: Claim | None, values: dict[str, Any]) -> Claim:
    """Begin a claim, or change the head of a draft: ``unit_id``, ``category``, ``purpose``, ``project``.

    Raises ``DomainError`` with the field for a unit that is not one's own, or a category its lines do not belong to;
    ``Denied`` where the list does not let the actor claim.
    """
    if claim is not None:
        changeable(session, actor, claim)
    place = own_place(session, actor, values["unit_id"])
    new = claim is None
    if claim is None:
        claim = Claim(
            requester_person_id=actor.person_id, state=DRAFT, amount=0, settled=0, payable=0, over_rule=False,
            in_budget=False, created_at=clock.now(),
        )  # fmt: skip
    elif place.legal_entity_id != claim.legal_entity_id:
        raise DomainError("expense.other_company", _("Write a new claim for a unit of another company."), "unit_id")
    claim.unit_id, claim.legal_entity_id = place.unit_id, place.legal_entity_id
    claim.currency = entity_of(session, place.legal_entity_id).currency
    claim.category, claim.purpose = values["category"], values["purpose"].strip()
    claim.project = " ".join((values.get("project") or "").split())
    require(session, actor, CLAIM_REQUEST, claim)
    if new:
        claim.number = number_for(session, actor, NUMBER, claim.legal_entity_id, clock.today(actor.zone))
        session.add(claim)
        session.flush()
    else:
        lines.fit(session, claim)
    return claim


def submit(session: Session, actor: Actor, claim: Claim) -> Run:
    """Hand a claim in: its invoices are held for it, and it becomes a question to whomever the lists name.

    Raises ``DomainError`` for a claim without lines, an invoice that no line uses or that somebody else has claimed
    meanwhile, a line above the rule without a reason.
    """
    only_own(actor, claim)
    require(session, actor, CLAIM_REQUEST, claim)
    session.refresh(claim, with_for_update=True)  # two presses of the button come one after the other
    if claim.state != DRAFT:
        raise DomainError("expense.submitted", _("This claim is handed in already."))
    found = lines.of_claim(session, claim)
    if not found:
        raise DomainError("expense.empty", _("Add at least one line."))
    lines.judge(session, claim, found)
    taken = invoices.of_claim(session, claim)
    used = {line.invoice_id for line in found}
    for invoice in taken:
        if invoice.id not in used:
            raise DomainError("expense.idle_invoice", _(
                "No line uses invoice {number}; add one, or take the invoice out.", number=invoice.number))  # fmt: skip
    invoices.hold(session, claim, taken)
    covered = budgets.covering(session, claim)
    claim.budget_id = covered.budget.id if covered is not None else None
    claim.in_budget = covered is not None and claim.amount <= covered.left
    claim.state = SUBMITTED
    session.flush()
    return ask(session, actor, CLAIM, claim)


def discard(session: Session, actor: Actor, claim: Claim) -> None:
    """Drop a draft; the row stays, with its number, and its invoices are free."""
    changeable(session, actor, claim)
    claim.state = WITHDRAWN
    invoices.free(session, claim)


def reopen(session: Session, actor: Actor, claim: Claim) -> None:
    """Make a claim that was refused or taken back a draft again, to be changed and handed in anew."""
    only_own(actor, claim)
    require(session, actor, CLAIM_REQUEST, claim)
    session.refresh(claim, with_for_update=True)
    if claim.state not in AGAIN:
        raise DomainError("expense.not_again", _("Only a claim that was refused or taken back is written anew."))
    claim.state = DRAFT
    session.flush()


def claims(
    session: Session, actor: Actor, *, own: bool, state: str | None = None, before: int | None = None
) -> Sequence[Claim]:
    """The claims somebody may see, the latest first, a page of them; ``own`` only his own, ``before`` an id."""
    statement = select(Claim).order_by(Claim.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(Claim.requester_person_id == (actor.person_id or 0))
    if state is not None:
        statement = statement.where(Claim.state == state)
    if before is not None:
        statement = statement.where(Claim.id < before)
    return session.scalars(visible(session, actor, CLAIM_READ, statement)).all()


# -- the question ------------------------------------------------------------------------------------------------------


def answered(session: Session, actor: Actor, claim: Claim, answer: Answer | str) -> None:
    """Move a claim on. Approved, it is set against open advances, and what was in a budget must still be there.

    What is approved never changes: money follows. Raises ``DomainError`` for whoever tries.
    """
    if answer == "void":
        raise DomainError("expense.approved", _("An approved claim is not changed; write a new one."))
    if answer == "approved":
        _approve(session, actor, claim)
        return
    claim.state = {"refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT}[answer]
    invoices.free(session, claim)


def _approve(session: Session, actor: Actor, claim: Claim) -> None:
    if claim.in_budget:
        covered = budgets.covering(session, claim, hold=True)
        if covered is None or claim.amount > covered.left:
            left = format_money(covered.left if covered is not None else 0, currency=claim.currency, symbol=True)
            raise DomainError("expense.budget", _(
                "Meanwhile the budget has only {left} left; whoever asked has to hand it in anew.", left=left,
            ))  # fmt: skip
    settled = ledger.settle_claim(session, claim)
    claim.settled, claim.payable = settled.amount, settled.payable
    claim.approved_on = clock.today(actor.zone)
    claim.state = APPROVED
    if not claim.payable:
        claim.state, claim.paid_at = PAID, clock.now()
    session.flush()

