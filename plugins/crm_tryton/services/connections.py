"""Connections as people set them up and look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm_tryton.actions import EDIT, READ
from plugins.crm_tryton.models import Connection, Letter, Link, State
from plugins.crm_tryton.services.work import WHY, desk_of
from plugins.crm_tryton.text import FIELDS, USUAL, _
from remit.base import Actor, DomainError, clock
from remit.contracts import LeadWords
from remit.jobs import enqueue
from remit.models import UnitVersion, dated
from remit.services import require, system, visible
from remit.text import Text, from_json
from remit.webhooks import reach_of, read_url

PAGE = 50
_PLAIN = ("title", "unit_id", "url", "database", "login", "company", "fallback", "channel", "reason", "is_on")


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection goes: the sentence of the last failure, letters that lie open, how many leads are linked."""

    state: State
    error: Text | str
    open: int
    links: int

    @property
    def behind(self) -> int | None:
        """For how many minutes nothing has been read to the end; None where it never was."""
        done = self.state.done_at
        return int((clock.now() - done).total_seconds() // 60) if done is not None else None


    @property
    def next_at(self) -> datetime | None:
        """When it is tried again after a run that failed; None where the next run does."""
        at = self.state.next_at
        return at if at is not None and at > clock.now() else None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """Something that did not get across, as its line shows it."""

    way: str
    number: int
    why: Text | str
    tries: int
    at: datetime
    again: bool


def words(session: Session) -> LeadWords:
    """What leads are described with; nothing where no module keeps leads."""
    try:
        return desk_of(session).words(session)
    except DomainError:
        return LeadWords()


def missing(session: Session, found: LeadWords) -> Text | str:
    """What has to be there before a connection can be set up, as a sentence."""
    del session
    return "" if found.channels and found.reasons else _("First name the channels and the reasons of loss of leads.")


def units(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The units of today for a form."""
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.title).where(dated.as_of(UnitVersion, clock.today(actor.zone)))
        .order_by(UnitVersion.order, UnitVersion.unit_id)
    )
    return [(row.unit_id, str(row.title)) for row in rows]


def connections(session: Session, actor: Actor) -> list[tuple[Connection, Health]]:
    """The connections one may see, with how each goes: four statements for all."""
    rows = session.scalars(visible(session, actor, READ, select(Connection).order_by(Connection.id).limit(PAGE))).all()
    return list(zip(rows, _healths(session, rows), strict=True))


def health_of(session: Session, row: Connection) -> Health:
    """How one connection goes."""
    return _healths(session, [row])[0]


def _healths(session: Session, rows: Sequence[Connection]) -> list[Health]:
    ids = [one.id for one in rows]
    with system(session, WHY):
        states = {one.connection_id: one for one in session.scalars(select(State).where(State.connection_id.in_(ids)))}
        letters = {key: count for key, count in session.execute(select(Letter.connection_id, func.count()).where(
            Letter.connection_id.in_(ids), Letter.done_at.is_(None)).group_by(Letter.connection_id))}
        links = {key: count for key, count in session.execute(select(Link.connection_id, func.count()).where(
            Link.connection_id.in_(ids)).group_by(Link.connection_id))}  # fmt: skip
    return [Health(states[key], _said(states[key]), letters.get(key, 0), links.get(key, 0)) for key in ids]


def _said(state: State) -> Text | str:
    found: Text | str = from_json(state.error[0]) if state.error else ""
    return found


def letters_of(session: Session, row: Connection) -> list[LetterRow]:
    """What did not get across and is still open, the latest first."""
    with system(session, WHY):
        found = session.scalars(
            select(Letter).where(Letter.connection_id == row.id, Letter.done_at.is_(None))
            .order_by(Letter.at.desc(), Letter.id.desc()).limit(PAGE)
        ).all()
    return [LetterRow(one.way, one.number, from_json(one.why[0]), one.tries, one.at, one.again) for one in found]


def values_of(row: Connection | None) -> dict[str, Any]:
    """What the form of a connection begins with; never its password."""
    if row is None:
        return {**{f"rule_{name}": USUAL[name] for name in FIELDS}, "is_on": True}
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        **{f"rule_{name}": row.rules.get(name, USUAL[name]) for name in FIELDS},
        "employees": "\n".join(f"{number} = {there}" for number, there in row.employees.items()),
    }


def save(session: Session, actor: Actor, row: Connection | None, values: Mapping[str, Any]) -> Connection:
    """Keep a connection. Raises ``DomainError`` for an address that may not be reached, a first one without password,
    employees that are not written as asked; ``Denied`` where the list does not give the actor the unit.
    """
    read_url(values["url"], reach_of(session))
    if row is None and not values["password"]:
        raise DomainError("crm_tryton.password", _("Write the password to sign in with."), "password")
    made = row or Connection(employees={}, rules={})
    if row is not None:
        require(session, actor, EDIT, row)
        if _elsewhere(row, values) and not values["password"]:
            raise DomainError("crm_tryton.password", _(
                "Write the password again: another address or name must not get the one that is kept."), "password")
    with session.no_autoflush:
        for name in _PLAIN:
            setattr(made, name, values[name])
        made.legal_entity_id = _entity(session, values["unit_id"])
        made.employees = read_employees(values["employees"])
        made.rules = {name: values[f"rule_{name}"] for name in FIELDS}
        if values["password"]:
            made.password = values["password"]
        require(session, actor, EDIT, made)
    session.add(made)
    session.flush()
    if row is None:
        session.add(State(connection_id=made.id, out_cursor=0, in_id=0, failures=0))
        session.flush()
    return made


def _elsewhere(row: Connection, values: Mapping[str, Any]) -> bool:
    """A password is only ever sent where it was meant for."""
    return any(getattr(row, name) != values[name] for name in ("url", "database", "login"))


def _entity(session: Session, unit_id: int) -> int:
    found = session.scalar(select(UnitVersion.legal_entity_id).where(
        UnitVersion.unit_id == unit_id, dated.as_of(UnitVersion, clock.today())))  # fmt: skip
    if found is None:
        raise DomainError("crm_tryton.unit", _("Choose a unit that exists today."), "unit_id")
    return found


def read_employees(text: str) -> dict[str, int]:
    """Lines like ``L0012 = 7``. Raises ``DomainError`` with the line that is none."""
    found: dict[str, int] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        number, sign, there = (part.strip() for part in line.partition("="))
        if not number or not sign or not (there.isascii() and there.isdecimal()) or not 0 < int(there) < 2**31:
            raise DomainError("crm_tryton.employees", _(
                "Write each line as personnel number = number of the employee: {line}", line=line[:60]), "employees")
        found[number] = int(there)
    return found


def run_now(session: Session, actor: Actor, row: Connection) -> None:
    """Ask for a run of a connection, whatever it waits for."""
    require(session, actor, EDIT, row)
    enqueue(session, Actor.system("a run was asked for"), "crm_tryton.exchange", {"connection": row.id})


def again(session: Session, actor: Actor, row: Connection) -> int:
    """Let the next run, which is asked for, hand over again what did not get across; how many these are."""
    require(session, actor, EDIT, row)
    with system(session, WHY):
        found = session.scalars(
            select(Letter).where(Letter.connection_id == row.id, Letter.done_at.is_(None)).with_for_update()
        ).all()
    for one in found:
        one.again = True
    if found:
        run_now(session, actor, row)
    return len(found)
