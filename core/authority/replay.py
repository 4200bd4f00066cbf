"""The decisions of last quarter as a draft would have had them: by the real engine, on the organisation of their days.

The audit log keeps who did what to which record under which entry, not the amounts and places that were compared; these
are the record's own, as it stands now. So each decision is judged twice with the same facts: by the lists that were in
force, and by the same with the draft in place of its unit's list. Where the first does not come to what was decided,
the record or the organisation has moved on, nothing can be said of it, and it is counted as such. What remains differs
by the draft alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.access.decision import Decision
from core.audit.actions import READ as READ_LOG
from core.audit.models import AuditEntry
from core.audit.words import Names, thing
from core.authority import limits, routing, touched
from core.authority.document import ListDraft
from core.authority.draft_in_force import in_force
from core.authority.engine import ListEngine
from core.authority.snapshot import Snapshot, read
from core.base import clock
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db import guard
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of as house_of
from core.kernel.specs import ActionDef, ResourceType
from core.org.models import Person
from core.org.resources import READ as READ_PEOPLE

_ = catalogue("authority")

QUARTER = timedelta(days=92)
#: So many decisions are judged at most, the latest first.
MOST = 500
#: Rows of the log that are looked through for them; one decision may have written several.
_ROWS = 8 * MOST
_KINDS = ("insert", "update", "delete", "decision", "denied")
_MARK = [("authority.replay", AuditEntry.__tablename__)]


@dataclass(frozen=True, slots=True)
class Turned:
    """A decision that the draft would have turned.

    ``kind``: ``refused`` (it was allowed), ``allowed`` (it was refused), ``routed`` (somebody else would have been
    asked first). ``what`` is the record, ``who`` decided as far as the reader may see his name, ``entry`` allowed it.
    ``would`` is the sentence of the draft; ``next`` the post that would have decided instead.
    """

    kind: str
    at: datetime
    action: Text
    what: Text | str
    who: str | None
    entry: str | None
    list_version: int | None
    code: str
    would: Text | str
    next: Translation | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of the decisions of ``[since, until)``: how many were ``judged``, how many could not be (``blind``),
    how many ``differ``, and of those the ones the reader may see. ``more``: there are older ones, not looked at.
    """

    since: datetime
    until: datetime
    judged: int
    blind: int
    differ: int
    turned: list[Turned]
    more: bool


@dataclass(frozen=True, slots=True)
class _Past:
    """A decision of the log; ``record_id`` None where no record of the action's resource was written."""

    row: Any
    action: ActionDef
    resource: ResourceType | None
    record_id: int | None

    @property
    def allowed(self) -> bool:
        return bool(self.row.kind != "denied")


def replay(session: Session, actor: Actor, draft: ListDraft) -> Replay:
    """Judge the decisions of the last quarter about what the draft says otherwise than the lists of that time.

    Counts are of all of them; what each was about is told to whoever may read it in the audit log.
    """
    until = clock.now()
    since = until - QUARTER
    changed = touched.actions(session, draft, since.date(), until.date())
    found, more = _decisions(session, changed, since)
    bench = _Bench(session, draft, touched.given_more(session, draft, since.date(), until.date()))
    blind, turned = 0, list[tuple[_Past, str, Decision, Any]]()
    for past in found:
        verdict = bench.judge(past)
        if verdict is None:
            blind += 1
        elif verdict[0]:
            turned.append((past, *verdict))
    return Replay(since, until, len(found) - blind, blind, len(turned), _told(session, actor, turned), more)


# -- reading the log ---------------------------------------------------------------------------------------------------


def _decisions(session: Session, actions: Sequence[ActionDef], since: datetime) -> tuple[list[_Past], bool]:
    """The decisions of people about some actions, each once, the latest first, and whether there are more."""
    if not actions:
        return [], False
    log = AuditEntry
    statement = select(
        log.id, log.at, log.kind, log.account_id, log.person_id, log.action, log.entry, log.list_version,
        log.root_type, log.root_id, log.request_id, log.after,
    ).where(
        log.at >= since, log.action.in_([one.key for one in actions]), log.kind.in_(_KINDS),
        log.actor_kind.in_(("person", "token")), or_(log.entry.is_not(None), log.kind == "denied"),
    ).order_by(log.id.desc()).limit(_ROWS)  # fmt: skip
    rows = session.execute(guard.mark(statement, _MARK)).all()
    registry = house_of(session).registry
    known = {one.key: one for one in actions}
    found: dict[tuple[Any, ...], dict[int | None, _Past]] = {}
    for row in rows:
        action = known[row.action]
        resource = registry.resource_for(action)
        about = resource is not None and row.root_type == resource.model.__tablename__ and row.root_id.isdecimal()
        past = _Past(row, action, resource, int(row.root_id) if about else None)
        # One decision wrote all rows of its request; without one, those of the same second.
        when = row.request_id or row.at.replace(microsecond=0)
        deed = (row.action, row.account_id, row.person_id, past.allowed, when)
        found.setdefault(deed, {}).setdefault(past.record_id, past)
    every = list(_each(found.values()))
    return every[:MOST], len(rows) == _ROWS or len(every) > MOST


def _each(deeds: Any) -> Iterator[_Past]:
    """The records a deed was about; only where there is none, the deed itself."""
    for by_record in deeds:
        named = [past for record_id, past in by_record.items() if record_id is not None]
        yield from named or by_record.values()


# -- judging -----------------------------------------------------------------------------------------------------------


class _Bench:
    """Judges decisions by the lists of their days and by the draft; reads each day once and keeps no more than one."""

    def __init__(self, session: Session, draft: ListDraft, wider: frozenset[str]) -> None:
        self._session, self._draft, self._wider = session, draft, wider
        self._engine: ListEngine = session.info["authority"]
        self._day: tuple[Snapshot, Snapshot] | None = None

    def judge(self, past: _Past) -> tuple[str, Decision, Any] | None:
        """What would have been otherwise: the kind of a ``Turned`` (empty for nothing), the decision of the draft, and
        the step of the way that would decide instead. None where the past cannot be judged any more.
        """
        obj = self._record(past)
        if obj is None and past.action.resource is not None:
            return None
        before, after = self._of_day(past.row.at)
        self._session.info[limits.AT] = past.row.at
        try:
            if self._answer(before, past, obj).allowed != past.allowed:
                return None
            would = self._answer(after, past, obj)
            if would.allowed != past.allowed:
                decides = past.allowed and past.action.power == "decide"
                step = self._way(after, past, obj) if decides else None
                return "allowed" if would.allowed else "refused", would, step
            if past.allowed and past.action.key in self._wider:
                was, now = (self._way(snapshot, past, obj) for snapshot in (before, after))
                if was is not None and now is not None and was.person_id == past.row.person_id != now.person_id:
                    return "routed", would, now
            return "", would, None
        finally:
            del self._session.info[limits.AT]

    def _answer(self, snapshot: Snapshot, past: _Past, obj: Any) -> Decision:
        who = Actor(kind="person", account_id=past.row.account_id, person_id=past.row.person_id)
        return self._engine.answer(self._session, snapshot, who, past.action, past.resource, obj)

    def _way(self, snapshot: Snapshot, past: _Past, obj: Any) -> Any:
        return routing.route(self._session, past.action.key, obj, snapshot=snapshot).decider

    def _of_day(self, at: datetime) -> tuple[Snapshot, Snapshot]:
        day: date = clock.demo_day() or at.astimezone(ZoneInfo(clock.DEFAULT_ZONE)).date()
        if self._day is None or self._day[0].day != day:
            now = replace(read(self._session, state.epoch(self._session), day), shared=True)
            self._day = now, in_force(self._session, now, self._draft)
        return self._day

    def _record(self, past: _Past) -> Any | None:
        if past.resource is None or past.record_id is None:
            return None
        model = past.resource.model
        statement = select(model).where(inspect(model).primary_key[0] == past.record_id)
        return self._session.scalars(
            guard.mark(statement, [("authority.replay", model.__tablename__)])
        ).one_or_none()


# -- telling -----------------------------------------------------------------------------------------------------------


def _told(session: Session, actor: Actor, turned: list[tuple[_Past, str, Decision, Any]]) -> list[Turned]:
    """The decisions whose rows of the log the reader may see."""
    if not turned:
        return []
    rows = {past.row.id: past.row for past, *_rest in turned}
    seen = set(session.scalars(visible(session, actor, READ_LOG, select(AuditEntry.id).where(AuditEntry.id.in_(rows)))))
    people = select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows.values()} - {None}))
    who = {row.id: row.name for row in session.execute(visible(session, actor, READ_PEOPLE, people))}
    names = Names(session, (), [(row.root_type, row.root_id) for row in rows.values() if row.root_id])
    return [
        Turned(
            kind, past.row.at, past.action.title, _what(past.row, names), who.get(past.row.person_id), past.row.entry,
            past.row.list_version, would.code, would.message, step.post.title if step is not None else None,
        )
        for past, kind, would, step in turned if past.row.id in seen
    ]


def _what(row: Any, names: Names) -> Text | str:
    if row.root_type is None:
        return ""
    name = names.of(row.root_type, row.root_id)
    return _("{thing} {name}", thing=thing(row.root_type), name=name or row.root_id)
