"""What people may do with claims, advances, payments, budgets and rules, and how the lists look at their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from plugins.expense.models import Advance, Budget, Claim, Payment
from plugins.expense.text import CATEGORIES, _
from remit import workflow
from remit.formula import BOOL, MONEY, enum
from remit.specs import ActionDef, Attribute, Facts, ResourceType, SuggestedEntry, by_column

CLAIM_READ = "expense.claim:read"
CLAIM_REQUEST = "expense.claim:request"
CLAIM_APPROVE = "expense.claim:approve"
ADVANCE_READ = "expense.advance:read"
ADVANCE_REQUEST = "expense.advance:request"
ADVANCE_APPROVE = "expense.advance:approve"
BUDGET_READ = "expense.budget:read"
BUDGET_EDIT = "expense.budget:edit"
PAYMENT_READ = "expense.payment:read"
PAYMENT_MAKE = "expense.payment:make"
PAYMENT_CONFIRM = "expense.payment:confirm"
RULE_EDIT = "expense.rule:edit"
#: The kinds of question that a claim and an advance are.
CLAIM, ADVANCE = "expense.claim", "expense.advance"


def _asked(session: Session, row: Claim | Advance) -> Facts:
    """A claim is its requester's and of the unit whose money it is; he is the one who cannot decide it."""
    del session
    return Facts(
        (row.requester_person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id, amount=row.amount,
        currency=row.currency, creator_person_id=row.requester_person_id,
        beneficiary_person_id=row.requester_person_id,
    )  # fmt: skip


def _budget(session: Session, row: Budget) -> Facts:
    """A budget is where its unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


def _payment(session: Session, row: Payment) -> Facts:
    """A payment is of a company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id, amount=row.total, currency=row.currency)


def _acts(kind: str, request: str, approve: str) -> Any:
    """Who asked, and everybody who approved what it says now, for himself or for somebody."""

    def acts(session: Session, row: Any) -> Mapping[str, Collection[int]]:
        done: dict[str, tuple[int, ...]] = {request: (row.requester_person_id,)}
        task = workflow.answer_of(session, kind, row) if not inspect(row).transient else None
        if task is not None and task.state == "approved":
            done[approve] = tuple(sorted(workflow.deciders(session, task)))
        return done

    return acts


def _called(row: Claim | Advance) -> str:
    """What it is called where its amount stands beside it."""
    return row.number


_COMPANY = by_column("legal_entity_id")
_ANCHORS: dict[str, Any] = {"unit": by_column("unit_id"), "legal_entity": _COMPANY}
_OWN: dict[str, Any] = {
    **_ANCHORS, "person": by_column("requester_person_id"), "creator": by_column("requester_person_id"),
    "beneficiary": by_column("requester_person_id"),
}  # fmt: skip
_AMOUNT = {
    "amount": Attribute(_("Amount"), MONEY, "amount", currency="currency"),
    "category": Attribute(_("Category"), enum(*CATEGORIES), "category"),
}

RESOURCE_TYPES = (
    ResourceType(
        "expense.claim", Claim, _asked, anchors=_OWN, read=CLAIM_READ, attributes={
            **_AMOUNT,
            "in_budget": Attribute(_("Within the budget"), BOOL, "in_budget"),
            "over_rule": Attribute(_("Above a rule"), BOOL, "over_rule"),
        },
        acts=_acts(CLAIM, CLAIM_REQUEST, CLAIM_APPROVE),
        material=("amount", "currency", "category", "purpose", "project", "unit_id", "over_rule", "budget_id"),
    ),
    ResourceType(
        "expense.advance", Advance, _asked, anchors=_OWN, read=ADVANCE_READ, attributes=_AMOUNT,
        acts=_acts(ADVANCE, ADVANCE_REQUEST, ADVANCE_APPROVE),
        material=("amount", "currency", "category", "purpose", "unit_id", "needed_on"),
    ),
    ResourceType("expense.budget", Budget, _budget, anchors=_ANCHORS, read=BUDGET_READ),
    ResourceType("expense.payment", Payment, _payment, anchors={"legal_entity": _COMPANY}, read=PAYMENT_READ),
)  # fmt: skip

_ALIKE = {"requester_person_id": _("Whoever asks"), "category": _("Category")}

ACTIONS = (
    ActionDef(CLAIM_READ, _("See expense claims"), resource="expense.claim", power="read"),
    ActionDef(CLAIM_REQUEST, _("Claim expenses"), resource="expense.claim"),
    ActionDef(
        CLAIM_APPROVE, _("Approve expense claims"), resource="expense.claim", power="decide", amount=True, no_self=True,
        recuse=("relative",), used=workflow.used(Claim, "amount", "currency"),
        alike={**_ALIKE, "project": _("Project")}, siblings=workflow.siblings(Claim, "amount", "currency", _called),
    ),
    ActionDef(ADVANCE_READ, _("See advances"), resource="expense.advance", power="read"),
    ActionDef(ADVANCE_REQUEST, _("Ask for an advance"), resource="expense.advance"),
    ActionDef(
        ADVANCE_APPROVE, _("Approve advances"), resource="expense.advance", power="decide", amount=True, no_self=True,
        recuse=("relative",), used=workflow.used(Advance, "amount", "currency"), alike=_ALIKE,
        siblings=workflow.siblings(Advance, "amount", "currency", _called),
    ),
    ActionDef(BUDGET_READ, _("See budgets of expenses"), resource="expense.budget", power="read"),
    ActionDef(BUDGET_EDIT, _("Set budgets of expenses"), resource="expense.budget"),
    ActionDef(PAYMENT_READ, _("See payments of expenses"), resource="expense.payment", power="read"),
    ActionDef(PAYMENT_MAKE, _("Put payments of expenses together and write their bank file"),
              resource="expense.payment"),
    ActionDef(PAYMENT_CONFIRM, _("Confirm that expenses were paid"), resource="expense.payment"),
    ActionDef(RULE_EDIT, _("Set the rules of expenses")),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(CLAIM_REQUEST, "self", _("Claim expenses"), roles=("everybody",)),
    SuggestedEntry(CLAIM_READ, "self", _("See one's own expense claims"), roles=("everybody",)),
    SuggestedEntry(ADVANCE_REQUEST, "self", _("Ask for an advance"), roles=("everybody",)),
    SuggestedEntry(ADVANCE_READ, "self", _("See one's own advances"), roles=("everybody",)),
    SuggestedEntry(
        CLAIM_APPROVE, "subtree", _("Approve expense claims, up to CNY 5,000 each"), limit=500_000, currency="CNY",
        roles=("head",),
    ),
    SuggestedEntry(
        ADVANCE_APPROVE, "subtree", _("Approve advances, up to CNY 5,000 each"), limit=500_000, currency="CNY",
        roles=("head",),
    ),
    SuggestedEntry(CLAIM_READ, "company", _("See expense claims"), roles=("finance",)),
    SuggestedEntry(ADVANCE_READ, "company", _("See advances"), roles=("finance",)),
    SuggestedEntry(BUDGET_READ, "company", _("See budgets of expenses"), roles=("finance",)),
    SuggestedEntry(BUDGET_EDIT, "company", _("Set budgets of expenses"), roles=("finance",)),
    SuggestedEntry(PAYMENT_READ, "company", _("See payments of expenses"), roles=("finance",)),
    SuggestedEntry(
        PAYMENT_MAKE, "company", _("Put payments of expenses together and write their bank file"), roles=("finance",)
    ),
    SuggestedEntry(PAYMENT_CONFIRM, "company", _("Confirm that expenses were paid"), roles=("finance",)),
    SuggestedEntry(RULE_EDIT, "all", _("Set the rules of expenses"), roles=("finance",)),
)
