"""Starting processes that nobody hands in: by an event, or by a rule of time.

What is to start is written down first, once for each event and each moment that is due (``Start``), in the transaction
that marks the event as delivered or the moment as past; so it is there whatever dies at that moment, and another worker
finds it there. Then it is begun in the name of whoever holds the post. What cannot be begun, because nobody holds the
post or the form refuses a value, stays with the reason: whoever looks after the process is told, and it is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.authority import routing
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.period import Month
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.events import formulas
from core.events.outbox import HANDLED, emit
from core.kernel import events
from core.kernel.events import Event
from core.kernel.house import of
from core.kernel.kept import kept
from core.kernel.specs import Handler
from core.org.models import Employment, Person, UnitVersion
from core.workflow.designing import due, versions
from core.workflow.events import ProcessBegan, ProcessNotBegun
from core.workflow.models import Submission
from core.workflow.processes.models import BEGUN, LEFT_OUT, PUBLISHED, WAITS, ProcessVersion, Start
from core.workflow.processes.triggers import Trigger, Value

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.workflow.forms.services import FormKind

_ = catalogue("workflow")

STARTER = Actor.system("a process starts by itself")
#: What could not begin is tried again after so long.
AGAIN = timedelta(minutes=10)
#: A moment that was missed longer ago than this is not caught up with.
PAST = timedelta(days=35)
#: So many are looked at in one round.
MOST = 100
_MARK = [("workflow.start", name) for name in ("core_person", "core_employment")]


# -- by an event -------------------------------------------------------------------------------------------------------


def wanted(session: Session, name: str) -> bool:
    """Whether a process in force is started by an event; asked where it is told."""
    return name in kept(session, "process_triggers", lambda: frozenset(session.scalars(
        select(ProcessVersion.trigger).where(_IN_FORCE, ProcessVersion.trigger.is_not(None))
    )))  # fmt: skip


def by_event(session: Session, event: Event) -> None:
    """Start every process that this event starts."""
    number, _depth = session.info[HANDLED]
    statement = select(ProcessVersion).where(_IN_FORCE, ProcessVersion.trigger == event.name)
    for version in session.scalars(statement.order_by(ProcessVersion.process)).all():
        trigger = versions.definition_of(version).trigger
        if trigger is None or trigger.process not in ("", getattr(event, "process", "")):
            continue
        why: Text | str | None = None
        try:
            if not formulas.holds(trigger.when, (type(event),), event):
                continue
        except DomainError as error:  # neither yes nor no: somebody has to look at it
            why = _("Its condition could not be read: {why}", why=error.message)
        said = {"name": event.name, "values": events.to_json(event)}
        row = _written(session, version, f"event:{number}", said, clock.now())
        if row is not None:
            _try(session, row, why)


HANDLERS = (Handler("workflow.start", "*", by_event, wanted=wanted),)


# -- by time -----------------------------------------------------------------------------------------------------------


def tick(house: House) -> None:
    """Start what is due, and try again what could not begin; called every few seconds in several processes at once."""
    with house.session(STARTER) as session:  # an idle look writes nothing
        due_now = list(session.scalars(_due().limit(MOST)))
        waiting = list(session.scalars(_waiting().limit(MOST)))
    for number in due_now:
        with house.session(STARTER, write=True) as session:
            by_time(session, number)
    for number in waiting:
        with house.session(STARTER, write=True) as session:
            row = session.scalars(_held(_waiting().where(Start.id == number), Start)).one_or_none()
            if row is not None:
                _try(session, row)


def by_time(session: Session, version_id: int) -> Start | None:
    """Start a process whose moment has come, once; None where another worker is at it or has done so."""
    version = session.scalars(_held(_due().where(ProcessVersion.id == version_id), ProcessVersion)).one_or_none()
    trigger = versions.definition_of(version).trigger if version is not None else None
    if version is None or trigger is None or version.next_at is None:
        return None
    moment, now = version.next_at, clock.now()
    version.next_at = due.next_start(session, trigger, max(moment, now - PAST))
    if moment < now - PAST:
        return None
    row = _written(session, version, f"due:{moment:%Y-%m-%dT%H:%MZ}", None, moment)
    if row is not None:
        _try(session, row)
    return row


_IN_FORCE = ProcessVersion.state == PUBLISHED


def _due() -> Select[int]:
    return select(ProcessVersion.id).where(_IN_FORCE, ProcessVersion.next_at <= clock.now())


def _waiting() -> Select[int]:
    return select(Start.id).where(Start.state == WAITS, Start.tried_at < clock.now() - AGAIN).order_by(Start.id)


def _held(statement: Select[int], model: Any) -> Select[Any]:
    """The rows of a statement held until the commit, without those that another worker holds."""
    return statement.with_only_columns(model).with_for_update(skip_locked=True).execution_options(
        populate_existing=True
    )  # fmt: skip


# -- beginning ---------------------------------------------------------------------------------------------------------


def _written(
    session: Session, version: ProcessVersion, key: str, event: dict[str, Any] | None, due_at: datetime
) -> Start | None:
    """Write down that a process is to start; None where that was written before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Start).values(
        process=version.process, version_id=version.id, key=key, event=event, due_at=due_at, state=WAITS,
        tried_at=clock.now(),
    ).on_conflict_do_nothing().returning(Start.id)  # fmt: skip
    number = session.scalar(statement)
    return session.get_one(Start, number) if number is not None else None


def _try(session: Session, row: Start, why: Text | str | None = None) -> None:
    """Begin it, or say why it cannot be; whoever looks after the process is told once."""
    row.tried_at = clock.now()
    if why is None:
        try:
            with session.begin_nested():
                one = _begin(session, row)
        except DomainError as error:
            why = error.message
        else:
            row.state, row.submission_id, row.why = BEGUN, one.id, None
    if why is not None:
        new, row.why = row.why is None, to_json(why)
        session.flush()
        if new:
            emit(session, ProcessNotBegun(row.id, row.process))
    session.flush()


def _begin(session: Session, row: Start) -> Submission:
    from core.workflow.forms import services  # with schemas, which a process that only knows its handlers does without

    kind = versions.kind_of(session, row.process)
    version = versions.in_force(session, kind, row.process)
    definition = versions.definition_of(version)
    trigger = definition.trigger
    if trigger is None:
        raise DomainError("start.gone", _("The version in force does not start by itself any more."))
    post = due.post_of(session, trigger)
    if post is None:
        raise DomainError("start.post", _("There is no post with the code {code}.", code=trigger.post))
    holder = next((one for one in routing.holders_of(session, post) if one[0] == one[4]), None)
    place = services.place_of_post(session, post.position_id)
    if holder is None or place is None:
        raise DomainError("start.vacant", _("Nobody holds the post {post}, in whose name it starts.", post=post.title))
    actor = replace(STARTER, reason=f"process {row.process} starts by itself, {row.key}", person_id=holder[0])
    form = services.kind_of(version)
    values = _loaded(form, _values(session, form, trigger, row))
    run = services.hand_in(session, actor, form, values, place=place)
    emit(session, ProcessBegan(run.id, row.process, holder[0]))
    return session.get_one(Submission, run.resource_id)


def _loaded(form: FormKind, raw: Mapping[str, Any]) -> dict[str, Any]:
    from marshmallow import ValidationError

    from core.schemas.messages import flat_messages
    from core.workflow.processes import schema

    try:
        found: dict[str, Any] = schema.schema_of(form.fields)().load(raw)
    except ValidationError as error:
        name, texts = next(iter(flat_messages(error.messages).items()))
        title = next((one.title for given, one in due.inputs(form.fields) if given == name), name)
        raise DomainError("start.value", _("The field {field}: {why}", field=title, why=texts[0])) from None
    return found


def _values(session: Session, form: FormKind, trigger: Trigger, row: Start) -> dict[str, Any]:
    """What the form is filled in with, as a program would give it; what the event does not say is left out."""
    event = None
    if row.event is not None:
        known = of(session).registry.events().get(row.event["name"])
        if known is None:
            raise DomainError("start.event", _("The module that tells the event is gone."))
        event = events.from_json(known, row.event["values"])
    zone = ZoneInfo(of(session).config.zone)
    day, inputs, found = row.due_at.astimezone(zone).date(), dict(due.inputs(form.fields)), dict[str, Any]()
    for name, value in trigger.values.items():
        if name in inputs:
            told = _told(session, value, event, day)
            if told is not None:
                found[name] = _as_given(told, inputs[name].kind, zone)
    return found


def _told(session: Session, value: Value, event: Event | None, day: date) -> Any:
    if value.source == "constant":
        return value.value
    if value.source == "start":
        return day if value.value == "day" else Month(day.year, day.month)
    found = getattr(event, value.value, None)
    if found is None or event is None:
        return None
    kind = due.told(type(event)).get(value.value)
    if kind == "person":
        return _person(session, found)
    return _unit(session, found) if kind == "unit" else found


def _as_given(value: Any, kind: str, zone: ZoneInfo) -> Any:
    """A value as the schema of a form loads it."""
    if isinstance(value, datetime):
        return str(value.astimezone(zone).date()) if kind in ("date", "period") else f"{value.astimezone(zone):%F %R}"
    if kind in ("number", "days", "amount", "yes_no") and isinstance(value, (int, bool)):
        return value
    return str(value)


def _person(session: Session, person_id: int) -> str:
    """A person by name and employee number, as people write it on a form."""
    statement = (
        select(Person.name, Employment.number).outerjoin(Employment, Employment.person_id == Person.id)
        .where(Person.id == person_id).order_by(Employment.id.desc()).limit(1)
    )
    row = session.execute(guard.mark(statement, _MARK)).first()
    return "" if row is None else f"{row.name} ({row.number})" if row.number else str(row.name)


def _unit(session: Session, unit_id: int) -> str:
    statement = select(UnitVersion.title).where(UnitVersion.unit_id == unit_id, as_of(UnitVersion, clock.today()))
    return str(session.scalar(statement) or "")


# -- what people do about what waits -----------------------------------------------------------------------------------


def settle(session: Session, process: str, start_id: int, *, again: bool) -> Start:
    """Try again now what could not begin, or leave it out for good; whoever calls has asked whether that is allowed.

    Raises ``NotFound`` for what does not wait.
    """
    statement = select(Start.id).where(Start.id == start_id, Start.process == process, Start.state == WAITS)
    row: Start | None = session.scalars(_held(statement, Start)).one_or_none()
    if row is None:
        raise NotFound("start.settled", _("It does not wait any more."))
    if again:
        _try(session, row)
    else:
        row.state = LEFT_OUT
    session.flush()
    return row


def waiting_of(session: Session, process: str) -> list[Start]:
    """What was to start by itself and waits, the oldest first."""
    statement = select(Start).where(Start.process == process, Start.state == WAITS).order_by(Start.id).limit(MOST)
    return list(session.scalars(statement))


def latest_of(session: Session, process: str) -> list[Start]:
    """What has started by itself lately, the latest first."""
    statement = select(Start).where(Start.process == process, Start.state == BEGUN)
    return list(session.scalars(statement.order_by(Start.id.desc()).limit(5)))
