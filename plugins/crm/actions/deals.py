"""What people may do with customers, deals and discounts, and how the lists look at their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import either
from plugins.crm.models import Customer, Deal, Discount, FollowRule
from plugins.crm.text import _
from remit import workflow
from remit.formula import MONEY, RATE
from remit.specs import ActionDef, Attribute, Facts, ResourceType, SuggestedEntry, by_column

CUSTOMER_READ = "crm.customer:read"
CUSTOMER_WORK = "crm.customer:work"
DEAL_READ = "crm.deal:read"
DEAL_WORK = "crm.deal:work"
DISCOUNT_READ = "crm.discount:read"
DISCOUNT_REQUEST = "crm.discount:request"
DISCOUNT_APPROVE = "crm.discount:approve"
CAMPAIGN_COST = "crm.campaign:cost"
FOLLOW_EDIT = "crm.follow_rule:edit"
#: The kind of question that a discount is.
KIND = "crm.discount"


def _sold_facts(session: Session, row: Customer | Deal) -> Facts:
    """What is sold is its owner's, of the unit that has it in hand and of the one that brought the lead."""
    del session
    people = (row.owner_person_id,) if row.owner_person_id is not None else ()
    units = tuple(dict.fromkeys((row.unit_id, row.captured_unit_id)))
    return Facts(people, units, legal_entity_id=row.legal_entity_id)


def _discount_facts(session: Session, row: Discount) -> Facts:
    """A discount is its requester's and of the unit that sells; he is the one who cannot decide it."""
    del session
    return Facts(
        (row.requester_person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id, amount=row.amount,
        currency=row.currency, creator_person_id=row.requester_person_id,
    )  # fmt: skip


def _rule_facts(session: Session, row: FollowRule) -> Facts:
    """A deadline is where its unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


def _acts(session: Session, row: Discount) -> Mapping[str, Collection[int]]:
    """Who asked, and everybody who approved it."""
    done: dict[str, tuple[int, ...]] = {DISCOUNT_REQUEST: (row.requester_person_id,)}
    task = workflow.answer_of(session, KIND, row) if not inspect(row).transient else None
    if task is not None and task.state == "approved":
        done[DISCOUNT_APPROVE] = tuple(sorted(workflow.deciders(session, task)))
    return done


_SOLD = {
    "person": by_column("owner_person_id"), "unit": either("unit_id", "captured_unit_id"),
    "legal_entity": by_column("legal_entity_id"),
}  # fmt: skip
_PLACE = {"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")}

RESOURCE_TYPES = (
    ResourceType("crm.customer", Customer, _sold_facts, anchors=_SOLD, read=CUSTOMER_READ),
    ResourceType("crm.deal", Deal, _sold_facts, anchors=_SOLD, read=DEAL_READ),
    ResourceType(
        "crm.discount", Discount, _discount_facts, anchors={**_PLACE, "person": by_column("requester_person_id")},
        read=DISCOUNT_READ,
        attributes={
            "amount": Attribute(_("Amount"), MONEY, "amount", currency="currency"),
            "rate": Attribute(_("Rate"), RATE, "rate"),
        },
        acts=_acts, material=("amount", "currency", "deal_id", "unit_id", "rate"),
    ),
    ResourceType("crm.follow_rule", FollowRule, _rule_facts, anchors=_PLACE, read=FOLLOW_EDIT),
)  # fmt: skip

ACTIONS = (
    ActionDef(CUSTOMER_READ, _("See customers"), resource="crm.customer", power="read"),
    ActionDef(CUSTOMER_WORK, _("Look after customers"), resource="crm.customer"),
    ActionDef(DEAL_READ, _("See deals"), resource="crm.deal", power="read"),
    ActionDef(DEAL_WORK, _("Work on deals"), resource="crm.deal"),
    ActionDef(DISCOUNT_READ, _("See discounts"), resource="crm.discount", power="read"),
    ActionDef(DISCOUNT_REQUEST, _("Ask for discounts"), resource="crm.discount"),
    ActionDef(
        DISCOUNT_APPROVE, _("Approve discounts"), resource="crm.discount", power="decide", amount=True, no_self=True,
        recuse=("relative", "interest"), used=workflow.used(Discount, "amount", "currency"),
    ),
    ActionDef(CAMPAIGN_COST, _("See what campaigns cost"), resource="crm.campaign", power="read"),
    ActionDef(FOLLOW_EDIT, _("Set the deadlines of first contact"), resource="crm.follow_rule"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(CUSTOMER_READ, "self", _("See one's own customers"), roles=("everybody",)),
    SuggestedEntry(CUSTOMER_READ, "subtree", _("See customers"), roles=("marketing", "sales")),
    SuggestedEntry(CUSTOMER_WORK, "self", _("Look after one's own customers"), roles=("sales",)),
    SuggestedEntry(DEAL_READ, "self", _("See one's own deals"), roles=("everybody",)),
    SuggestedEntry(DEAL_READ, "subtree", _("See deals"), roles=("marketing", "sales")),
    SuggestedEntry(DEAL_WORK, "self", _("Work on one's own deals"), roles=("sales",)),
    SuggestedEntry(DISCOUNT_READ, "self", _("See one's own discounts"), roles=("everybody",)),
    SuggestedEntry(DISCOUNT_REQUEST, "self", _("Ask for discounts"), roles=("sales",)),
    SuggestedEntry(
        DISCOUNT_APPROVE, "subtree", _("Approve discounts, up to CNY 5,000 given away"), limit=500_000, currency="CNY",
        roles=("sales",),
    ),
    SuggestedEntry(CAMPAIGN_COST, "company", _("See what campaigns cost"), roles=("marketing", "sales")),
    SuggestedEntry(FOLLOW_EDIT, "subtree", _("Set the deadlines of first contact"), roles=("sales",)),
)  # fmt: skip
