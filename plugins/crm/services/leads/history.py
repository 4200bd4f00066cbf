"""What happened to a lead, kept in its own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadEvent
from remit.base import clock


def happened(
    session: Session, lead: Lead, kind: str, person_id: int | None = None, said: str = "",
    *, at: datetime | None = None, **data: Any,
) -> LeadEvent:  # fmt: skip
    """Keep that something happened to a lead that has its number: a kind of ``EVENT_KINDS``, by whom, what was said.

    ``data`` is what the kind needs to be told again; ``at`` is now unless a record of earlier days is taken over.
    """
    made = LeadEvent(
        lead_id=lead.id, kind=kind, at=at or clock.now(), person_id=person_id, said=said, data=data,
    )  # fmt: skip
    session.add(made)
    return made
