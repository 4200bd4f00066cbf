"""What a rep does with his lead: he writes down a contact and the next step, puts the lead off, or gives it up."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_WORK
from plugins.crm.models import Choice, Lead, LeadEvent
from plugins.crm.services.leads.consent import may_contact
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.text import GONE_STATES, LOST, OPEN_STATES, PUT_OFF, WORKING, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.models import Person
from remit.services import require, system

#: What pages of leads and the funnel listen to.
TOPIC = "crm_leads"
#: What a contact can come to.
OUTCOMES = ("contacted", "put_off", "lost")
#: After how many months a customer without a need is asked again, unless another day is chosen.
LATER_MONTHS = 3


def follow_up(
    session: Session, actor: Actor, lead: Lead, values: Mapping[str, Any], *, elsewhere: bool = False
) -> Lead:
    """Write down what a contact came to: ``outcome`` of ``OUTCOMES``, ``said``, ``next_step``, ``next_on``, ``reason``,
    and the ``revision`` of the lead that was looked at.

    ``contacted`` needs the day of the next step; ``put_off`` returns on its day, in three months unless one is named;
    ``lost`` needs a reason of the company's list. The first contact ends the deadline. Raises ``DomainError`` with the
    field, also where somebody else changed the lead meanwhile, and where the lead must not be contacted today: its
    consent is withdrawn, or a limit is reached. To put it off or give it up stays possible. What took place
    ``elsewhere``, in a program that has limits of its own, is kept as it was.
    """
    require(session, actor, LEAD_WORK, lead)
    taken(session, lead, values["revision"])
    today, outcome = clock.today(actor.zone), values["outcome"]
    said, step = str(values.get("said") or "").strip(), str(values.get("next_step") or "").strip()
    if outcome == "lost":
        return _lose(session, actor, lead, values.get("reason") or "", said)
    day = values.get("next_on")
    if outcome == "put_off":
        day = day or months_after(today, LATER_MONTHS)
        if day <= today:
            raise DomainError("crm.next_on", _("A lead is put off to a day to come."), "next_on")
    elif day is None:
        raise DomainError("crm.next_on", _("Say on which day the next step is; a lead in hand always has one."),
                          "next_on")  # fmt: skip
    elif day < today:
        raise DomainError("crm.next_on", _("The next step lies in the past."), "next_on")
    if outcome == "contacted" and not elsewhere:
        may_contact(session, lead, today, zone=actor.zone)
    lead.state, lead.next_on = (PUT_OFF if outcome == "put_off" else WORKING), day
    touched(lead)
    _keep(session, lead, "put_off" if outcome == "put_off" else "touched", actor, said, next_on=str(day), next=step)
    return lead


def _lose(session: Session, actor: Actor, lead: Lead, reason: str, said: str) -> Lead:
    title = session.scalar(select(Choice.title).where(Choice.kind == "lost", Choice.code == reason))
    if title is None:
        raise DomainError("crm.reason", _("Say why the lead is lost: choose a reason."), "reason")
    lead.state, lead.closed_reason, lead.closed_at, lead.next_on = LOST, reason, moment(), None
    touched(lead)
    _keep(session, lead, "lost", actor, said, reason=reason)
    return lead


def reopen(session: Session, actor: Actor, lead: Lead, values: Mapping[str, Any]) -> Lead:
    """Take a lost lead up again, with ``next_on`` and ``said``; what was first reached stays."""
    require(session, actor, LEAD_WORK, lead)
    check_revision(session, lead, values["revision"])
    if lead.state != LOST:
        raise DomainError("crm.not_lost", _("Only a lost lead is taken up again."))
    day = values.get("next_on")
    if day is None or day < clock.today(actor.zone):
        raise DomainError("crm.next_on", _("Say on which day the next step is; a lead in hand always has one."),
                          "next_on")  # fmt: skip
    lead.state, lead.closed_at, lead.closed_reason, lead.next_on = WORKING, None, "", day
    _keep(session, lead, "returned", actor, str(values.get("said") or "").strip(), next_on=str(day))
    return lead


def touched(lead: Lead) -> None:
    """The first contact is now, if there was none; no deadline runs any more."""
    lead.touched_at, lead.due_at = lead.touched_at or moment(), None


def taken(session: Session, lead: Lead, revision: int) -> None:
    """Hold an open lead for a change. Raises ``DomainError`` where it is closed or was changed meanwhile."""
    check_revision(session, lead, revision)
    if lead.state in GONE_STATES:
        raise DomainError("crm.merged", _("This lead was merged into another; work on that one."))
    if lead.state not in OPEN_STATES:
        raise DomainError("crm.lead_closed", _("This lead is closed; nothing more is written down on it."))


def check_revision(session: Session, row: Any, revision: int) -> None:
    """Hold a row until the commit and count it on; of two people who saw the same only the first gets through.

    Raises ``DomainError`` that says who changed a lead meanwhile.
    """
    session.refresh(row, with_for_update=True)
    if row.revision != revision:
        who = _last(session, row) if isinstance(row, Lead) else None
        if who is not None:
            raise DomainError("crm.changed", _(
                "{name} has changed this meanwhile. Look at it again and write it down anew.", name=who))  # fmt: skip
        raise DomainError("crm.changed", _("This was changed meanwhile. Look at it again and write it down anew."))
    row.revision += 1


def _last(session: Session, lead: Lead) -> str | None:
    with system(session, "who changed a lead meanwhile"):
        found: str | None = session.scalar(
            select(Person.name).join(LeadEvent, LeadEvent.person_id == Person.id)
            .where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.id.desc()).limit(1)
        )  # fmt: skip
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _keep(session: Session, lead: Lead, kind: str, actor: Actor, said: str, **data: Any) -> None:
    happened(session, lead, kind, actor.person_id, said[:500], at=moment(), **{k: v for k, v in data.items() if v})
    session.flush()
    publish(session, TOPIC)


def reasons(session: Session, kind: str = "lost") -> list[tuple[str, str]]:
    """The reasons a company chooses from, in its order: code and words."""
    rows = session.execute(
        select(Choice.code, Choice.title).where(Choice.kind == kind, Choice.is_active).order_by(Choice.order, Choice.id)
    )
    return [(row.code, str(row.title)) for row in rows]

