"""What one run has in its hands: the connection as it was read, Tryton, and sessions for each piece of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm_tryton.models import Connection, Letter, Link, State
from plugins.crm_tryton.rpc import Tryton
from plugins.crm_tryton.services.opportunities import Opportunity
from plugins.crm_tryton.text import _
from remit.base import DomainError, clock
from remit.contracts import LeadDesk, LeadView
from remit.services import choose, system
from remit.text import Text, to_json

T = TypeVar("T")

#: So many leads or opportunities are carried between two commits.
MOST = 50
WHY = "leads are exchanged with Tryton"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run needs to know of its connection."""

    id: int
    company: int
    channel: str
    reason: str
    fallback: int
    employees: Mapping[str, int]
    rules: Mapping[str, str]

    @property
    def source(self) -> str:
        """The name under which leads of this connection arrive."""
        return f"tryton:{self.id}"

    def employee_of(self, owner: str) -> int:
        """Whose an opportunity is in Tryton while a lead is in somebody's hands."""
        return int(self.employees.get(owner, self.fallback))


@dataclass
class Work:
    """One run. ``open`` is a session that writes; none is open while Tryton is spoken to."""

    setup: Setup
    client: Tryton
    open: Callable[[], AbstractContextManager[Session]]
    counts: Counter[str] = field(default_factory=Counter)


def setup_of(row: Connection) -> Setup:
    """A connection as a run reads it."""
    return Setup(row.id, row.company, row.channel, row.reason, row.fallback, dict(row.employees), dict(row.rules))


def desk_of(session: Session) -> LeadDesk:
    """Whoever keeps leads here. Raises ``DomainError`` where nobody does."""
    found: LeadDesk | None = choose(session, "choose_lead_desk")
    if found is None:
        raise DomainError("crm_tryton.desk", _("No module that keeps leads is switched on."))
    return found


def state_of(session: Session, connection_id: int) -> State:
    """How far a connection has come, held until the commit."""
    with system(session, WHY):
        return session.get_one(State, connection_id, with_for_update=True, populate_existing=True)


def links_by(session: Session, setup: Setup, *, leads: Collection[int] = (), there: Collection[int] = ()) -> list[Link]:
    """The links of these leads, or of these opportunities; one statement."""
    wanted = Link.lead_id.in_(sorted(leads)) if leads else Link.opportunity.in_(sorted(there))
    with system(session, WHY):
        return list(session.scalars(select(Link).where(Link.connection_id == setup.id, wanted)))


def told_of(lead: LeadView) -> dict[str, str]:
    """The fields of a lead that are kept the same on both sides."""
    return {"company": lead.company, "phone": lead.phone, "email": lead.email, "state": lead.state}


def agree(link: Link, lead: LeadView, there: Opportunity) -> None:
    """Keep what both sides say now."""
    link.agreed = {"ours": told_of(lead), "theirs": there.told(), "owner": lead.owner}
    link.party, link.sent_at = there.party, clock.now()


def waiting(session: Session, setup: Setup, way: str, found: Mapping[int, tuple[T, datetime]]) -> list[T]:
    """Of things with the moment they last changed, those that do not lie as letters since just that change."""
    letters = _letters(session, setup, way, found)
    lying = {one.number: one.seen for one in letters.values() if one.done_at is None and not one.again}
    return [one for number, (one, at) in found.items() if lying.get(number) != at]


def write_letter(session: Session, setup: Setup, way: str, number: int, why: Text | str, seen: datetime) -> None:
    """Keep that something that had last changed at ``seen`` did not get across, and why; once for each thing."""
    row = _letters(session, setup, way, [number]).get(number)
    if row is None:
        row = Letter(connection_id=setup.id, way=way, number=number, tries=0, again=False)
        session.add(row)
    row.why, row.tries, row.at, row.seen = [to_json(why)], row.tries + 1, clock.now(), seen
    row.done_at, row.again = None, False


def got_across(session: Session, setup: Setup, way: str, numbers: Iterable[int]) -> None:
    """What waited as a letter and got across is done."""
    for row in _letters(session, setup, way, numbers).values():
        if row.done_at is None:
            row.done_at, row.again = clock.now(), False


def _letters(session: Session, setup: Setup, way: str, numbers: Iterable[int]) -> dict[int, Letter]:
    with system(session, WHY):
        rows = session.scalars(select(Letter).where(
            Letter.connection_id == setup.id, Letter.way == way, Letter.number.in_(sorted(numbers))))  # fmt: skip
        return {one.number: one for one in rows}
