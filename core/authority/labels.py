"""What the audit log calls duty and authority lists and their rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.actions import READ as READ_LOG
from core.audit.words import describe
from core.authority.coverage.models import CoverageAcceptance
from core.authority.lifecycle.models import ListConsultation, ListDraftRow, ListSignature
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    BreakGlass,
    DelegatedEntry,
    Delegation,
    Duty,
    KpiTarget,
    PersonRelation,
    PublishedList,
    SeparationMitigation,
    SeparationRule,
)
from core.authority.rates.models import ExchangeRate, RatePolicy
from core.authority.shadow.models import ShadowList
from core.authority.wording import CAP_WORDS, POWER_WORDS, RELATION_WORDS, RISK_WORDS, SCOPE_WORDS, SEPARATION_WORDS
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
        "source": _("Source"), "basis": _BASIS, "tests": _("Expectations"),
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
        "needs_second": _("Must agree"), "break_hours": _("Open in an emergency, in hours"),
        "conditions": _("Conditions"),
        "power": _("Power"), "duty_code": _DUTY, "basis": _BASIS, "delegable": _("May be delegated"),
        "by_acting": _("By acting holders too"), "grantable": _("May be granted to others by lists"),
        "bootstrap": _("Of the first account"), "account_id": _("Account"),
    }, values={
        "effect": _EFFECTS, "scope": SCOPE_WORDS, "cap_period": CAP_WORDS,
        "power": {power: word for power, (word, _kind) in POWER_WORDS.items()},
    }, ids={"account_id": "core_account"})  # fmt: skip
    describe(Boundary, _("Boundary"), _OF_A_LIST | {
        "matter": _MATTER, "lead_unit_id": _("Unit that leads"), "text": _TEXT,
    })  # fmt: skip
    describe(BoundarySupport, _("Unit beyond a boundary"), {"boundary_id": _("Boundary"), "unit_id": _("Unit")})
    describe(SeparationRule, _("Incompatible duties"), _OF_A_LIST | {
        "kind": _("Kept apart"), "actions": _("Keys of the matters"), "months": _("Months at most"),
        "risk": _("Risk"), "basis": _BASIS,
    }, values={"kind": SEPARATION_WORDS, "risk": RISK_WORDS})  # fmt: skip
    describe(CoverageAcceptance, _("Accepted finding"), {
        "finding_key": _("Finding"), "unit_id": _("Unit"), "message": _("What was found"), "reason": _("Reason"),
        "until": _("Accepted until"), "accepted_at": _("Accepted at"), "accepted_by": _("Accepted by"),
        "account_id": _("Account"),
    }, ids={"account_id": "core_account"})  # fmt: skip
    _of_persons()
    _of_rates()


def _of_persons() -> None:
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
    _life_cycle()


def _life_cycle() -> None:
    describe(ListDraftRow, _("Draft of a list"), {
        "unit_id": _("Unit"), "version": _("Version"), "effective_from": _("In force from"), "text": _TEXT,
        "source": _("Source"), "state": _("State"), "created_at": _("Kept at"),
        "author_account_id": _("Kept by the account"), "author_person_id": _("Kept by"),
        "closed_at": _("Closed at"), "list_id": _LIST, "reason": _("Reason"),
    }, values={"state": {
        "draft": _("Draft"), "consulting": _("Units are asked"), "published": _("Published"),
        "asked": _("Publication is asked"), "withdrawn": _("Given up"),
    }}, ids={"author_account_id": "core_account", "author_person_id": "core_person"})
    describe(ListConsultation, _("Answer of a unit"), {
        "draft_id": _("Draft of a list"), "unit_id": _("Unit"), "asked_at": _("Asked at"), "answer": _("Answer"),
        "words": _("In words"), "answered_at": _("Answered at"),
        "answered_by_account_id": _("Answered by the account"), "answered_by_person_id": _("Answered by"),
    }, values={"answer": {"agree": _("Agrees"), "object": _("Objects")}}, ids={
        "answered_by_account_id": "core_account", "answered_by_person_id": "core_person",
    })  # fmt: skip
    describe(ListSignature, _("Signature"), {
        "list_id": _LIST, "person_id": _("Person"), "signed_at": _("Signed at"), "account_id": _("Account"),
    }, ids={"person_id": "core_person", "account_id": "core_account"})
    describe(PersonRelation, _("Relation between persons"), {
        "person_id": _("Person"), "other_id": _("The other"), "kind": _("What the other is"), "note": _("Remark"),
        "valid_from": _("From"), "valid_to": _("Until, not including"), "declared_at": _("Declared at"),
        "declared_by_account_id": _("Declared by the account"), "declared_by_person_id": _("Declared by"),
        "confirmed_at": _("Confirmed at"), "confirmed_by_account_id": _("Confirmed by the account"),
        "confirmed_by_person_id": _("Confirmed by"),
    }, values={"kind": RELATION_WORDS}, ids={
        "person_id": "core_person", "other_id": "core_person", "declared_by_account_id": "core_account",
        "declared_by_person_id": "core_person", "confirmed_by_account_id": "core_account",
        "confirmed_by_person_id": "core_person",
    })  # fmt: skip
    describe(BreakGlass, _("Authority opened for an emergency"), {
        "person_id": _("Opened by"), "account_id": _("Opened by the account"),
        "assignment_id": _("Under the assignment"), "entry": _("Entry of the list"),
        "list_version": _("Version of the list"), "reason": _("What has happened"), "opened_at": _("Opened at"),
        "until": _("Open until"), "review_by": _("To be looked at by"), "reviewed_at": _("Looked at"),
        "reviewed_by_account_id": _("Looked at by the account"), "reviewed_by_person_id": _("Looked at by"),
        "review": _("What was found"),
    }, ids={
        "account_id": "core_account", "reviewed_by_account_id": "core_account",
        "reviewed_by_person_id": "core_person",
    })  # fmt: skip


def _of_rates() -> None:
    describe(ExchangeRate, _("Exchange rate"), {
        "base": _("Currency"), "quote": _("In the currency"), "units": _("Units"),
        "rate": _("Rate, in ten-billionths"), "valid_from": _("From"), "valid_to": _("Until, not including"),
        "source": _("Source"), "published_at": _("Published at"),
        "published_by_account_id": _("Published by the account"), "published_by_person_id": _("Published by"),
    }, ids={"published_by_account_id": "core_account", "published_by_person_id": "core_person"})  # fmt: skip
    describe(RatePolicy, _("Policy on exchange rates"), {
        "valid_from": _("From"), "max_age_days": _("Days a rate may be old"), "basis": _BASIS, "set_at": _("Set at"),
        "set_by_account_id": _("Set by the account"), "set_by_person_id": _("Set by"),
    }, ids={"set_by_account_id": "core_account", "set_by_person_id": "core_person"})  # fmt: skip


def _describe_trials() -> None:
    describe(ShadowList, _("Draft on trial"), {
        "place": _("List"), "unit_id": _("Unit"), "version": _("Version"), "source": _("Source"), "draft": _("Text"),
        "started_at": _("Started at"), "started_by": _("Started by"),
        "started_by_account_id": _("Started by the account"), "stopped_at": _("Stopped at"),
        "stopped_by": _("Stopped by"),
    }, ids={"started_by_account_id": "core_account"})  # fmt: skip
