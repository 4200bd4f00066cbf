"""The list of leads: narrowed, searched, counted by state, page by page along the newest; of what one may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Channel, Choice, Lead
from plugins.crm.text import GONE_STATES, OPEN_STATES
from remit.base import Actor, clock
from remit.models import Person, Translation, guard
from remit.services import kept, system, visible

PAGE = 30
#: How a list can be narrowed beside its states: the name in the address -> the column.
BY = {"channel": Lead.channel_id, "campaign": Lead.campaign_id, "owner": Lead.owner_person_id, "unit": Lead.unit_id}
#: What was reached, as the funnel counts it -> the time that says so.
REACHED = {
    "marketing": Lead.marketing_at, "touched": Lead.touched_at, "sales": Lead.sales_at, "won": Lead.won_at,
}  # fmt: skip
WORDS = {"industry": Lead.industry, "region": Lead.region, "product": Lead.product}
_MARK = [("crm.lead:read", "core_person")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is wanted. ``state`` may also be ``open``, ``due`` (a step is due) or ``all``.

    ``ids`` are of ``BY``, ``words`` of ``WORDS``; ``reached`` one of ``REACHED``; ``since`` and ``until`` days on which
    leads were taken in, half-open.
    """

    state: str = "open"
    search: str = ""
    mine: bool = False
    ids: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    reached: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def leads(session: Session, actor: Actor, wanted: Wanted) -> Sequence[Lead]:
    """A page of them, the newest first, and one more where there are older ones."""
    statement = select(Lead).where(*_narrowed(actor, wanted), *_of_state(wanted.state, actor))
    if wanted.before is not None:
        statement = statement.where(Lead.id < wanted.before)
    statement = statement.order_by(Lead.id.desc()).limit(PAGE + 1)
    return session.scalars(visible(session, actor, LEAD_READ, statement, few=True)).all()


def counts(session: Session, actor: Actor, wanted: Wanted) -> dict[str, int]:
    """How many there are of each state, with ``open``, ``due`` and ``all``, narrowed as the list is otherwise."""
    due = func.count().filter(*_of_state("due", actor))
    statement = select(Lead.state, func.count(), due).where(
        *_narrowed(actor, wanted), Lead.state.not_in(GONE_STATES)
    ).group_by(Lead.state)  # fmt: skip
    rows = session.execute(visible(session, actor, LEAD_READ, statement)).all()
    found = {state: count for state, count, _due in rows}
    return {
        **found, "all": sum(found.values()), "open": sum(found.get(one, 0) for one in OPEN_STATES),
        "due": sum(due for _state, _count, due in rows),
    }  # fmt: skip


def _of_state(state: str, actor: Actor) -> list[ColumnElement[bool]]:
    if state == "open":
        return [Lead.state.in_(OPEN_STATES)]
    if state == "due":
        today = clock.today(actor.zone)
        return [Lead.state.in_(("new", "working")), or_(Lead.next_on <= today, Lead.due_at.is_not(None))]
    if state == "all":
        return [Lead.state.not_in(GONE_STATES)]
    return [Lead.state == state]


def _narrowed(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.mine:
        found.append(Lead.owner_person_id == (actor.person_id or 0))
    found += [BY[name] == value for name, value in wanted.ids.items()]
    found += [WORDS[name] == value for name, value in wanted.words.items()]
    if wanted.reached in REACHED:
        found.append(REACHED[wanted.reached].is_not(None))
    if wanted.search:
        escaped = wanted.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.append(or_(*(one.ilike(f"%{escaped}%", escape="\\") for one in (Lead.company, Lead.contact))))
    start, end = (day_start(day) if day else None for day in (wanted.since, wanted.until))
    if start is not None:
        found.append(Lead.captured_at >= start)
    if end is not None:
        found.append(Lead.captured_at < end)
    return found


def day_start(day: date) -> datetime:
    """The moment a day begins on the clock of the business."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo(clock.DEFAULT_ZONE)).astimezone(UTC)


def names_of(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called, by id, for those who see that they did something with a lead."""
    wanted = sorted({one for one in person_ids if one is not None})
    if not wanted:
        return {}
    rows = session.execute(guard.mark(select(Person.id, Person.name).where(Person.id.in_(wanted)), _MARK))
    return {one: name for one, name in rows}


def channel_titles(session: Session) -> dict[int, str]:
    """What the channels are called, in the reader's language; their names are no secret."""
    return {key: str(title) for key, title in kept(session, "crm_channels", lambda: _channels(session)).items()}


def _channels(session: Session) -> dict[int, Translation]:
    with system(session, "the names of channels beside their leads"):
        rows = session.execute(select(Channel.id, Channel.title).order_by(Channel.id))
        return {key: title for key, title in rows}


def word_titles(session: Session) -> dict[tuple[str, str], str]:
    """The words a company describes leads with: (kind, code) -> what it is called."""
    return {key: str(title) for key, title in kept(session, "crm_words", lambda: _words(session)).items()}


def _words(session: Session) -> dict[tuple[str, str], Translation]:
    rows = session.execute(select(Choice.kind, Choice.code, Choice.title).order_by(Choice.order, Choice.id))
    return {(kind, code): title for kind, code, title in rows}
