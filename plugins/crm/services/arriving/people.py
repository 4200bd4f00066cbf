"""The people who take leads, as they stand today: their share of a post, who is away, what each has in hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadAssignment, Rep
from plugins.crm.services.arriving.choosing import Candidate
from plugins.crm.text import OPEN_STATES
from remit.base import clock
from remit.models import Assignment, PositionVersion, dated, guard
from remit.org import away_now
from remit.services import of, system

_MARK = [("crm.lead:assign", "core_assignment"), ("crm.lead:assign", "core_person")]
#: Whole hours of a day between which it is asked who is away.
_OPEN, _CLOSED = 10, 16


def candidates(session: Session, units: Collection[int], *, hold: bool = True) -> list[Candidate]:
    """Everybody who takes leads for these teams, as he stands now, in a few statements however many there are.

    ``hold`` keeps others from handing leads to them until the transaction ends, so that nobody gets more than he may.
    """
    if not units:
        return []
    turns = (
        select(func.max(LeadAssignment.id)).where(LeadAssignment.person_id == Rep.person_id).scalar_subquery()
    )  # fmt: skip
    statement = select(Rep, turns.label("turn")).where(Rep.unit_id.in_(sorted(units)), Rep.is_active.is_(True))
    with system(session, "leads are handed to the people of a team"):
        if hold:
            session.execute(
                select(Rep.id).where(Rep.unit_id.in_(sorted(units))).order_by(Rep.id).with_for_update()
            ).all()
        rows = session.execute(statement.order_by(Rep.id)).all()
        people = [rep.person_id for rep, _turn in rows]
        counted = session.execute(
            select(Lead.owner_person_id, func.count()).where(
                Lead.owner_person_id.in_(people), Lead.state.in_(OPEN_STATES)
            ).group_by(Lead.owner_person_id)
        ).all()  # fmt: skip
    loads = {person: count for person, count in counted if person is not None}
    shares, away = _shares(session, people), away_today(session, people)
    return [
        Candidate(
            rep.person_id, rep.unit_id, shares.get((rep.person_id, rep.unit_id), 0), rep.most_open,
            loads.get(rep.person_id, 0), turn or 0, frozenset(rep.industries), frozenset(rep.products),
            frozenset(rep.skills), away.get(rep.person_id),
        ) for rep, turn in rows
    ]  # fmt: skip


def away_today(session: Session, people: Collection[int]) -> dict[int, date]:
    """Of some people those who are away in the office hours of today, each with the last day on which he is.

    Early in the morning and late at night it is asked about the hours that are near: a lead that comes at midnight is
    for whoever is there that day.
    """
    zone = ZoneInfo(of(session).config.zone)
    local = clock.now().astimezone(zone)
    hour = local.replace(minute=0, second=0, microsecond=0, hour=max(_OPEN, min(local.hour, _CLOSED)))
    today = clock.today(zone.key)
    return away_now(session, people, hour.replace(year=today.year, month=today.month, day=today.day))


def _shares(session: Session, people: Collection[int]) -> dict[tuple[int, int], int]:
    """The shares of a post in hundredths that people hold today, by person and unit."""
    today = clock.today()
    rows = session.execute(guard.mark(
        select(Assignment.person_id, PositionVersion.unit_id, func.sum(Assignment.fte))
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(
            Assignment.person_id.in_(sorted(people)), dated.as_of(Assignment, today),
            dated.as_of(PositionVersion, today),
        ).group_by(Assignment.person_id, PositionVersion.unit_id), _MARK,
    ))  # fmt: skip
    return {(person, unit): int(share) for person, unit, share in rows}


def working(session: Session, people: Collection[int]) -> frozenset[int]:
    """Those of some people who hold a post today."""
    return frozenset(person for person, _unit in _shares(session, people)) if people else frozenset()
