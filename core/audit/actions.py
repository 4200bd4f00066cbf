"""The actions of the audit log: reading it, and erasing what it says about a person. Nobody can write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.audit.models import AuditEntry
from core.base.text import catalogue
from core.kernel.specs import ActionDef, Facts, ResourceType, by_column

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("audit")

READ = "audit.log:read"
ERASE = "audit.person:erase"
ACTIONS = (
    ActionDef(READ, _("Read the audit log"), resource="audit.log", power="read"),
    ActionDef(ERASE, _("Erase what the audit log says about a person")),
)


def _facts(session: Session, entry: AuditEntry) -> Facts:
    del session
    return Facts(person_ids=(entry.person_id,) if entry.person_id is not None else ())


RESOURCE_TYPES = (ResourceType("audit.log", AuditEntry, _facts, {"person": by_column("person_id")}, read=READ),)
