"""What is known of readers, as identity and org answer it.

Both lie above this package. They put their answers into ``house.session_info`` when they are installed, under the
names below; what nobody installed means: there is nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.base import clock
from core.calendar.rules import WorkCalendar
from core.calendar.services import load_calendars
from core.kernel.house import of

#: ``accounts(session, account_ids, person_ids) -> [AccountFacts]``: of identity.
ACCOUNTS = "notify_accounts"
#: ``persons(session, person_ids, day) -> {person_id: PersonFacts}``: of org.
PERSONS = "notify_persons"
#: ``stand_ins(session, person_ids, day) -> {person_id: (person_id, ...)}``: of org.
STAND_INS = "notify_stand_ins"

#: How many ids go into one statement.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What identity knows of an account."""

    account_id: int
    person_id: int | None
    name: str
    locale: str
    active: bool


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What org knows of a person: an address, and the place whose calendar and clock he lives by."""

    email: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """A reader with all that is needed to reach him at the right time."""

    account_id: int
    person_id: int | None
    name: str
    locale: str
    active: bool
    email: str | None
    calendar: WorkCalendar

    @property
    def zone(self) -> ZoneInfo:
        """His clock."""
        return ZoneInfo(self.calendar.zone)


Accounts = Callable[[Session, Collection[int], Collection[int]], Sequence[AccountFacts]]
Persons = Callable[[Session, Collection[int], date], Mapping[int, PersonFacts]]
StandIns = Callable[[Session, Collection[int], date], Mapping[int, Sequence[int]]]


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids, each once and in order, in portions for one statement."""
    once = sorted(set(ids))
    for start in range(0, len(once), MANY):
        yield once[start : start + MANY]


def addressees(session: Session, accounts: Collection[int], persons: Collection[int] = ()) -> dict[int, Addressee]:
    """Readers by account, in a few statements however many they are; persons without an account are left out."""
    ask: Accounts | None = session.info.get(ACCOUNTS)
    if ask is None:
        return {}
    found: dict[int, AccountFacts] = {}
    for portion in chunks(accounts):
        found |= {one.account_id: one for one in ask(session, portion, ())}
    for portion in chunks(persons):
        found |= {one.account_id: one for one in ask(session, (), portion)}
    facts = _persons(session, [one.person_id for one in found.values() if one.person_id is not None])
    calendars = _lived_by(session, facts)
    plain = WorkCalendar(zone=of(session).config.zone)
    made = {}
    for account_id, one in found.items():
        person = facts.get(one.person_id or 0, PersonFacts())
        calendar = calendars.get(one.person_id or 0, plain)
        made[account_id] = Addressee(
            account_id, one.person_id, one.name, one.locale, one.active, person.email, calendar
        )
    return made


def calendars_of(session: Session, persons: Collection[int]) -> dict[int, WorkCalendar]:
    """The calendar each of these persons lives by; that of the installation for whoever is nowhere at work."""
    plain = WorkCalendar(zone=of(session).config.zone)
    found = _lived_by(session, _persons(session, [one for one in persons if one]))
    return {one: found.get(one, plain) for one in persons}


def _lived_by(session: Session, facts: Mapping[int, PersonFacts]) -> dict[int, WorkCalendar]:
    calendars = _calendars(session, {one.place for one in facts.values() if one.place})
    return {person: calendars[one.place] for person, one in facts.items() if one.place in calendars}


def stand_ins(session: Session, persons: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Who stands in today for each of these persons."""
    ask: StandIns | None = session.info.get(STAND_INS)
    found: dict[int, tuple[int, ...]] = {}
    if ask is not None:
        for portion in chunks(persons):
            found |= {person: tuple(others) for person, others in ask(session, portion, clock.today()).items()}
    return found


def _persons(session: Session, persons: Collection[int]) -> dict[int, PersonFacts]:
    ask: Persons | None = session.info.get(PERSONS)
    found: dict[int, PersonFacts] = {}
    if ask is not None:
        for portion in chunks(persons):
            found |= ask(session, portion, clock.today())
    return found


def _calendars(session: Session, places: Collection[str]) -> dict[str, WorkCalendar]:
    """The calendars of places; of one that no calendar knows the weekends are free and the clock is ours."""
    if not places:
        return {}
    found = load_calendars(session, places)
    return {place: one for place, one in found.items() if one.special or one.complete_years or one.zone != "UTC"}
