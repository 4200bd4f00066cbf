"""What people are told about leads: a reminder, what their group has left, what was handed to them or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from plugins.crm.models import Lead
from plugins.crm.text import ESCALATED, RECLAIMED, REMINDED, _
from remit.notify import Message, Notification, Recipients, notify
from remit.text import Text

GROUP = _("Leads and deals")
OVERDUE, HANDED, GUARDED = "crm.lead_overdue", "crm.lead_handed", "crm.guard_alarm"

NOTIFICATIONS = (
    Notification(OVERDUE, _("A lead has to be followed up"), GROUP),
    Notification(HANDED, _("A lead was handed to me or returned"), GROUP),
    Notification(GUARDED, _("A campaign has become too dear"), GROUP),
)

#: What happened -> the kind of message, and what it says.
_SAID: dict[str, tuple[str, Text]] = {
    REMINDED: (OVERDUE, _("A lead of yours has to be contacted soon")),
    ESCALATED: (OVERDUE, _("A lead of your group was not contacted in time")),
    RECLAIMED: (OVERDUE, _("A lead was taken back from you, it was not contacted in time")),
    "unowned": (OVERDUE, _("A lead of your group is in nobody's hands")),
    "assigned": (HANDED, _("A lead was handed to you")),
    "returned": (HANDED, _("A lead that was put off is back")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody is told that something happened to a lead; nobody: it is told to none."""

    what: str
    lead: Lead
    person_id: int | None


def tell(session: Session, told: Sequence[Told]) -> None:
    """Tell each of it, once for a deadline of a lead."""
    for one in told:
        if one.person_id is not None:
            kind, message = said(one)
            notify(session, kind, message, to=Recipients(persons=[one.person_id]), about=f"crm.lead:{one.lead.id}")


def said(one: Told) -> tuple[str, Message]:
    """The kind of message that tells of it, and its words."""
    kind, words = _SAID[one.what]
    links = {"unowned": "/crm/leads/unowned", RECLAIMED: "/crm/leads"}
    link = links.get(one.what, f"/crm/leads/{one.lead.id}")
    return kind, Message(words, (_("Customer: {company}", company=one.lead.company),), link, _("Look at it"))
