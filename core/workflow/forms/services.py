"""Simple requests: which there are, writing one down, handing it in, doing one again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import load, require, visible
from core.access.decision import Denied
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel.kept import kept, kept_of_organisation
from core.numbers.services import number_for
from core.org.models import Assignment, PositionVersion, UnitVersion
from core.workflow import reading, records, tasks
from core.workflow.actions import FORM, NUMBER, SUBMIT, SUBMIT_READ
from core.workflow.designing import versions
from core.workflow.engine import moves
from core.workflow.models import DRAFT, SUBMITTED, WITHDRAWN, Submission
from core.workflow.processes import schema
from core.workflow.processes.conditions import CURRENCY
from core.workflow.processes.fields import FormField, read_fields
from core.workflow.processes.models import ProcessVersion, Run

_ = catalogue("workflow")

PAGE = 50
_MARK = [(SUBMIT, "core_assignment")]


@dataclass(frozen=True, slots=True)
class FormKind:
    """A form that one may fill in."""

    process: str
    title: Translation
    category: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in which somebody works."""

    unit_id: int
    legal_entity_id: int
    title: Translation


def kinds(session: Session) -> list[FormKind]:
    """The forms in force, by their titles."""
    return sorted(_forms(session).values(), key=lambda one: str(one.title))


def _forms(session: Session) -> Mapping[str, FormKind]:
    return kept(session, "forms_in_force", lambda: {
        one.process: kind_of(one) for one in versions.published(session).values() if one.kind == FORM
    })  # fmt: skip


def kind_named(session: Session, process: str) -> FormKind:
    """One of them. Raises ``NotFound`` for one that is not in force."""
    found = _forms(session).get(process)
    if found is None:
        raise NotFound("submission.kind", _("There is no such form, or it is not in use any more."))
    return found


def kind_of(version: ProcessVersion) -> FormKind:
    """The form of a version of its process."""
    definition = versions.definition_of(version)
    return FormKind(version.process, definition.title, definition.category, read_fields(definition.form))


def own_place(session: Session, actor: Actor) -> Place:
    """Where somebody works in the first place. Raises ``DomainError`` for whoever holds no post."""
    key = actor.person_id or 0, clock.today(actor.zone)
    place = kept_of_organisation(
        session, "own_places", [key], lambda keys: {one: _place_of_person(session, *one) for one in keys}
    )[key]
    if place is None:
        raise DomainError("submission.place", _("Requests are put by whoever holds a post; you hold none today."))
    return place


def _place_of_person(session: Session, person_id: int, day: date) -> Place | None:
    row = session.execute(guard.mark(
        _places(day).join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(Assignment.person_id == person_id, as_of(Assignment, day))
        .order_by(Assignment.is_primary.desc(), Assignment.id).limit(1),
        _MARK,
    )).first()  # fmt: skip
    return Place(*row) if row is not None else None


def place_of_post(session: Session, position_id: int) -> Place | None:
    """Where a post is today; None for one that is not there."""
    row = session.execute(_places(clock.today()).where(PositionVersion.position_id == position_id).limit(1)).first()
    return Place(*row) if row is not None else None


def _places(day: date) -> Any:
    return (
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .join(PositionVersion, PositionVersion.unit_id == UnitVersion.unit_id)
        .where(as_of(PositionVersion, day), as_of(UnitVersion, day))
    )


def draft(
    session: Session, actor: Actor, one: Submission | None, kind: FormKind, values: dict[str, Any],
    *, place: Place | None = None,
) -> Submission:
    """Write a request down, or change one that is a draft; ``place`` is where, by default where the requester works in
    the first place. Raises ``DomainError`` with the field for what is missing, and for one that was handed in.
    """
    if one is not None:
        _only_own(actor, one)
        if one.state != DRAFT:
            raise DomainError("submission.handed_in", _("This request is handed in already."))
    return _written(session, actor, one, kind, values, place, DRAFT)


def hand_in(
    session: Session, actor: Actor, kind: FormKind, values: dict[str, Any], *, place: Place | None = None
) -> Run:
    """Write a new request down and hand it in at once, for whoever does not look at its way before. Raises
    ``DomainError`` with the field for what is missing.
    """
    one = _written(session, actor, None, kind, values, place, SUBMITTED)
    return tasks.ask(session, actor, FORM, one, new=True)


def _written(
    session: Session, actor: Actor, one: Submission | None, kind: FormKind, values: dict[str, Any],
    place: Place | None, state: str,
) -> Submission:
    place = place if place is not None else own_place(session, actor)
    told = schema.kept(kind.fields, values)
    amounts = [told[field.name] for field in kind.fields if field.kind == "amount" and field.name in told]
    new = one is None
    if one is None:
        one = Submission(
            process=kind.process, requester_person_id=actor.person_id, state=state, currency=CURRENCY,
            created_at=clock.now(),
        )
    one.title, one.category, one.fields = dict(kind.title), kind.category, [_source(field) for field in kind.fields]
    one.values, one.amount = told, amounts[0] if amounts else None
    one.unit_id, one.legal_entity_id = place.unit_id, place.legal_entity_id
    one.digest = versions.digest_of(told)
    require(session, actor, SUBMIT, one)
    if new:
        one.number = number_for(session, actor, NUMBER, one.legal_entity_id, clock.today(actor.zone))
        session.add(one)
    session.flush()
    return one


def _source(field: FormField) -> dict[str, Any]:
    made: dict[str, Any] = {"name": field.name, "kind": field.kind, "title": dict(field.title)}
    if field.choices:
        made["choices"] = {value: dict(words) for value, words in field.choices}
    return {**made, "needed": field.needed}


def own(session: Session, actor: Actor, submission_id: int) -> Submission:
    """A request that somebody wrote himself. Raises ``NotFound`` for anybody else's."""
    found = load(session, actor, SUBMIT, Submission, submission_id)
    if found.requester_person_id != actor.person_id:
        raise NotFound("submission.own", _("Only whoever wrote a request changes it."))
    return found


def submit(session: Session, actor: Actor, one: Submission) -> Run:
    """Hand a request in: it goes through the process of its form."""
    _only_own(actor, one)
    require(session, actor, SUBMIT, one)
    session.refresh(one, with_for_update=True)  # two presses of the button come one after the other
    if one.state != DRAFT:
        raise DomainError("submission.handed_in", _("This request is handed in already."))
    one.state = SUBMITTED
    session.flush()
    return tasks.ask(session, actor, FORM, one)


def withdraw(session: Session, actor: Actor, one: Submission) -> None:
    """Take back a request that was handed in. Raises ``DomainError`` for a draft that never was, and for one that is
    answered already.
    """
    _only_own(actor, one)
    require(session, actor, SUBMIT, one)
    run = tasks.run_of(session, FORM, one)
    if run is None:
        raise DomainError("submission.draft", _("It was not handed in yet; drop the draft instead."))
    moves.take_back(session, actor, moves.hold(session, run.id), records.kind_named(session, FORM))


def discard(session: Session, actor: Actor, one: Submission) -> None:
    """Drop a draft that never was handed in; its number stays used."""
    _only_own(actor, one)
    require(session, actor, SUBMIT, one)
    run = tasks.run_of(session, FORM, one)
    if one.state != DRAFT or run is not None:
        raise DomainError("submission.handed_in", _("It was handed in: take it back on its own page."))
    one.state = WITHDRAWN
    session.flush()


def again(session: Session, actor: Actor, one: Submission) -> Submission:
    """The same request once more, as a new draft on the form that is in force. Raises what ``draft`` says."""
    _only_own(actor, one)
    kind = kind_named(session, one.process)
    return draft(session, actor, None, kind, refilled(kind, one))


def refilled(kind: FormKind, one: Submission) -> dict[str, Any]:
    """What was filled in, for the form that is in force: what a field of it would not take any more is left out."""
    before = {field.name: field.kind for field in read_fields(one.fields)}
    same = [field for field in kind.fields if before.get(field.name) == field.kind]
    gone = {field.name for field in same
            if field.kind == "choice" and one.values.get(field.name) not in dict(field.choices)}  # fmt: skip
    return schema.loaded(same, {name: value for name, value in one.values.items() if name not in gone})


def readable(session: Session, actor: Actor, submission_id: int) -> Submission:
    """A request that somebody may read: by the lists, or because he takes part in what is decided about it.

    Raises ``NotFound`` for anybody else, whether it exists or not.
    """
    try:
        return load(session, actor, SUBMIT_READ, Submission, submission_id)
    except (Denied, NotFound):
        kind = records.kind_named(session, FORM)
        one: Submission | None = records.record_of(session, kind, submission_id)
        run = tasks.run_of(session, FORM, one) if one is not None else None
        if one is None or run is None:
            raise tasks.not_there() from None
    reading.latest_task(session, actor, run.id)
    return one


def _only_own(actor: Actor, one: Submission) -> None:
    if not actor.is_system and one.requester_person_id != actor.person_id:
        raise DomainError("submission.own", _("Only whoever wrote a request changes it."))


def submissions(session: Session, actor: Actor, *, own: bool, before: int | None = None) -> Sequence[Submission]:
    """The requests somebody may see, the latest first, a page of them; ``own`` only his own, ``before`` an id."""
    statement = select(Submission).order_by(Submission.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(Submission.requester_person_id == (actor.person_id or 0))
    if before is not None:
        statement = statement.where(Submission.id < before)
    return session.scalars(visible(session, actor, SUBMIT_READ, statement)).all()
