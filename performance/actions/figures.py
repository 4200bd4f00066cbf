"""What people may do with figures and their values."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from performance.models import Kpi, KpiValue
from performance.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

KPI_READ = "performance.kpi:read"
KPI_EDIT = "performance.kpi:edit"
VALUE_READ = "performance.value:read"
VALUE_ENTER = "performance.value:enter"
VALUE_IMPORT = "performance.value:import"

_ENTITY = by_column("legal_entity_id")
#: How a list finds what is about a person or a unit.
SUBJECT: dict[str, Any] = {"person": by_column("person_id"), "unit": by_column("unit_id"), "legal_entity": _ENTITY}


def _company(session: Session, row: Kpi) -> Facts:
    """A figure is of a company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id)


def subject(session: Session, row: Any) -> Facts:
    """A value and a score are of a person or a unit, in a company."""
    del session
    return Facts(
        (row.person_id,) if row.person_id else (), (row.unit_id,) if row.unit_id else (),
        legal_entity_id=row.legal_entity_id,
    )  # fmt: skip


RESOURCE_TYPES = (
    ResourceType("performance.kpi", Kpi, _company, anchors={"legal_entity": _ENTITY}, read=KPI_READ),
    ResourceType("performance.value", KpiValue, subject, anchors=SUBJECT, read=VALUE_READ),
)

ACTIONS = (
    ActionDef(KPI_READ, _("See which figures there are"), resource="performance.kpi", power="read"),
    ActionDef(KPI_EDIT, _("Define figures"), resource="performance.kpi"),
    ActionDef(VALUE_READ, _("See what figures were"), resource="performance.value", power="read"),
    ActionDef(VALUE_ENTER, _("Enter what figures were"), resource="performance.value"),
    ActionDef(VALUE_IMPORT, _("Import what figures were")),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(KPI_READ, "company", _("See which figures there are"), roles=("everybody",)),
    SuggestedEntry(VALUE_READ, "subtree", _("See what figures of one's department were"), roles=("head",)),
    SuggestedEntry(KPI_EDIT, "company", _("Define figures"), roles=("hr",)),
    SuggestedEntry(VALUE_ENTER, "company", _("Enter what figures were"), roles=("hr",)),
    SuggestedEntry(VALUE_IMPORT, "all", _("Import what figures were"), roles=("hr",)),
)
