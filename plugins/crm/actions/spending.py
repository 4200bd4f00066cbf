"""What people may do with campaigns, budgets and spending, and how the lists look at their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from plugins.crm.models import Budget, BudgetTransfer, Campaign, SpendRequest
from plugins.crm.text import CATEGORIES, _
from remit import workflow
from remit.formula import BOOL, MONEY, enum
from remit.specs import ActionDef, Attribute, Facts, ResourceType, SuggestedEntry, by_column

CAMPAIGN_READ = "crm.campaign:read"
CAMPAIGN_EDIT = "crm.campaign:edit"
BUDGET_READ = "crm.budget:read"
BUDGET_EDIT = "crm.budget:edit"
SPEND_READ = "crm.spend:read"
SPEND_REQUEST = "crm.spend:request"
SPEND_APPROVE = "crm.spend:approve"
TRANSFER_READ = "crm.budget_transfer:read"
TRANSFER_REQUEST = "crm.budget_transfer:request"
TRANSFER_APPROVE = "crm.budget_transfer:approve"
#: The kind of question that a request is.
KIND = "crm.spend"
TRANSFER_KIND = "crm.budget_transfer"


def _place(session: Session, row: Campaign | Budget) -> Facts:
    """Campaigns and budgets are where their unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


def _spend_facts(session: Session, row: SpendRequest) -> Facts:
    """A request is its requester's and of the unit whose money it is; he is the one who cannot decide it."""
    del session
    return Facts(
        (row.requester_person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id, amount=row.amount,
        currency=row.currency, creator_person_id=row.requester_person_id,
    )  # fmt: skip


def _transfer_facts(session: Session, row: BudgetTransfer) -> Facts:
    """A transfer is its requester's and of the unit that gives the money up."""
    del session
    return Facts(
        (row.requester_person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id, amount=row.amount,
        currency=row.currency, creator_person_id=row.requester_person_id,
    )  # fmt: skip


def _transfer_acts(session: Session, row: BudgetTransfer) -> Mapping[str, Collection[int]]:
    """Who asked, and who approved it."""
    done: dict[str, tuple[int, ...]] = {TRANSFER_REQUEST: (row.requester_person_id,)}
    task = workflow.answer_of(session, TRANSFER_KIND, row) if not inspect(row).transient else None
    if task is not None and task.state == "approved":
        done[TRANSFER_APPROVE] = tuple(sorted(workflow.deciders(session, task)))
    return done


def _acts(session: Session, row: SpendRequest) -> Mapping[str, Collection[int]]:
    """Who asked, and everybody who approved what it says now, for himself or for somebody."""
    done: dict[str, tuple[int, ...]] = {SPEND_REQUEST: (row.requester_person_id,)}
    task = workflow.answer_of(session, KIND, row) if not inspect(row).transient else None
    if task is not None and task.state == "approved":
        done[SPEND_APPROVE] = tuple(sorted(workflow.deciders(session, task)))
    return done


def _called(row: SpendRequest) -> str:
    """What a request is called where its amount stands beside it."""
    return row.number


_ANCHORS: dict[str, Any] = {"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")}

RESOURCE_TYPES = (
    ResourceType("crm.campaign", Campaign, _place, anchors=_ANCHORS, read=CAMPAIGN_READ),
    ResourceType("crm.budget", Budget, _place, anchors=_ANCHORS, read=BUDGET_READ),
    ResourceType(
        "crm.spend", SpendRequest, _spend_facts, anchors={**_ANCHORS, "person": by_column("requester_person_id")},
        read=SPEND_READ,
        attributes={
            "amount": Attribute(_("Amount"), MONEY, "amount", currency="currency"),
            "category": Attribute(_("Category"), enum(*CATEGORIES), "category"),
            "in_budget": Attribute(_("Within the budget"), BOOL, "in_budget"),
        },
        acts=_acts,
        material=("amount", "currency", "category", "payee", "purpose", "unit_id", "campaign_id", "budget_id"),
    ),
    ResourceType(
        "crm.budget_transfer", BudgetTransfer, _transfer_facts,
        anchors={**_ANCHORS, "person": by_column("requester_person_id")}, read=TRANSFER_READ,
        attributes={"amount": Attribute(_("Amount"), MONEY, "amount", currency="currency")},
        acts=_transfer_acts, material=("amount", "currency", "from_budget_id", "to_budget_id", "reason"),
    ),
)

ACTIONS = (
    ActionDef(CAMPAIGN_READ, _("See campaigns"), resource="crm.campaign", power="read"),
    ActionDef(CAMPAIGN_EDIT, _("Plan campaigns"), resource="crm.campaign"),
    ActionDef(BUDGET_READ, _("See budgets"), resource="crm.budget", power="read"),
    ActionDef(BUDGET_EDIT, _("Set budgets"), resource="crm.budget"),
    ActionDef(SPEND_READ, _("See spending requests"), resource="crm.spend", power="read"),
    ActionDef(SPEND_REQUEST, _("Ask to spend money"), resource="crm.spend"),
    ActionDef(
        SPEND_APPROVE, _("Approve spending"), resource="crm.spend", power="decide", amount=True, no_self=True,
        recuse=("relative", "interest"),
        used=workflow.used(SpendRequest, "amount", "currency"),
        alike={"payee": _("Payee"), "category": _("Category")},
        siblings=workflow.siblings(SpendRequest, "amount", "currency", _called),
    ),
    ActionDef(TRANSFER_READ, _("See transfers between budgets"), resource="crm.budget_transfer", power="read"),
    ActionDef(TRANSFER_REQUEST, _("Ask to move money between budgets"), resource="crm.budget_transfer"),
    ActionDef(
        TRANSFER_APPROVE, _("Approve transfers between budgets"), resource="crm.budget_transfer", power="decide",
        amount=True, no_self=True, used=workflow.used(BudgetTransfer, "amount", "currency"),
    ),
)

SUGGESTED = (
    SuggestedEntry(SPEND_REQUEST, "self", _("Ask to spend money"), roles=("everybody",)),
    SuggestedEntry(SPEND_READ, "self", _("See one's own spending requests"), roles=("everybody",)),
    SuggestedEntry(CAMPAIGN_READ, "company", _("See campaigns"), roles=("everybody",)),
    SuggestedEntry(CAMPAIGN_EDIT, "subtree", _("Plan campaigns"), roles=("marketing",)),
    SuggestedEntry(BUDGET_READ, "subtree", _("See budgets"), roles=("marketing",)),
    SuggestedEntry(BUDGET_EDIT, "subtree", _("Set budgets"), roles=("marketing",)),
    SuggestedEntry(
        SPEND_APPROVE, "subtree", _("Approve spending, up to CNY 10,000 an item"), limit=1_000_000, currency="CNY",
        roles=("marketing",),
    ),
    SuggestedEntry(TRANSFER_READ, "subtree", _("See transfers between budgets"), roles=("marketing",)),
    SuggestedEntry(TRANSFER_REQUEST, "self", _("Ask to move money between budgets"), roles=("marketing",)),
    SuggestedEntry(
        TRANSFER_APPROVE, "subtree", _("Approve transfers between budgets, up to CNY 50,000 each"), limit=5_000_000,
        currency="CNY", roles=("marketing",),
    ),
    SuggestedEntry(SPEND_READ, "company", _("See spending requests"), roles=("finance",)),
    SuggestedEntry(TRANSFER_READ, "company", _("See transfers between budgets"), roles=("finance",)),
    SuggestedEntry(BUDGET_READ, "company", _("See budgets"), roles=("finance",)),
)
