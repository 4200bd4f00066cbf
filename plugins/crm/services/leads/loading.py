"""Leads by their numbers, for work that shows them to nobody."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.models import Lead
from remit.models import guard

_CHUNK = 1000
_MARK = [(LEAD_CAPTURE, "crm_lead")]


def load_many(session: Session, ids: Iterable[int]) -> dict[int, Lead]:
    """Leads by their numbers, for the work of taking in; nobody is shown them."""
    wanted, found = sorted(ids), {}
    for start in range(0, len(wanted), _CHUNK):
        some = select(Lead).where(Lead.id.in_(wanted[start : start + _CHUNK]))
        found.update({lead.id: lead for lead in session.scalars(guard.mark(some, _MARK))})
    return found
