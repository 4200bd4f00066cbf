"""What the audit log calls the tables of the spend guard."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import ALARM_STATES, LEVELS, MEASURE_WORDS, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.SpendGuard, _("Spend guard"), {
        "campaign_id": _("Campaign"), "level": _("Which leads count"), "currency": _("Currency"),
        "per_lead": _("At most for a qualified lead"), "per_customer": _("At most for a customer"),
        "least_leads": _("Say nothing before so many leads have come"), "wait_days": _("Days a lead is given"),
        "is_active": _("Look at it every day"),
    }, values={"level": LEVELS})  # fmt: skip
    describe(models.GuardAlarm, _("Alarm of the spend guard"), {
        "guard_id": _("Spend guard"), "measure": _("Too dear for each"), "day": _("Day"), "spent": _("Spent"),
        "leads": _("Leads"), "count": _("Of these so far"), "most": _("Limit"), "raised_at": _("Raised at"),
        "state": _("Status"), "settled_by_person_id": _("Answered by"), "settled_at": _("Answered at"),
        "quiet_until": _("Quiet until"), "said": _("Reason"),
    }, values={"measure": MEASURE_WORDS, "state": {key: words for key, (words, _kind) in ALARM_STATES.items()}})
