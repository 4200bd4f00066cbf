"""Moving what is left of one budget to another: asking, and what the answer does to both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import TRANSFER_APPROVE, TRANSFER_KIND, TRANSFER_READ, TRANSFER_REQUEST
from plugins.crm.models import Budget, BudgetTransfer
from plugins.crm.services import asking, budgets
from plugins.crm.text import APPROVED, DRAFT, _
from remit.base import Actor, DomainError, clock, format_money
from remit.letters import number_for
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

#: The number of a transfer: a series per company and year.
NUMBER = "crm.budget_transfer"
#: So many are listed.
PAGE = 50


def draft(session: Session, actor: Actor, transfer: BudgetTransfer | None, values: dict[str, Any]) -> BudgetTransfer:
    """Write a transfer down, or change one not handed in yet: ``from_budget_id``, ``to_budget_id``, ``amount`` in
    minor units, ``reason``.

    Raises ``DomainError`` with the field for a budget the actor does not see, two of different companies or
    currencies, one that is over, more than is left; ``Denied`` where the list does not let the actor ask.
    """
    if actor.person_id is None:
        raise DomainError("crm.not_own", _("Only somebody who works here asks for money to be moved."))
    if transfer is not None:
        asking.only_own(actor, transfer)
        if transfer.state != DRAFT:
            raise DomainError("crm.submitted", _("It is handed in: take the question back on its own page."))
    source, target = _pair(session, actor, values["from_budget_id"], values["to_budget_id"], values["amount"])
    new = transfer is None
    if transfer is None:
        transfer = BudgetTransfer(requester_person_id=actor.person_id, state=DRAFT, created_at=clock.now())
    transfer.from_budget_id, transfer.to_budget_id = source.id, target.id
    transfer.unit_id, transfer.legal_entity_id = source.unit_id, source.legal_entity_id
    transfer.amount, transfer.currency, transfer.reason = values["amount"], source.currency, values["reason"].strip()
    require(session, actor, TRANSFER_REQUEST, transfer)
    if new:
        transfer.number = number_for(session, actor, NUMBER, source.legal_entity_id, clock.today(actor.zone))
        session.add(transfer)
    session.flush()
    return transfer


def _pair(session: Session, actor: Actor, from_id: int, to_id: int, amount: int) -> tuple[Budget, Budget]:
    """The two budgets, checked against each other and against what is left."""
    if from_id == to_id:
        raise DomainError("crm.transfer", _("Choose another budget: it cannot give to itself."), "to_budget_id")
    found = {one.budget.id: one for one in budgets.of(session, actor, [from_id, to_id])}
    source, target = found.get(from_id), found.get(to_id)
    if source is None:
        raise DomainError("crm.budget", _("Choose a budget that you may see."), "from_budget_id")
    if target is None:
        raise DomainError("crm.budget", _("Choose a budget that you may see."), "to_budget_id")
    if source.budget.legal_entity_id != target.budget.legal_entity_id:
        raise DomainError("crm.transfer", _("Both budgets must belong to one company."), "to_budget_id")
    if source.budget.currency != target.budget.currency:
        raise DomainError("crm.transfer", _("Both budgets must be in one currency."), "to_budget_id")
    if target.budget.ends_on <= clock.today(actor.zone):
        raise DomainError("crm.transfer", _("This budget is over; choose one that still runs."), "to_budget_id")
    if amount > source.left:
        raise DomainError("crm.budget", _(
            "Of {budget} only {left} is left.", budget=source.budget.title,
            left=_money(max(source.left, 0), source.budget.currency),
        ), "amount")  # fmt: skip
    return source.budget, target.budget


def submit(session: Session, actor: Actor, transfer: BudgetTransfer) -> Run:
    """Hand it in: it becomes a question to whomever the list of the giving unit names. Raises as ``draft`` does."""
    asking.hand_in(session, actor, transfer, TRANSFER_REQUEST)
    _pair(session, actor, transfer.from_budget_id, transfer.to_budget_id, transfer.amount)
    return ask(session, actor, TRANSFER_KIND, transfer)


def discard(session: Session, actor: Actor, transfer: BudgetTransfer) -> None:
    """Take back a draft that was never handed in."""
    asking.drop(session, actor, transfer, TRANSFER_REQUEST)


def transfers(session: Session, actor: Actor) -> Sequence[BudgetTransfer]:
    """The transfers somebody may see, the latest first."""
    statement = select(BudgetTransfer).order_by(BudgetTransfer.id.desc()).limit(PAGE)
    return session.scalars(visible(session, actor, TRANSFER_READ, statement)).all()


# -- the question ------------------------------------------------------------------------------------------------------


def _both(session: Session, transfer: BudgetTransfer, *, hold: bool = False) -> tuple[Budget, Budget]:
    """The two budgets; with ``hold`` nobody else reads what is left of them until the commit.

    They are locked in the order of their numbers, so that two transfers that cross do not wait for each other.
    """
    ids = (transfer.from_budget_id, transfer.to_budget_id)
    statement = select(Budget).where(Budget.id.in_(ids)).order_by(Budget.id)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    with system(session, "the budgets of a transfer"):
        found = {one.id: one for one in session.scalars(statement)}
    return found[ids[0]], found[ids[1]]


def subject(session: Session, transfer: BudgetTransfer) -> Text:
    """A transfer in one line."""
    source, target = _both(session, transfer)
    return _("{amount} from {source} to {target}", source=source.title, target=target.title,
             amount=_money(transfer.amount, transfer.currency))  # fmt: skip


def lines(session: Session, transfer: BudgetTransfer) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know, with what is left of both."""
    source, target = _both(session, transfer)
    left = {one.budget.id: one.left for one in budgets.standing_of(session, [source, target])}
    return [
        (_("Number"), transfer.number), (_("Amount"), _money(transfer.amount, transfer.currency)),
        (_("From budget"), _standing(source, left[source.id])), (_("To budget"), _standing(target, left[target.id])),
        (_("Reason"), transfer.reason),
    ]  # fmt: skip


def _standing(budget: Budget, left: int) -> Text:
    words = {"amount": _money(budget.amount, budget.currency), "left": _money(left, budget.currency)}
    return _("{budget}: {left} of {amount} left", budget=budget.title, **words)


def _money(minor: int, currency: str) -> str:
    return format_money(minor, currency=currency, symbol=True)


def _link(transfer: BudgetTransfer) -> str:
    return f"/crm/budgets/transfers/{transfer.id}"


def _answered(session: Session, actor: Actor, transfer: BudgetTransfer, answer: Answer) -> None:
    """Move the money once it is approved, if it is still there; move it back where an approval is void."""
    del actor
    before = transfer.state
    if answer == "approved":
        source, target = _both(session, transfer, hold=True)
        _move(session, source, target, transfer.amount)
    elif answer == "void" and before == APPROVED:
        target, source = _both(session, transfer, hold=True)
        _move(session, source, target, transfer.amount)
    transfer.state = asking.STATE_OF[answer]


def _move(session: Session, source: Budget, target: Budget, amount: int) -> None:
    (standing,) = budgets.standing_of(session, [source])
    if amount > standing.left:
        raise DomainError("crm.budget", _(
            "Meanwhile only {left} is left of {budget}; whoever asked has to ask for less.", budget=source.title,
            left=_money(max(standing.left, 0), source.currency),
        ))  # fmt: skip
    source.amount, target.amount = source.amount - amount, target.amount + amount
    session.flush()


TASK_KINDS = (
    TaskKind(TRANSFER_KIND, _("Transfer between budgets"), TRANSFER_APPROVE, subject, lines, _link, _answered),
)
