"""What the audit log calls the tables of rules for outcomes and of proposals."""

from __future__ import annotations

from performance import models
from performance.labels.words import PLACE, SPAN
from performance.text import OUTCOMES, PROPOSALS, _
from remit.models import describe

TABLE = _("Rules for outcomes")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    band = {"kind": _("Outcome"), "low": _("At least"), "high": _("Less than"), "rate": _("Rate")}
    describe(models.OutcomeTable, TABLE, {
        "legal_entity_id": _("Company"), "valid_from": _("Valid from"), "drafted_by_person_id": _("Drafted by"),
        "created_at": _("Written at"),
    })  # fmt: skip
    describe(models.OutcomeRule, _("Rule for outcomes"), band | {"table_id": TABLE}, values={"kind": OUTCOMES})
    describe(models.Proposal, _("Proposal"), PLACE | SPAN | band | {
        "table_id": TABLE, "employment_id": _("Employment"), "points": _("Points"), "state": _("Status"),
        "reason": _("Reason"), "month": _("Paid with the payroll of"), "proposed_by_person_id": _("Proposed by"),
        "proposed_at": _("Proposed at"), "decided_by_person_id": _("Decided by"), "decided_at": _("Decided at"),
    }, values={
        "kind": OUTCOMES, "state": {key: words for key, (words, _kind) in PROPOSALS.items()},
    })  # fmt: skip
