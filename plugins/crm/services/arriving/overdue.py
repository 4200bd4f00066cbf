"""To whom a lead goes that was not touched in time: by the table in force, else to the least loaded colleague."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from plugins.crm.models import Lead
from plugins.crm.services.arriving.assigning import would_take
from plugins.crm.services.following.people import Colleague
from plugins.crm.services.following.sweeping import least_loaded


def by_rules(session: Session, lead: Lead, among: Sequence[Colleague]) -> Colleague | None:
    """Whom the table in force names besides the one who had it; where no table is, whoever has least in hand."""
    found = would_take(session, lead)
    if found is None:
        return least_loaded(session, lead, among)
    return next((one for one in among if one.person_id == found), None)
