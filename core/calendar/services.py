"""Seeding calendars from country packs, and loading a place's calendar in two statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.period import Period
from core.calendar.models import CalendarNotice, CalendarPlace, CalendarSpecialDay
from core.calendar.rules import KIND_NAMES, WEEKEND, Kinds, SpecialDay, WorkCalendar
from core.contracts.country import Calendar, CalendarDay, Country, lineage
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of
from core.kernel.kept import kept_each


@dataclass(frozen=True, slots=True)
class Synced:
    """What ``sync_calendars`` wrote; all zero when the database already said the same."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: Synced) -> Synced:
        return Synced(self.added + other.added, self.changed + other.changed, self.removed + other.removed)


def sync_calendars(session: Session, countries: Iterable[Country]) -> Synced:
    """Write the calendars of the given country packs; a second call with the same packs writes nothing.

    Days that a newer pack no longer has are removed within the years the pack speaks of. What the company
    set itself stays, and so does everything of a country whose pack is gone: months already computed must
    stay explainable.
    """
    total = Synced()
    for country in countries:
        for calendar in country.calendars:
            total += _sync(session, calendar)
    session.flush()
    return total


def follow(session: Session, *, on: bool) -> None:
    """After a module was switched: a country that comes on brings its public holidays. One that goes leaves them, for
    what was computed by them."""
    if on:
        sync_calendars(session, of(session).registry.countries(state.read(session)).values())


def _sync(session: Session, calendar: Calendar) -> Synced:
    place = session.scalars(select(CalendarPlace).where(CalendarPlace.place == calendar.place)).one_or_none()
    values: dict[str, Any] = {
        "title": Translation(calendar.title),
        "weekend": "".join(str(weekday) for weekday in sorted(calendar.weekend)),
        "zone": calendar.zone,
    }
    if place is None:
        place = CalendarPlace(place=calendar.place, **values)
        session.add(place)
        session.flush()
        own = Synced(added=1)
    else:
        own = Synced(changed=_assign(place, values))
    return own + _sync_years(session, place, calendar) + _sync_days(session, place, calendar)


def _sync_years(session: Session, place: CalendarPlace, calendar: Calendar) -> Synced:
    stored = {
        notice.year: notice
        for notice in session.scalars(select(CalendarNotice).where(CalendarNotice.calendar_id == place.id))
    }
    added = changed = 0
    for year in calendar.years:
        values = {"source": year.source, "confidence": year.confidence, "complete": year.complete}
        if year.year in stored:
            changed += _assign(stored[year.year], values)
        else:
            session.add(CalendarNotice(calendar_id=place.id, year=year.year, **values))
            added += 1
    return Synced(added, changed)


def _sync_days(session: Session, place: CalendarPlace, calendar: Calendar) -> Synced:
    sources = {year.year: year.source for year in calendar.years}
    stored = {
        row.day: row
        for row in session.scalars(select(CalendarSpecialDay).where(CalendarSpecialDay.calendar_id == place.id))
    }
    wanted = {day.day: day for day in calendar.days}
    added = changed = removed = 0
    for day, special in wanted.items():
        values = _day_values(special, sources)
        row = stored.get(day)
        if row is None:
            session.add(CalendarSpecialDay(calendar_id=place.id, day=day, origin="country", **values))
            added += 1
        elif row.origin == "country":
            changed += _assign(row, values)
    for day, row in stored.items():
        if row.origin == "country" and day not in wanted and day.year in sources:
            session.delete(row)
            removed += 1
    return Synced(added, changed, removed)


def _day_values(special: CalendarDay, sources: Mapping[int, str]) -> dict[str, Any]:
    return {
        "kind": special.kind,
        "statutory": special.statutory,
        "name": Translation(special.name),
        "source": sources.get(special.day.year, ""),
    }


def _assign(row: object, values: Mapping[str, Any]) -> int:
    """Set only what differs, so that an unchanged row leaves no trace in the audit; 1 if something did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return 1 if different else 0


def load_calendar(session: Session, place: str) -> WorkCalendar:
    """The calendar of a place with everything it inherits; only weekends where nothing is known.

    A place's own days stand above its parents', and the nearest place that exists gives weekend and zone.
    """
    return load_calendars(session, [place])[place]


def load_calendars(session: Session, places: Iterable[str]) -> dict[str, WorkCalendar]:
    """The calendars of several places in two statements, however many they are; those that the process has kept need
    none.
    """
    return kept_each(session, "calendars", places, lambda missing: _load(session, missing))


def _load(session: Session, places: Sequence[str]) -> dict[str, WorkCalendar]:
    lineages = {place: lineage(place) for place in places}
    wanted = sorted({code for levels in lineages.values() for code in levels})
    known: dict[int, CalendarPlace] = {}
    complete: dict[int, set[int]] = {}
    years = (
        select(CalendarPlace, CalendarNotice.year, CalendarNotice.complete)
        .outerjoin(CalendarNotice, CalendarNotice.calendar_id == CalendarPlace.id)
        .where(CalendarPlace.place.in_(wanted))
    )
    for row, year, is_complete in session.execute(years):
        known[row.id] = row
        if is_complete:
            complete.setdefault(row.id, set()).add(year)
    days: dict[int, dict[date, SpecialDay]] = {}
    every = select(CalendarSpecialDay).where(CalendarSpecialDay.calendar_id.in_(sorted(known)))
    for day in session.scalars(every) if known else ():
        special = SpecialDay(kind=KIND_NAMES[day.kind], statutory=day.statutory, name=dict(day.name))
        days.setdefault(day.calendar_id, {})[day.day] = special
    by_place = {row.place: row for row in known.values()}
    return {place: _merge(place, levels, by_place, complete, days) for place, levels in lineages.items()}


def _merge(
    place: str,
    levels: tuple[str, ...],
    known: Mapping[str, CalendarPlace],
    complete: Mapping[int, set[int]],
    days: Mapping[int, dict[date, SpecialDay]],
) -> WorkCalendar:
    found = [known[code] for code in levels if code in known]
    if not found:
        return WorkCalendar(place=place)
    special: dict[date, SpecialDay] = {}
    years: set[int] = set()
    for row in reversed(found):
        special.update(days.get(row.id, {}))
        years |= complete.get(row.id, set())
    weekend = frozenset(int(weekday) for weekday in found[0].weekend) if found[0].weekend else WEEKEND
    return WorkCalendar(
        place=place, weekend=weekend, special=special, complete_years=frozenset(years), zone=found[0].zone
    )


def day_kinds(session: Session, place: str, period: Period) -> Kinds:
    """The ``DayKind`` of every day of a period at a place, as int8."""
    return load_calendar(session, place).kinds(period.start, period.end)
