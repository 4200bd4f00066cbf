"""What taking in and sending share: the desk, letters."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm_webhook.models import Letter, Mapping
from plugins.crm_webhook.text import _
from remit.base import DomainError, clock
from remit.contracts import LeadDesk
from remit.services import choose, system
from remit.text import to_json

WHY = "leads are exchanged over webhooks"


def desk_of(session: Session) -> LeadDesk:
    """Whoever keeps leads here. Raises ``DomainError`` where nobody does."""
    found: LeadDesk | None = choose(session, "choose_lead_desk")
    if found is None:
        raise DomainError("crm_webhook.desk", _("No module that keeps leads is switched on."))
    return found


def write_letter(session: Session, mapping: Mapping, key: str, body: str, wrong: DomainError) -> None:
    """Keep what did not get across, and why; once for each number."""
    row = letter_of(session, mapping, key)
    if row is None:
        row = Letter(mapping_id=mapping.id, key=key, tries=0)
        session.add(row)
    row.body, row.why, row.field = body, [to_json(wrong.message)], wrong.field or ""
    row.tries, row.at, row.done_at = row.tries + 1, clock.now(), None
    session.flush()


def letter_of(session: Session, mapping: Mapping, key: str) -> Letter | None:
    """What is kept under a number."""
    with system(session, WHY):
        return session.scalars(
            select(Letter).where(Letter.mapping_id == mapping.id, Letter.key == key)
        ).one_or_none()


def got_across(session: Session, mapping: Mapping, key: str) -> None:
    """What lay as a letter is done."""
    row = letter_of(session, mapping, key)
    if row is not None and row.done_at is None:
        row.done_at = clock.now()
