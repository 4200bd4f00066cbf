"""What happened to a lead, kept in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadEvent
from remit.base import clock


def moment() -> datetime:
    """Now, on the day the business lives in: in a demo the time of day is real and the day is that of its story."""
    now, day = clock.now(), clock.demo_day()
    if day is None:
        return now
    local = now.astimezone(ZoneInfo(clock.DEFAULT_ZONE))
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(now.tzinfo)


def happened(
    session: Session, lead: Lead, kind: str, person_id: int | None = None, said: str = "",
    *, at: datetime | None = None, **data: Any,
) -> LeadEvent:  # fmt: skip
    """Keep that something happened to a lead that has its number: a kind of ``EVENT_KINDS``, by whom, what was said.

    ``data`` is what the kind needs to be told again; ``at`` is now unless a record of earlier days is taken over.
    """
    made = LeadEvent(
        lead_id=lead.id, kind=kind, at=at or moment(), person_id=person_id, said=said, data=data,
    )  # fmt: skip
    session.add(made)
    return made


def event(
    lead: Lead, kind: str, at: datetime, person_id: int | None = None, said: str = "", **data: Any
) -> dict[str, Any]:
    """What happened to a lead as a row for ``happened_to_many``."""
    return {"lead_id": lead.id, "kind": kind, "at": at, "person_id": person_id, "said": said, "data": data}


def happened_to_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what happened to many leads in one statement, in this order; the rows are what ``event`` makes."""
    if rows:
        session.execute(insert(LeadEvent), list(rows))
