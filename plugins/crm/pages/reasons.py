"""Why a lead counts as it does, has its tags, and is in whose hands it is: what stands beside it on its page."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadAssignment
from plugins.crm.services.arriving import assigning, choosing
from plugins.crm.services.arriving.tagging import tags_of
from plugins.crm.services.leads.listing import names_of
from plugins.crm.services.standard.judging import standing
from plugins.crm.text import _
from plugins.crm.text_rules import LEVEL_WORDS
from remit.text import Text

#: Why a lead has no owner, or another than before, by the code that is kept.
WHY: dict[str, Text] = {
    "no_table": _("No table of assignment is in force."),
    "no_row": _("No row of the table of assignment takes it."),
    "nobody": _("Nobody of the team can take it now."),
    "absent": _("Whoever had it is away."),
    "overdue": _("It was not followed up in time."),
    "left": _("Whoever had it has left."),
}


def reasons_of(session: Session, lead: Lead) -> dict[str, Any]:
    """What ``crm/reasons.html`` shows of a lead that was loaded: the criteria, the tags, who was passed over."""
    last: LeadAssignment | None = assigning.last_of(session, [lead]).get(lead.id)
    passed = last.why.get("passed", []) if last is not None else []
    people = {one["person_id"] for one in passed}
    people |= {one for one in (last.person_id, last.by_person_id) if one} if last is not None else set()
    called = names_of(session, people)
    return {
        "standing": standing(session, lead), "tags": tags_of(session, [lead])[lead.id], "last": last,
        "levels": LEVEL_WORDS, "called": called, "passed": choosing.told(passed, called),
        "whys": [WHY[key] for key in (last.why.get("cause"), last.why.get("code")) if key in WHY] if last else [],
    }  # fmt: skip
