"""Until when a lead has to be touched first: in working hours, on the calendar of whoever has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import FollowRule, Lead
from remit.base import clock
from remit.calendar import WorkCalendar, add_working_minutes, load_calendars
from remit.models import Employment, EmploymentTerms, dated
from remit.services import system


@dataclass(frozen=True, slots=True)
class Hours:
    """What a unit keeps to, in working minutes; see ``FollowRule``."""

    touch: int
    remind: int
    reclaim: int


#: A unit that says nothing has a working day for the first contact, is reminded two hours before, and gives a lead
#: back half a day after.
USUAL = Hours(480, 120, 240)


def hours_of(session: Session, unit_ids: Collection[int]) -> dict[int, Hours]:
    """What each of these units keeps to."""
    with system(session, "how soon a unit follows its leads up"):
        rows = session.scalars(select(FollowRule).where(FollowRule.unit_id.in_(sorted(unit_ids)))).all()
    own = {one.unit_id: Hours(one.touch_minutes, one.remind_minutes, one.reclaim_minutes) for one in rows}
    return {unit_id: own.get(unit_id, USUAL) for unit_id in unit_ids}


def calendars_of(session: Session, person_ids: Iterable[int], day: date) -> Mapping[int, WorkCalendar]:
    """The working days of people, by the place of their insurance; only weekends are free where none is known."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return {}
    with system(session, "the calendars of those who follow leads up"):
        rows = session.execute(
            select(Employment.person_id, EmploymentTerms.contribution_place)
            .join(EmploymentTerms, EmploymentTerms.employment_id == Employment.id)
            .where(Employment.person_id.in_(wanted), dated.as_of(EmploymentTerms, day))
        ).all()
    places = {person_id: place for person_id, place in rows if place}
    found = load_calendars(session, sorted(set(places.values())))
    usual = WorkCalendar(zone=clock.DEFAULT_ZONE)
    return {person_id: found.get(places.get(person_id, ""), usual) for person_id in wanted}


def set_due(session: Session, leads: Sequence[Lead], at: datetime) -> None:
    """Start the clock of leads that were just handed to their owners: ``due_at`` is when they have to be touched.

    Leads without an owner, or touched already, have no deadline. Three statements, however many leads.
    """
    waiting = [one for one in leads if one.owner_person_id is not None and one.touched_at is None]
    hours = hours_of(session, {one.unit_id for one in waiting})
    calendars = calendars_of(session, [one.owner_person_id or 0 for one in waiting], at.date())
    for lead in leads:
        lead.due_at = None
    for lead in waiting:
        lead.due_at = add_working_minutes(
            calendars[lead.owner_person_id or 0], at, hours[lead.unit_id].touch
        )


def later(calendar: WorkCalendar, at: datetime, minutes: int) -> datetime:
    """A moment so many working minutes after another."""
    return add_working_minutes(calendar, at, minutes) if minutes else at


def earlier(calendar: WorkCalendar, at: datetime, minutes: int) -> datetime:
    """The last moment from which at least so many working minutes are left until ``at``, to the minute."""
    if not minutes:
        return at
    low, high = at - timedelta(days=31), at
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if add_working_minutes(calendar, middle, minutes) <= at else (low, middle)
    return low
