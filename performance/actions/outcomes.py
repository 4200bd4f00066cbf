"""What people may do with what scores lead to, and who sees whether scores are fair."""

from __future__ import annotations

from sqlalchemy.orm import Session

from performance.actions.figures import SUBJECT
from performance.models import OutcomeTable, Proposal
from performance.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

OUTCOME_RULES = "performance.outcome:rules"
OUTCOME_PROPOSE = "performance.outcome:propose"
OUTCOME_READ = "performance.outcome:read"
OUTCOME_CONFIRM = "performance.outcome:confirm"
FAIRNESS_READ = "performance.fairness:read"


def _table(session: Session, row: OutcomeTable) -> Facts:
    """Rules are of a company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id)


def _proposal(session: Session, row: Proposal) -> Facts:
    """A proposal is about a person, and for his benefit; whoever proposed it does not confirm it."""
    del session
    return Facts(
        (row.person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id,
        creator_person_id=row.proposed_by_person_id, beneficiary_person_id=row.person_id,
    )  # fmt: skip


RESOURCE_TYPES = (
    ResourceType("performance.outcome_table", OutcomeTable, _table, read=OUTCOME_RULES,
                 anchors={"legal_entity": by_column("legal_entity_id")}),
    ResourceType(
        "performance.proposal", Proposal, _proposal, read=OUTCOME_READ,
        anchors=SUBJECT | {"creator": by_column("proposed_by_person_id"), "beneficiary": by_column("person_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(OUTCOME_RULES, _("Keep the rules for outcomes"), resource="performance.outcome_table"),
    ActionDef(OUTCOME_PROPOSE, _("Make scores final and propose outcomes"), resource="performance.score"),
    ActionDef(OUTCOME_READ, _("See what scores lead to"), resource="performance.proposal", power="read"),
    ActionDef(OUTCOME_CONFIRM, _("Confirm what scores lead to"), resource="performance.proposal", power="decide",
              no_self=True),
    ActionDef(FAIRNESS_READ, _("See whether scores are fair to groups"), resource="performance.score", power="read"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(OUTCOME_RULES, "company", _("Keep the rules for outcomes"), roles=("hr",)),
    SuggestedEntry(OUTCOME_PROPOSE, "company", _("Make scores final and propose outcomes"), roles=("hr",)),
    SuggestedEntry(OUTCOME_READ, "company", _("See what scores lead to"), roles=("hr",)),
    SuggestedEntry(FAIRNESS_READ, "company", _("See whether scores are fair to groups"), roles=("hr",)),
)
