"""What the audit log calls duty and authority lists and their rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.actions import READ as READ_LOG
from core.audit.words import describe
from core.authority.coverage.models import CoverageAcceptance
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    DelegatedEntry,
    Delegation,
    Duty,
    KpiTarget,
    PublishedList,
    SeparationMitigation,
    SeparationRule,
)
from core.authority.shadow.models import ShadowList
from core.authority.wording import CAP_WORDS, POWER_WORDS, RISK_WORDS, SCOPE_WORDS, SEPARATION_WORDS
from core.base.text import catalogue
from core.db import guard

_ = catalogue("authority")

_LIST, _CODE, _POSITION = _("List"), _("Code"), _("Position")
_TITLE, _TEXT, _MATTER, _DUTY, _BASIS = _("Title"), _("Text"), _("Matter"), _("Duty"), _("Basis")
_OF_A_LIST = {"list_id": _LIST, "code": _CODE}
PARTS = {"R": _("Carries it out"), "A": _("Answers for it"), "C": _("Is consulted"), "I": _("Is informed")}
_EFFECTS = {"grant": _("Allows"), "prohibit": _("Forbids")}


def names_of_lists(session: Session, ids: set[int]) -> dict[int, str]:
    """Lists in words, by id, for the audit log."""
    versions = select(PublishedList.id, PublishedList.version).where(PublishedList.id.in_(sorted(ids)))
    rows = session.execute(guard.mark(versions, [(READ_LOG, PublishedList.__tablename__)]))
    return {key: str(_("version {version}", version=version)) for key, version in rows}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(PublishedList, _("Duty and authority list"), {
        "unit_id": _("Unit"), "version": _("Version"), "effective_from": _("In force from"),
        "effective_to": _("In force until"), "published_at": _("Published at"),
        "published_by_account_id": _("Published by the account"), "published_by_person_id": _("Published by"),
        "source": _("Source"), "basis": _BASIS,
    }, ids={"published_by_account_id": "core_account", "published_by_person_id": "core_person"}, names=names_of_lists)
    describe(Duty, _DUTY, _OF_A_LIST | {
        "position_id": _POSITION, "text": _TEXT, "raci": _("Part taken"), "matter": _MATTER, "sort_order": _("Order"),
    }, values={"raci": PARTS})  # fmt: skip
    describe(KpiTarget, _("KPI target"), _OF_A_LIST | {
        "position_id": _POSITION, "duty_code": _DUTY, "title": _TITLE, "metric": _("Metric"),
        "comparison": _("Comparison"), "target": _("Target, in millionths"), "unit": _("Unit of measure"),
        "period": _("Period"), "weight": _("Weight"),
    }, values={"comparison": {"at_least": _("at least"), "at_most": _("at most")}})  # fmt: skip
    describe(AuthorityEntry, _("Authority entry"), _OF_A_LIST | {
        "position_id": _POSITION, "effect": _("Effect"), "action": _("Action"), "title": _TITLE, "scope": _("Scope"),
        "scope_unit_id": _("Unit"), "limit_minor": _("Limit, in the smallest unit"), "currency": _("Currency"),
        "cap_minor": _("Total, in the smallest unit"), "cap_period": _("Total in"),
        "split_by": _("Counts together when alike in"), "split_days": _("Counts together within days"),
        "conditions": _("Conditions"),
        "power": _("Power"), "duty_code": _DUTY, "basis": _BASIS, "delegable": _("May be delegated"),
        "by_acting": _("By acting holders too"), "bootstrap": _("Of the first account"), "account_id": _("Account"),
    }, values={
        "effect": _EFFECTS, "scope": SCOPE_WORDS, "cap_period": CAP_WORDS,
        "power": {power: word for power, (word, _kind) in POWER_WORDS.items()},
    }, ids={"account_id": "core_account"})  # fmt: skip
    describe(Delegation, _("Delegation"), {
        "from_assignment_id": _("Assignment it comes from"), "from_person_id": _("Delegated by"),
        "to_person_id": _("Delegated to"), "limit_minor": _("Limit, in the smallest unit"), "currency": _("Currency"),
        "unit_id": _("Unit"), "valid_from": _("From"), "valid_to": _("Until, not including"), "reason": _("Reason"),
        "created_at": _("Made at"), "created_by_account_id": _("Made by the account"),
        "revoked_at": _("Taken back at"), "revoked_by_person_id": _("Taken back by"),
    }, ids={
        "from_assignment_id": "core_assignment", "from_person_id": "core_person", "to_person_id": "core_person",
        "created_by_account_id": "core_account", "revoked_by_person_id": "core_person",
    })  # fmt: skip
    describe(DelegatedEntry, _("Delegated entry"), {"delegation_id": _("Delegation"), "code": _("Code")})
    describe(Boundary, _("Boundary"), _OF_A_LIST | {
        "matter": _MATTER, "lead_unit_id": _("Unit that leads"), "text": _TEXT,
    })  # fmt: skip
    describe(BoundarySupport, _("Unit beyond a boundary"), {"boundary_id": _("Boundary"), "unit_id": _("Unit")})
    describe(SeparationRule, _("Incompatible duties"), _OF_A_LIST | {
        "kind": _("Kept apart"), "actions": _("Keys of the matters"), "months": _("Months at most"),
        "risk": _("Risk"), "basis": _BASIS,
    }, values={"kind": SEPARATION_WORDS, "risk": RISK_WORDS})  # fmt: skip
    describe(SeparationMitigation, _("Mitigation"), {
        "unit_id": _("Unit"), "rule_code": _("Rule"), "person_id": _("Person"),
        "control": _("What keeps the risk small"), "valid_from": _("From"), "valid_to": _("Until, not including"),
        "approved_at": _("Approved at"), "approved_by_account_id": _("Approved by the account"),
        "approved_by_person_id": _("Approved by"),
    }, ids={
        "person_id": "core_person", "approved_by_account_id": "core_account", "approved_by_person_id": "core_person",
    })  # fmt: skip
    _describe_trials()
    describe(CoverageAcceptance, _("Accepted finding"), {
        "finding_key": _("Finding"), "unit_id": _("Unit"), "message": _("What was found"), "reason": _("Reason"),
        "until": _("Accepted until"), "accepted_at": _("Accepted at"), "accepted_by": _("Accepted by"),
        "account_id": _("Account"),
    }, ids={"account_id": "core_account"})  # fmt: skip


def _describe_trials() -> None:
    describe(ShadowList, _("Draft on trial"), {
        "place": _("List"), "unit_id": _("Unit"), "version": _("Version"), "source": _("Source"), "draft": _("Text"),
        "started_at": _("Started at"), "started_by": _("Started by"),
        "started_by_account_id": _("Started by the account"), "stopped_at": _("Stopped at"),
        "stopped_by": _("Stopped by"),
    }, ids={"started_by_account_id": "core_account"})  # fmt: skip
