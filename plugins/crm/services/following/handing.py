"""Handing leads over: by whoever may, to a colleague of the department; back to the list that the head owns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_ASSIGN
from plugins.crm.models import Lead, LeadAssignment
from plugins.crm.services.following.contacting import TOPIC, taken
from plugins.crm.services.following.deadlines import set_due
from plugins.crm.services.following.people import Colleague, takers
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.text import NEW, OPEN_STATES, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.services import require, visible

PAGE = 50


def assign(session: Session, actor: Actor, lead: Lead, person_id: int, revision: int, said: str = "") -> Lead:
    """Hand a lead to a colleague, or to whoever else takes leads: it moves to his unit, and the time for his first
    contact begins if there was none.

    Raises ``DomainError`` for somebody who can take none today or has the lead already; ``Denied``
    where the list does not give the actor the lead, or the unit it would move to.
    """
    require(session, actor, LEAD_ASSIGN, lead)
    taken(session, lead, revision)
    found = {one.person_id: one for one in takers(session, lead.unit_id, clock.today(actor.zone))}.get(person_id)
    if found is None:
        raise DomainError(
            "crm.person", _("Choose a colleague of the department, or somebody who takes leads."), "person_id"
        )
    if lead.owner_person_id == person_id:
        raise DomainError("crm.person", _("{name} has this lead already.", name=found.name), "person_id")
    give_to(session, lead, found, actor.person_id, said)
    require(session, actor, LEAD_ASSIGN, lead)
    session.flush()
    publish(session, TOPIC)
    return lead


def give_to(
    session: Session, lead: Lead, to: Colleague, by_person_id: int | None, said: str = "", at: datetime | None = None
) -> None:
    """Write the new owner and his deadline from ``at`` on, and keep that it happened; whoever calls asked who may."""
    at, before = at or moment(), lead.owner_person_id
    lead.owner_person_id, lead.unit_id, lead.assigned_at = to.person_id, to.unit_id, lead.assigned_at or at
    if lead.next_on is None and lead.state != NEW:
        lead.next_on = clock.today()
    with session.no_autoflush:
        set_due(session, [lead], at)
    session.add(LeadAssignment(
        lead_id=lead.id, at=at, person_id=to.person_id, unit_id=to.unit_id, by_person_id=by_person_id,
        why={"said": said.strip()[:300], "passed": [], **({} if by_person_id is not None else {"cause": "overdue"})},
    ))  # fmt: skip
    happened(session, lead, "assigned", by_person_id, said, at=at, to=to.person_id, before=before)


def unowned(session: Session, actor: Actor) -> Sequence[Lead]:
    """Open leads that nobody has in hand, the oldest first, of whom the reader may hand over: his list."""
    statement = select(Lead).where(
        Lead.owner_person_id.is_(None), Lead.state.in_(OPEN_STATES)
    ).order_by(Lead.captured_at, Lead.id).limit(PAGE)  # fmt: skip
    return session.scalars(visible(session, actor, LEAD_ASSIGN, statement)).all()
