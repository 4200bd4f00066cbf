"""What people may do with channels and leads, and how the lists look at their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Lead
from plugins.crm.text import _
from remit.specs import ActionDef, Facts, FieldGroup, ResourceType, SuggestedEntry, by_column

CHANNEL_READ = "crm.channel:read"
CHANNEL_EDIT = "crm.channel:edit"
LEAD_READ = "crm.lead:read"
LEAD_CAPTURE = "crm.lead:capture"
LEAD_WORK = "crm.lead:work"
LEAD_ASSIGN = "crm.lead:assign"
LEAD_REVEAL = "crm.lead:reveal"


def _channel_facts(session: Session, row: Channel) -> Facts:
    """A channel is where its unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


def _lead_facts(session: Session, row: Lead) -> Facts:
    """A lead is its owner's and that of whoever brought it, of the unit that has it and of the one that brought it."""
    del session
    people = (row.owner_person_id, row.captured_by_person_id)
    return Facts(
        tuple(dict.fromkeys(one for one in people if one is not None)),
        tuple(dict.fromkeys((row.unit_id, row.captured_unit_id))), legal_entity_id=row.legal_entity_id,
    )  # fmt: skip


def either(*names: str) -> Any:
    """The anchor of a row that stands in several places at once: any of these columns."""

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
        return or_(*(getattr(entity, name).in_(ids) for name in names))

    return predicate


RESOURCE_TYPES = (
    ResourceType(
        "crm.channel",
        Channel,
        _channel_facts,
        read=CHANNEL_READ,
        anchors={"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")},
    ),
    ResourceType(
        "crm.lead",
        Lead,
        _lead_facts,
        read=LEAD_READ,
        anchors={
            "person": either("owner_person_id", "captured_by_person_id"),
            "unit": either("unit_id", "captured_unit_id"),
            "legal_entity": by_column("legal_entity_id"),
        },
        groups=(FieldGroup("contact", _("Phone and mail address"), ("phone", "email"), LEAD_REVEAL),),
    ),
)

ACTIONS = (
    ActionDef(CHANNEL_READ, _("See channels"), resource="crm.channel", power="read"),
    ActionDef(CHANNEL_EDIT, _("Name the channels"), resource="crm.channel"),
    ActionDef(LEAD_READ, _("See leads"), resource="crm.lead", power="read"),
    ActionDef(LEAD_CAPTURE, _("Take leads in"), resource="crm.lead"),
    ActionDef(LEAD_WORK, _("Follow leads up"), resource="crm.lead"),
    ActionDef(LEAD_ASSIGN, _("Hand leads to people"), resource="crm.lead"),
    ActionDef(LEAD_REVEAL, _("See phone and mail address of leads"), resource="crm.lead", power="read"),
)

SUGGESTED = (
    SuggestedEntry(CHANNEL_READ, "company", _("See channels"), roles=("everybody",)),
    SuggestedEntry(CHANNEL_EDIT, "subtree", _("Name the channels"), roles=("marketing",)),
    SuggestedEntry(LEAD_READ, "self", _("See one's own leads"), roles=("everybody",)),
    SuggestedEntry(LEAD_READ, "subtree", _("See leads"), roles=("marketing", "sales")),
    SuggestedEntry(LEAD_CAPTURE, "subtree", _("Take leads in"), roles=("marketing",)),
    SuggestedEntry(LEAD_WORK, "self", _("Follow up one's own leads"), roles=("sales",)),
    SuggestedEntry(LEAD_ASSIGN, "subtree", _("Hand leads to people"), roles=("sales",)),
    SuggestedEntry(LEAD_REVEAL, "self", _("See phone and mail address of one's own leads"), roles=("sales",)),
)
