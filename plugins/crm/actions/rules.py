"""What people may do with the standard, with the rules about leads, and with disputes between both departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import Session

from plugins.crm.models import Dispute, Rep, RuleTable, Standard
from plugins.crm.text import _
from remit.specs import ActionDef, Facts, ResourceType, Side, SuggestedEntry, by_column

STANDARD_READ = "crm.standard:read"
STANDARD_DRAFT = "crm.standard:draft"
#: Each head signs for the unit he leads: one action looks at marketing's, the other at that of sales.
STANDARD_SIGN_MARKETING = "crm.standard:sign_marketing"
STANDARD_SIGN_SALES = "crm.standard:sign_sales"
RULES_READ = "crm.rules:read"
RULES_PUBLISH = "crm.rules:publish"
REP_READ = "crm.rep:read"
REP_EDIT = "crm.rep:edit"
DISPUTE_READ = "crm.dispute:read"
DISPUTE_SPEAK = "crm.dispute:speak"
DISPUTE_SETTLE = "crm.dispute:settle"
#: The kind of question that a signature is.
KIND = "crm.standard"

_SIDES = ("marketing_unit_id", "sales_unit_id")


def _facts(*units: str) -> Any:
    """The facts of a row that belongs to these units."""

    def facts(session: Session, row: Any) -> Facts:
        del session
        return Facts(
            unit_ids=tuple(dict.fromkeys(getattr(row, name) for name in units)), legal_entity_id=row.legal_entity_id
        )

    return facts


def _either(*names: str) -> Any:
    """The anchor of a row that stands in several places at once: any of these columns."""

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
        return or_(*(getattr(entity, name).in_(ids) for name in names))

    return predicate


def _anchors(*units: str) -> dict[str, Any]:
    return {"unit": _either(*units), "legal_entity": by_column("legal_entity_id")}


def _rep_facts(session: Session, row: Rep) -> Facts:
    """A profile is about its person, in his team."""
    del session
    return Facts((row.person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id)


def _both(session: Session, row: Dispute) -> Facts:
    """A dispute is settled where both units are reached: the facts name the place that is above both, their company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id)


RESOURCE_TYPES = (
    ResourceType(
        "crm.standard", Standard, _facts(*_SIDES), anchors=_anchors(*_SIDES), read=STANDARD_READ,
        material=("version", "effective_from", "digest", "marketing_unit_id", "sales_unit_id"),
        sides={
            "marketing": Side(_facts("marketing_unit_id"), _anchors("marketing_unit_id")),
            "sales": Side(_facts("sales_unit_id"), _anchors("sales_unit_id")),
        },
    ),
    ResourceType("crm.rules", RuleTable, _facts("unit_id"), anchors=_anchors("unit_id"), read=RULES_READ),
    ResourceType(
        "crm.rep", Rep, _rep_facts, anchors={"person": by_column("person_id"), **_anchors("unit_id")}, read=REP_READ,
    ),
    ResourceType(
        "crm.dispute", Dispute, _facts(*_SIDES), anchors=_anchors(*_SIDES), read=DISPUTE_READ,
        sides={"both": Side(_both, {"legal_entity": by_column("legal_entity_id")})},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(STANDARD_READ, _("See the standard of qualification"), resource="crm.standard", power="read"),
    ActionDef(STANDARD_DRAFT, _("Draft the standard of qualification"), resource="crm.standard"),
    ActionDef(STANDARD_SIGN_MARKETING, _("Sign the standard of qualification for marketing"), resource="crm.standard",
              power="decide", side="marketing"),
    ActionDef(STANDARD_SIGN_SALES, _("Sign the standard of qualification for sales"), resource="crm.standard",
              power="decide", side="sales"),
    ActionDef(RULES_READ, _("See the rules about leads"), resource="crm.rules", power="read"),
    ActionDef(RULES_PUBLISH, _("Change the rules about leads"), resource="crm.rules"),
    ActionDef(REP_READ, _("See who takes leads"), resource="crm.rep", power="read"),
    ActionDef(REP_EDIT, _("Say who takes leads"), resource="crm.rep"),
    ActionDef(DISPUTE_READ, _("See disputed leads"), resource="crm.dispute", power="read"),
    ActionDef(DISPUTE_SPEAK, _("Contest rejections and answer for one's side"), resource="crm.dispute"),
    ActionDef(DISPUTE_SETTLE, _("Decide disputed leads"), resource="crm.dispute", power="decide", side="both"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(STANDARD_READ, "company", _("See the standard of qualification"), roles=("everybody",)),
    SuggestedEntry(STANDARD_DRAFT, "subtree", _("Draft the standard of qualification"), roles=("marketing", "sales")),
    SuggestedEntry(STANDARD_SIGN_MARKETING, "subtree", _("Sign the standard for marketing"), roles=("marketing",)),
    SuggestedEntry(STANDARD_SIGN_SALES, "subtree", _("Sign the standard for sales"), roles=("sales",)),
    SuggestedEntry(RULES_READ, "company", _("See the rules about leads"), roles=("marketing", "sales")),
    SuggestedEntry(RULES_PUBLISH, "unit", _("Change the rules about leads"), roles=("marketing",)),
    SuggestedEntry(REP_READ, "subtree", _("See who takes leads"), roles=("sales",)),
    SuggestedEntry(REP_EDIT, "subtree", _("Say who takes leads"), roles=("sales",)),
    SuggestedEntry(DISPUTE_READ, "subtree", _("See disputed leads"), roles=("marketing", "sales")),
    SuggestedEntry(DISPUTE_SPEAK, "subtree", _("Contest rejections and answer"), roles=("marketing", "sales")),
    SuggestedEntry(DISPUTE_SETTLE, "company", _("Decide disputed leads"), roles=("management",)),
)  # fmt: skip
