"""What is done about leads by itself: they return on their day; who does not touch one in time is reminded, his head is
told, and the lead goes to a colleague. Each step is taken once for a deadline, however often this runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, Overdue
from plugins.crm.services.following import people
from plugins.crm.services.following.contacting import TOPIC
from plugins.crm.services.following.deadlines import calendars_of, earlier, hours_of, later, set_due
from plugins.crm.services.following.handing import give_to
from plugins.crm.services.following.telling import Told, tell
from plugins.crm.services.leads.history import happened
from plugins.crm.text import ESCALATED, NEW, OPEN_STATES, PUT_OFF, RECLAIMED, REMINDED, WORKING
from remit.live import publish
from remit.services import system

#: Who gets a lead that its owner did not touch, of the colleagues given; None: it goes to the list of the head.
Choose = Callable[[Session, Lead, Sequence[people.Colleague]], people.Colleague | None]
CHUNK = 500


@dataclass(slots=True)
class Swept:
    """How many leads came back, lost an owner who left, and had which step taken."""

    returned: int = 0
    orphaned: int = 0
    started: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    def told(self) -> Mapping[str, int]:
        """As a job tells it."""
        return {"returned": self.returned, "orphaned": self.orphaned, "started": self.started, **self.steps}


def sweep(session: Session, at: datetime, today: date, choose: Choose | None = None) -> Swept:
    """Do all of it for a moment and a day; a second run with the same finds nothing to do."""
    done = Swept()
    with system(session, "leads are looked after by themselves"):
        done.returned = _returned(session, at, today)
        done.orphaned = _orphaned(session, at, today)
        done.started = _started(session, at)
        done.steps = _overdue(session, at, today, choose or least_loaded)
    if any(done.told().values()):
        publish(session, TOPIC)
    session.flush()
    return done


def least_loaded(session: Session, lead: Lead, among: Sequence[people.Colleague]) -> people.Colleague | None:
    """The colleague of the same post and unit, here today, with the fewest leads in hand; the first of the list among
    equals."""
    del session
    own = next((one for one in among if one.person_id == lead.owner_person_id), None)
    here = [
        one for one in among
        if not one.away and one.person_id != lead.owner_person_id and own is not None
        and (one.unit_id, one.position_id) == (own.unit_id, own.position_id)
    ]  # fmt: skip
    return min(here, key=lambda one: one.load, default=None)


def _returned(session: Session, at: datetime, today: date) -> int:
    """Leads that were put off until today are in hand again, with whoever had them."""
    found = session.scalars(
        select(Lead).where(Lead.state == PUT_OFF, Lead.next_on <= today).with_for_update(skip_locked=True)
    ).all()
    for lead in found:
        lead.state, lead.next_on, lead.revision = WORKING, today, lead.revision + 1
        happened(session, lead, "returned", at=at)
    tell(session, [Told("returned", lead, lead.owner_person_id) for lead in found])
    return len(found)


def _orphaned(session: Session, at: datetime, today: date) -> int:
    """Open leads of people who hold no post any more stand on the list of the head."""
    owners = session.scalars(
        select(Lead.owner_person_id).where(Lead.owner_person_id.is_not(None), Lead.state.in_(OPEN_STATES)).distinct()
    ).all()
    gone = {one for one in owners if one is not None} - people.at_work(session, [one for one in owners if one], today)
    if not gone:
        return 0
    found = session.scalars(
        select(Lead).where(Lead.owner_person_id.in_(sorted(gone)), Lead.state.in_(OPEN_STATES))
        .with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    heads = people.heads_of(session, {one.unit_id for one in found}, today)
    for lead in found:
        happened(session, lead, "assigned", at=at, before=lead.owner_person_id, why="left")
        lead.owner_person_id, lead.due_at, lead.revision = None, None, lead.revision + 1
    tell(session, [Told("unowned", lead, heads.get(lead.unit_id)) for lead in found])
    return len(found)


def _started(session: Session, at: datetime) -> int:
    """New leads whose clock nobody has started have theirs from now on."""
    found = session.scalars(
        select(Lead).where(
            Lead.state == NEW, Lead.owner_person_id.is_not(None), Lead.touched_at.is_(None), Lead.due_at.is_(None)
        ).limit(CHUNK * 20)
    ).all()  # fmt: skip
    set_due(session, found, at)
    return len(found)


def _overdue(session: Session, at: datetime, today: date, choose: Choose) -> dict[str, int]:
    """Reminder, escalation, re-assignment of every lead whose deadline is near or over."""
    done = dict.fromkeys((REMINDED, ESCALATED, RECLAIMED), 0)
    leads = _waiting(session, at)
    if not leads:
        return done
    units = {one.unit_id for one in leads}
    hours = hours_of(session, units)
    calendars = calendars_of(session, [one.owner_person_id or 0 for one in leads], today)
    taken = _taken(session, [one.id for one in leads])
    heads = people.heads_of(session, units, today)
    told: list[Told] = []
    fresh: list[dict[str, object]] = []
    for lead in leads:
        owner, due = lead.owner_person_id, lead.due_at
        if owner is None or due is None:
            continue
        calendar, own, head = calendars[owner], hours[lead.unit_id], heads.get(lead.unit_id)
        steps = (
            (REMINDED, earlier(calendar, due, own.remind), owner), (ESCALATED, due, head),
            (RECLAIMED, later(calendar, due, own.reclaim), owner),
        )  # fmt: skip
        for step, when, whom in steps:
            if when <= at and (lead.id, step, due) not in taken and not (step == REMINDED and due <= at):
                fresh.append({"lead_id": lead.id, "step": step, "due_at": due, "person_id": whom, "at": at})
                done[step] += 1
                told.append(Told(step, lead, whom))
                if step == RECLAIMED:
                    told += _reclaim(session, lead, at, today, head, choose)
                else:
                    happened(session, lead, step, at=at, to=whom)
    if fresh:
        session.execute(insert(Overdue), fresh)
    tell(session, told)
    return done


def _waiting(session: Session, at: datetime) -> Sequence[Lead]:
    """New leads whose deadline is over, or so near that somebody may have to be reminded: within ten days, holidays in
    between."""
    return session.scalars(
        select(Lead).where(
            Lead.state == NEW, Lead.touched_at.is_(None), Lead.owner_person_id.is_not(None),
            Lead.due_at.is_not(None), Lead.due_at <= at + timedelta(days=10),
        ).order_by(Lead.due_at, Lead.id).with_for_update(skip_locked=True)
    ).all()  # fmt: skip


def _taken(session: Session, lead_ids: Sequence[int]) -> set[tuple[int, str, datetime]]:
    found: set[tuple[int, str, datetime]] = set()
    for start in range(0, len(lead_ids), CHUNK):
        rows = session.execute(
            select(Overdue.lead_id, Overdue.step, Overdue.due_at)
            .where(Overdue.lead_id.in_(lead_ids[start : start + CHUNK]))
        )  # fmt: skip
        found |= {(row.lead_id, row.step, row.due_at) for row in rows}
    return found


def _reclaim(
    session: Session, lead: Lead, at: datetime, today: date, head: int | None, choose: Choose
) -> list[Told]:
    """Take a lead from whoever did not touch it, and hand it on or lay it before the head."""
    among = people.colleagues(session, lead.unit_id, today)
    to = choose(session, lead, among)
    happened(session, lead, RECLAIMED, at=at, before=lead.owner_person_id)
    lead.revision += 1
    if to is None:
        lead.owner_person_id, lead.due_at = None, None
        return [Told("unowned", lead, head)]
    give_to(session, lead, to, None, at=at)
    session.flush()
    return [Told("assigned", lead, to.person_id)]

