"""Writing a change of pay down, handing it in, dropping it, and telling the person of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.actions import CHANGE, CHANGE_READ, CHANGE_REQUEST, CHANGE_TELL
from payroll.events import SalaryChangeTold
from payroll.models import APPROVED, DRAFT, SUBMITTED, WITHDRAWN, SalaryChange
from payroll.services import setup
from payroll.services.changes import agreed
from payroll.text import _
from remit import workflow
from remit.base import Actor, DomainError, Month, clock
from remit.events import emit
from remit.letters import number_for
from remit.models import Employment, guard
from remit.services import require, visible

#: The number of a request: a series per company and year.
NUMBER = "payroll.salary_change"
PAGE = 50
#: A rise is told up to so many millionths; what is above is told as this.
_MOST = 9_999_999
_MILLION = 1_000_000


def place_for(session: Session, actor: Actor, employment: Employment, day: date | None = None) -> SalaryChange:
    """A request about an employment with nothing in it yet, to ask the lists about.

    Raises ``DomainError`` where the person has no post on that day, today where none is told.
    """
    found = agreed.place(session, employment, day or clock.today(actor.zone))
    return SalaryChange(
        employment_id=employment.id, person_id=employment.person_id, unit_id=found.unit_id,
        position_id=found.position_id, legal_entity_id=found.legal_entity_id, currency=found.currency,
        requester_person_id=actor.person_id, state=DRAFT, amount=0, total=0, total_before=0, back=False, amounts=[],
    )  # fmt: skip


def draft(
    session: Session, actor: Actor, employment: Employment, change: SalaryChange | None, values: Mapping[str, Any]
) -> SalaryChange:
    """Write a request down, or change a draft: ``valid_from``, ``reason``, and ``amounts``, the new monthly amount in
    minor units by the number of the component; what is not told stays.

    Raises ``DomainError`` with the field for a day whose pay is approved already, for amounts that change nothing;
    ``Denied`` where the lists do not let the actor ask for this person.
    """
    if change is not None:
        _only_own(actor, change)
        if change.state != DRAFT:
            raise DomainError("payroll.change_closed", _("It is handed in; take it back to change it."))
    day = values["valid_from"]
    made = place_for(session, actor, employment, day)
    require(session, actor, CHANGE_REQUEST, made)
    _possible_from(session, employment, day)
    if change is not None:
        for name in ("unit_id", "position_id", "legal_entity_id", "currency"):
            setattr(change, name, getattr(made, name))
    found = change if change is not None else made
    found.valid_from, found.reason = day, values["reason"].strip()
    found.back = day < Month.of(clock.today()).start
    _fill(session, found, values.get("amounts") or {})
    if change is None:
        today = clock.today(actor.zone)
        found.number = number_for(session, actor, NUMBER, found.legal_entity_id, today)
        found.created_at = clock.now()
        session.add(found)
    session.flush()
    return found


def _possible_from(session: Session, employment: Employment, day: date) -> None:
    if not employment.hired_on <= day < employment.left_on:
        raise DomainError("payroll.change_day", _(
            "{number} does not work here on {day}.", number=employment.number, day=day), "valid_from")  # fmt: skip
    refuse_decided(session, employment.id, day)


def refuse_decided(session: Session, employment_id: int, day: date) -> None:
    """Raise ``DomainError`` where the pay of a month that a change from this day speaks of is approved already."""
    month = agreed.decided_month(session, employment_id, day)
    if month is not None:
        raise DomainError("payroll.change_decided", _(
            "The pay of {month} is approved already. Let it begin on {day} or later; what is owed for the time before "
            "is paid as a part of a later month.", month=month.title, day=month.period.end,
        ), "valid_from")  # fmt: skip


def _fill(session: Session, change: SalaryChange, told: Mapping[int, int | None]) -> None:
    """The amounts that change, and what they come to."""
    setup.ensure_components(session)
    before = agreed.parts(session, change.employment_id, change.valid_from)
    known = {one.component: one for one in before}
    unknown = set(told) - set(known)
    if unknown:
        raise DomainError("payroll.change_component", _("There is no component {name} that can be agreed.",
                                                        name=min(unknown)), "amounts")  # fmt: skip
    change.amounts = [
        {"component": one.component, "before": one.amount, "after": after}
        for one in before if (after := told.get(one.component)) is not None and after != (one.amount or 0)
    ]
    if not change.amounts:
        raise DomainError("payroll.change_nothing", _("Nothing would change; write another amount for a component."))
    change.mark = mark(change.amounts)
    new = {one["component"]: one["after"] for one in change.amounts}
    change.total_before = agreed.total(before)
    change.total = sum(new.get(one.component, one.amount or 0) for one in before if one.kind == "earning")
    change.amount = abs(change.total - change.total_before)
    change.rise = (
        min((change.total - change.total_before) * _MILLION // change.total_before, _MOST)
        if change.total_before else None
    )  # fmt: skip


def mark(amounts: Sequence[Mapping[str, Any]]) -> str:
    """The SHA-256, in hex, of amounts that change."""
    return hashlib.sha256(json.dumps(list(amounts), sort_keys=True).encode()).hexdigest()


def submit(session: Session, actor: Actor, change: SalaryChange) -> workflow.Run:
    """Hand a request in: it goes through its process, which ends with whoever the lists name.

    Raises ``DomainError`` where it is handed in already, where another about the same person waits, and where the
    month was approved or the agreed pay changed since it was written.
    """
    _only_own(actor, change)
    require(session, actor, CHANGE_REQUEST, change)
    session.refresh(change, with_for_update=True)  # two presses of the button come one after the other
    if change.state != DRAFT:
        raise DomainError("payroll.change_submitted", _("It is handed in already."))
    agreed.employment_of(session, change.employment_id, hold=True)
    other = session.scalar(_waiting(change))
    if other is not None:
        raise DomainError("payroll.change_waits", _(
            "Another change of the same pay waits for its decision ({number}).", number=other))  # fmt: skip
    refuse_decided(session, change.employment_id, change.valid_from)
    refuse_changed(session, change)
    change.state = SUBMITTED
    session.flush()
    return workflow.ask(session, actor, CHANGE, change)


def _waiting(change: SalaryChange) -> Any:
    """The number of another request about the same employment that waits."""
    return guard.mark(
        select(SalaryChange.number).where(
            SalaryChange.employment_id == change.employment_id, SalaryChange.state == SUBMITTED,
            SalaryChange.id != change.id,
        ).limit(1), [(CHANGE_REQUEST, SalaryChange.__tablename__)],
    )


def refuse_changed(session: Session, change: SalaryChange) -> None:
    """Raise ``DomainError`` where the agreed pay is not any more what it was when the request was written."""
    now = {one.component: one.amount for one in agreed.parts(session, change.employment_id, change.valid_from)}
    if any(now.get(one["component"]) != one["before"] for one in change.amounts):
        raise DomainError("payroll.change_moved", _(
            "The agreed pay was changed meanwhile; whoever asked has to write the request anew."))  # fmt: skip


def discard(session: Session, actor: Actor, change: SalaryChange) -> None:
    """Drop a draft; the row stays, with its number. One that was sent back is taken back with its question."""
    _only_own(actor, change)
    require(session, actor, CHANGE_REQUEST, change)
    if change.state != DRAFT:
        raise DomainError("payroll.change_submitted", _("It is handed in: take the question back on its own page."))
    change.state = WITHDRAWN
    session.flush()


def tell(session: Session, actor: Actor, change: SalaryChange) -> None:
    """Tell the person of an approved change, once; from then on it is his to see.

    Raises ``Denied`` for whom the lists do not let tell, ``DomainError`` where it is not approved or was told before.
    """
    require(session, actor, CHANGE_TELL, change)
    session.refresh(change, with_for_update=True)
    if change.state != APPROVED:
        raise DomainError("payroll.change_open", _("Only what was approved is told."))
    if change.told_at is not None:
        raise DomainError("payroll.change_told", _("The person was told of it already."))
    change.told_at, change.told_by_person_id = clock.now(), actor.person_id
    session.flush()
    emit(session, SalaryChangeTold(change.id, change.employment_id, change.person_id, change.valid_from))


def changes(session: Session, actor: Actor, *, own: bool = False, before: int | None = None,
            employment_id: int | None = None) -> Sequence[SalaryChange]:  # fmt: skip
    """The requests somebody may see, the latest first, a page of them; ``own`` those he wrote, ``before`` an id."""
    statement = select(SalaryChange).order_by(SalaryChange.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(SalaryChange.requester_person_id == (actor.person_id or 0))
    if employment_id is not None:
        statement = statement.where(SalaryChange.employment_id == employment_id)
    if before is not None:
        statement = statement.where(SalaryChange.id < before)
    return session.scalars(visible(session, actor, CHANGE_READ, statement)).all()


def is_own(actor: Actor, change: SalaryChange) -> bool:
    """Whether somebody wrote a request."""
    return actor.is_system or (actor.person_id is not None and change.requester_person_id == actor.person_id)


def _only_own(actor: Actor, change: SalaryChange) -> None:
    if not is_own(actor, change):
        raise DomainError("payroll.change_own", _("Only whoever wrote a request changes it."))
