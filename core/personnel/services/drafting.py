"""Writing a request down, changing it, handing it in and dropping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from core.access.calls import load, require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.events.outbox import emit
from core.org import services as org
from core.org.models import Employment, Position
from core.personnel.actions import KIND, READ, REQUEST
from core.personnel.events import ChangeAsked
from core.personnel.models import (
    CANCELLATION,
    CONCURRENT,
    DRAFT,
    END_CONCURRENT,
    HIRE,
    PROMOTION,
    RESIGNATION,
    SUBMITTED,
    TERMS,
    TRANSFER,
    WITHDRAWN,
    PersonnelChange,
)
from core.personnel.services import ground, places
from core.workflow.processes.models import Run
from core.workflow.tasks import ask

_ = catalogue("personnel")

#: What somebody may ask for himself; the rest is asked for by his head or by personnel.
OWN: Final = (TRANSFER, CONCURRENT, END_CONCURRENT, RESIGNATION, CANCELLATION)

#: So much of an identity number is shown to whoever decides.
HIDDEN, SHOWN = "••••••", 4


def draft(
    session: Session, actor: Actor, kind: str, change: PersonnelChange | None, values: Mapping[str, Any]
) -> PersonnelChange:
    """Write a request down, or change a draft: ``employee`` (his number), ``position`` (a code), ``first_day``,
    ``last_day`` (both included), ``share``, ``main_share`` (hundredths of full working time), ``grade``,
    ``employment_kind``, ``contribution_place``, ``reason``, ``cancels`` (the number of a change); of somebody new
    ``name``, ``new_number``, ``sex``, ``born_on``, ``identity_number``, ``phone``, ``email``.

    Raises ``DomainError`` with the field for what cannot be, ``Denied`` where the lists do not let the actor ask.
    """
    made = change
    if made is None:
        made = PersonnelChange(
            kind=kind, state=DRAFT, created_at=clock.now(), created_by_person_id=actor.person_id,
            created_by_account_id=actor.account_id, identity_shown="", crowded=False, crosses=False,
            grade_changes=False,
        )
    else:
        _only_own_draft(actor, made)
    with session.no_autoflush:
        made.valid_to, made.reason = FOREVER, (values.get("reason") or "").strip()
        _FILL[kind](session, actor, made, values)
        made.crosses = None not in (made.from_unit_id, made.to_unit_id) and made.from_unit_id != made.to_unit_id
        if kind not in OWN and made.person_id is not None and made.person_id == actor.person_id:
            raise DomainError("personnel.own", _("Nobody asks for this for himself; talk to your head."), "employee")
        require(session, actor, REQUEST, made)
        ground.insist(session, made)
        made.crowded = ground.no_room(session, made) is not None
    if change is None:
        session.add(made)
    session.flush()
    return made


def submit(session: Session, actor: Actor, change: PersonnelChange) -> Run:
    """Hand a request in: it becomes a question to whomever the lists name, and stays as it is from then on."""
    session.refresh(change, with_for_update=True)  # two presses of the button come one after the other
    _only_own_draft(actor, change)
    require(session, actor, REQUEST, change)
    ground.insist(session, change)
    change.crowded = ground.no_room(session, change) is not None
    change.state = SUBMITTED
    session.flush()
    run = ask(session, actor, KIND, change)
    emit(session, ChangeAsked.of(change))
    return run


def discard(session: Session, actor: Actor, change: PersonnelChange) -> None:
    """Drop a draft that was not handed in."""
    session.refresh(change, with_for_update=True)
    _only_own_draft(actor, change)
    require(session, actor, REQUEST, change)
    change.state = WITHDRAWN
    change.identity_number = change.phone = None
    session.flush()


def is_own(actor: Actor, change: PersonnelChange) -> bool:
    """Whether somebody wrote a request himself, so that he may change it."""
    if actor.is_system:
        return True
    by_person = change.created_by_person_id == actor.person_id is not None
    return by_person or change.created_by_account_id == actor.account_id is not None


def _only_own_draft(actor: Actor, change: PersonnelChange) -> None:
    if not is_own(actor, change):
        raise DomainError("personnel.not_own", _("Only whoever wrote a request changes it."))
    if change.state != DRAFT:
        raise DomainError("personnel.submitted", _("This request is handed in already; write a new one."))


# -- filling in --------------------------------------------------------------------------------------------------------


def _person(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any], day: date) -> Employment:
    """Whom it is about, and where he is the day before it begins."""
    employment = org.employment_by_number(session, actor, (values.get("employee") or "").strip())
    main = places.main_post(session, employment.id, places.last_day(day))
    if main is None:
        raise DomainError("personnel.no_post", _("This employee holds no main post; give one in the file first."),
                          "employee")  # fmt: skip
    home = places.post_on(session, main.position_id, max(places.last_day(day), main.valid_from))
    if home is None:
        raise DomainError("personnel.no_post", _("This employee holds no main post; give one in the file first."),
                          "employee")  # fmt: skip
    made.valid_from, made.employment_id, made.person_id = day, employment.id, employment.person_id
    made.number = employment.number
    made.from_position_id, made.unit_id, made.from_unit_id = main.position_id, home.unit_id, home.unit_id
    made.to_unit_id = None
    return employment


def _post(session: Session, made: PersonnelChange, values: Mapping[str, Any], *, needed: bool = True) -> None:
    code = (values.get("position") or "").strip()
    made.position_id = made.to_unit_id = None
    if not code and not needed:
        return
    if not code:
        raise DomainError("personnel.post", _("Choose the post."), "position")
    try:
        found: Position = org.position_by_code(session, code)
    except DomainError:
        raise DomainError("personnel.post", _(
            "There is no post with the code {code}; choose one from the list.", code=code,
        ), "position") from None  # fmt: skip
    post = places.post_on(session, found.id, made.valid_from)
    if post is None:
        raise DomainError("personnel.post", _(
            "The post does not exist on {day}; choose another post or a later day.", day=made.valid_from,
        ), "position")  # fmt: skip
    made.position_id, made.to_unit_id = found.id, post.unit_id


def _day(values: Mapping[str, Any], field: str = "first_day") -> date:
    found: date | None = values.get(field)
    if found is None:
        raise DomainError("personnel.day", _("Name the day."), field)
    return found


def _after(values: Mapping[str, Any]) -> date:
    return _day(values, "last_day") + timedelta(days=1)


def _graded(session: Session, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    made.grade = (values.get("grade") or "").strip() or None
    before = places.terms_on(session, made.employment_id or 0, made.valid_from)
    made.grade_changes = made.grade is not None and made.grade != (before.grade if before is not None else None)


def _hire(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    del actor
    made.valid_from = _day(values)
    _post(session, made, values)
    made.unit_id, made.from_unit_id = made.to_unit_id or 0, None
    made.name, made.number = (values.get("name") or "").strip(), (values.get("new_number") or "").strip()
    for field, value in (("name", made.name), ("new_number", made.number)):
        if not value:
            raise DomainError("personnel.needed", _("Fill this in."), field)
    made.sex, made.born_on, made.email = values.get("sex") or None, values.get("born_on"), values.get("email") or None
    if told := (values.get("identity_number") or "").strip():
        made.identity_number, made.identity_shown = told, f"{HIDDEN}{told[-SHOWN:]}"
    made.phone = (values.get("phone") or "").strip() or made.phone
    made.employment_kind, made.fte = values.get("employment_kind") or "regular", values.get("share") or 100
    made.contribution_place = values.get("contribution_place") or None
    _graded(session, made, values)
    made.grade_changes = made.grade is not None


def _transfer(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _day(values))
    _post(session, made, values)


def _promotion(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _day(values))
    _post(session, made, values, needed=False)
    _graded(session, made, values)
    if made.to_unit_id is None:
        made.from_unit_id = None


def _concurrent(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _day(values))
    _post(session, made, values)
    last = values.get("last_day")
    if last is not None and last < made.valid_from:
        raise DomainError("personnel.order", _("The last day must not be before the first."), "last_day")
    made.valid_to = FOREVER if last is None else last + timedelta(days=1)
    made.fte, made.main_fte = values.get("share"), values.get("main_share")
    if not made.fte:
        raise DomainError("personnel.needed", _("Say how much of full working time it takes."), "share")


def _end_concurrent(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _after(values))
    home = made.from_unit_id
    _post(session, made, values)
    made.from_unit_id, made.to_unit_id = made.to_unit_id, home
    made.main_fte = values.get("main_share")


def _terms(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _day(values))
    made.from_unit_id = None
    made.employment_kind = values.get("employment_kind") or None
    made.contribution_place = values.get("contribution_place") or None
    _graded(session, made, values)


def _resignation(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    _person(session, actor, made, values, _after(values))


def _cancellation(session: Session, actor: Actor, made: PersonnelChange, values: Mapping[str, Any]) -> None:
    target = load(session, actor, READ, PersonnelChange, values.get("cancels") or 0)
    made.cancels_id = target.id
    for name in ("number", "person_id", "employment_id", "position_id", "from_position_id", "unit_id", "from_unit_id",
                 "to_unit_id", "valid_from", "valid_to"):  # fmt: skip
        setattr(made, name, getattr(target, name))


_FILL: dict[str, Callable[[Session, Actor, PersonnelChange, Mapping[str, Any]], None]] = {
    HIRE: _hire, TRANSFER: _transfer, PROMOTION: _promotion, CONCURRENT: _concurrent, END_CONCURRENT: _end_concurrent,
    TERMS: _terms, RESIGNATION: _resignation, CANCELLATION: _cancellation,
}
